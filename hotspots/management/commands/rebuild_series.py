"""``manage.py rebuild_series ENTITY METRIC``: learn a series anew, however long that takes."""

from argparse import ArgumentParser
from math import inf
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hotspots.models import Series
from hotspots.series import teaching
from streams.errors import DomainError


class Command(BaseCommand):
    help = "Learn a series anew from all its stored readings, in order of time; nobody is told."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which series."""
        parser.add_argument("entity", help="its name, as events give it")
        parser.add_argument("metric")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the server does, without its limit of time."""
        entity, metric = options["entity"], options["metric"]
        found = Series.objects.filter(entity__name=entity, metric=metric)
        key = found.values_list("pk", flat=True).first()
        if key is None:
            raise CommandError(f"There is no series of {metric!r} of {entity!r}.")
        try:
            series = teaching.rebuild(
                series_id=key, by=None, at=timezone.now(), via="command", seconds=inf
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{series}: learned anew from {series.count:,} readings.")
