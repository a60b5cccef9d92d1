"""``manage.py prune_measurements``: forget old readings now (the server does it by itself)."""

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from hotspots.measurements.retention import boundary, count, due, prune

LINE_SECONDS = 5.0


class Command(BaseCommand):
    help = "Delete readings older than MEASUREMENTS_RETENTION_DAYS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to do it, and whether to ask first."""
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what would go, ask where somebody can answer, prune."""
        kept_from = boundary()
        if kept_from is None:
            self.stdout.write("MEASUREMENTS_RETENTION_DAYS is 0: readings are kept for ever.")
            return
        spans = list(due())
        total = count(spans)
        self.stdout.write(
            f"{total:,} readings of {len(spans):,} series were measured before"
            f" {kept_from:%Y-%m-%d %H:%M} UTC."
        )
        if options["dry_run"] or not spans:
            return
        if not (options["yes"] or self._agreed()):
            self.stdout.write("Nothing done.")
            return
        self._prune(total)

    def _agreed(self) -> bool:
        """Ask, if there is somebody: a timer agreed when the setting was made."""
        if not sys.stdin.isatty():
            return True
        days = settings.MEASUREMENTS_RETENTION_DAYS
        question = f"Delete them for good, and keep the last {days} days? [y/N] "
        return input(question).strip().lower() in ("y", "yes")

    def _prune(self, total: int) -> None:
        self._total, self._shown = total, time.monotonic()
        deleted = prune(progress=self._show)
        if deleted is None:
            self.stdout.write("Nothing done: another process is at it now.")
        else:
            self.stdout.write(f"{deleted:,} readings deleted.")

    def _show(self, gone: int) -> None:
        """A line every few seconds; on a terminal one that is written over."""
        is_terminal = self.stdout.isatty()
        wait = 0.1 if is_terminal else LINE_SECONDS
        if time.monotonic() < self._shown + wait:
            return
        self._shown = time.monotonic()
        line = f"{gone:,} of {self._total:,} readings deleted"
        self.stdout.write(
            f"\r\x1b[K{line}" if is_terminal else line, ending="" if is_terminal else "\n"
        )
        self.stdout.flush()
