"""``manage.py prune_events``: apply the retention now (the server does it once a day)."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from streams.retention import Span, due, prune

LINE_SECONDS = 5.0


class Command(BaseCommand):
    help = "Delete stream events older than STREAMS_RETENTION_HOURS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to do it."""
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prune, and say how much went."""
        self._shown = time.monotonic()
        hours = settings.STREAMS_RETENTION_HOURS
        if options["dry_run"]:
            for span in due():
                last = f", up to number {span.last:,}" if span.events else ""
                self.stdout.write(f"{span.stream}: {span.events:,} events would go{last}")
            return
        deleted = prune(progress=self._show)
        if deleted is None:
            self.stdout.write("Nothing done: another process is at it now.")
        else:
            self.stdout.write(f"{deleted:,} events older than {hours} hours deleted.")

    def _show(self, span: Span, gone: int) -> None:
        """One line that is written over on a terminal; elsewhere a line every few seconds."""
        is_terminal, is_done = self.stdout.isatty(), gone == span.events
        if not (is_terminal or is_done or time.monotonic() > self._shown + LINE_SECONDS):
            return
        self._shown = time.monotonic()
        line = f"{span.stream}: {gone:,} of {span.events:,} events deleted"
        over = "\r\x1b[K" if is_terminal else ""
        self.stdout.write(f"{over}{line}", ending="" if is_terminal and not is_done else "\n")
        self.stdout.flush()
