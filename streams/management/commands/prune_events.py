"""``manage.py prune_events``: apply the retention now (the server does it once a day)."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from streams.retention import prune


class Command(BaseCommand):
    help = "Delete stream events older than STREAMS_RETENTION_HOURS."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prune and say how much went."""
        hours = settings.STREAMS_RETENTION_HOURS
        self.stdout.write(f"{prune()} events older than {hours} hours deleted.")
