"""Fill the knowledge base from the playbook files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from recommendations.knowledge.playbook import PLAYBOOKS, PlaybookError, read_all
from recommendations.knowledge.sync import Changes, sync


class Command(BaseCommand):
    help = (
        "Bring the knowledge base in line with the playbook files, and embed what has no "
        "embedding of the installed model. Safe to run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take another folder than the shipped one; leave the slow part for later."""
        parser.add_argument("--folder", type=Path, default=PLAYBOOKS)
        parser.add_argument(
            "--no-embeddings", action="store_true", help="leave embedding to the next run"
        )

    def handle(self, *args: Any, folder: Path, no_embeddings: bool, **options: Any) -> None:
        """Check every file first: a malformed one changes nothing."""
        try:
            files = read_all(folder)
        except PlaybookError as error:
            raise CommandError(str(error)) from error
        if not files:
            raise CommandError(f"{folder} has no playbooks.")
        progress = self._show if self.stderr.isatty() else None
        changes = sync(files, embed=not no_embeddings, progress=progress)
        for verb in ("added", "changed", "removed"):
            for slug in getattr(changes, verb):
                self.stdout.write(f"{verb} {slug}")
        for slug in changes.taken:
            self.stderr.write(f"left alone {slug}: a document's playbook has this name")
        self.stdout.write(f"{len(files)} playbooks, {len(changes.unchanged)} unchanged.")
        self.stdout.write(_embedded(changes))

    def _show(self, done: int, total: int) -> None:
        """One line that is written over, and gone at the end."""
        line = "" if done == total else f"{done} of {total} passages embedded"
        self.stderr.write(f"\r\x1b[K{line}", ending="")
        self.stderr.flush()


def _embedded(changes: Changes) -> str:
    if changes.why_not_embedded:
        return f"Not embedded, so searched by words only: {changes.why_not_embedded}."
    return f"{changes.embedded} passages embedded."
