"""``manage.py renew_epoch``: begin a new life of the log, after a backup was restored."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from streams import log

WHAT = "Every client will be told to start over (resync), connected or not"


class Command(BaseCommand):
    help = (
        "Give the event log a new name (epoch) and numbers that were never given out. Needed "
        "once after the database was set back to an earlier moment."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to ask."""
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, then do it.

        Raises:
            CommandError: the answer is not yes.
        """
        if not options["yes"]:
            self._ask()
        for stream, head in log.renew().items():
            self.stdout.write(f"{stream}: the next event is number {head + 1:,}")

    def _ask(self) -> None:
        if not sys.stdin.isatty():
            raise CommandError(f"{WHAT}: say --yes.")
        if input(f"{WHAT}. Go on? [y/N] ").strip().lower() not in ("y", "yes"):
            raise CommandError("Nothing was done.")
