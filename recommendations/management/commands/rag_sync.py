"""Fill the knowledge base from the playbook files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from recommendations.knowledge.playbook import PLAYBOOKS, PlaybookError, read_all
from recommendations.knowledge.sync import sync


class Command(BaseCommand):
    help = "Bring the knowledge base in line with the playbook files. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take another folder than the shipped one."""
        parser.add_argument("--folder", type=Path, default=PLAYBOOKS)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Check every file first: a malformed one changes nothing."""
        try:
            files = read_all(folder)
        except PlaybookError as error:
            raise CommandError(str(error)) from error
        if not files:
            raise CommandError(f"{folder} has no playbooks.")
        changes = sync(files)
        for verb in ("added", "changed", "removed"):
            for slug in getattr(changes, verb):
                self.stdout.write(f"{verb} {slug}")
        self.stdout.write(f"{len(files)} playbooks, {len(changes.unchanged)} unchanged.")
