"""The task worker of a distributed installation, with the model loaded beside its start."""

import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django_tasks_db.management.commands import db_worker

from recommendations.worker import warm_up_apart


class Command(BaseCommand):
    help = db_worker.Command.help

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._worker = db_worker.Command(*args, **options)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what the package's command takes."""
        self._worker.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Work; what the first recommendation needs is loaded meanwhile."""
        # No daemon: a worker that is stopped at once ends after the model is loaded, not within.
        threading.Thread(target=warm_up_apart, name="warming up").start()
        self._worker.handle(*args, **options)
