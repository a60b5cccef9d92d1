"""Keep a copy of the embeddings in PostgreSQL, where its extension pgvector searches them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection

from recommendations.knowledge import pgvector


class Command(BaseCommand):
    help = (
        "Make and fill the table that RAG_VECTOR_BACKEND=pgvector searches. Needs PostgreSQL with "
        "the extension pgvector at hand. Safe to run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the way back."""
        parser.add_argument("--off", action="store_true", help="drop the table")

    def handle(self, *args: Any, off: bool, **options: Any) -> None:
        """Switch on, or off."""
        if connection.vendor != "postgresql":
            raise CommandError("pgvector needs PostgreSQL (DATABASE_URL); this is SQLite.")
        if off:
            pgvector.switch_off()
            self.stdout.write("The table is gone; set RAG_VECTOR_BACKEND=numpy.")
            return
        try:
            copied = pgvector.switch_on()
        except DatabaseError as error:
            reason = str(error).partition("\n")[0]
            raise CommandError(f"This server cannot: {reason}. Nothing was changed.") from error
        self.stdout.write(f"{copied} passages copied.")
        if not pgvector.is_wanted():
            self.stdout.write("It is searched with RAG_VECTOR_BACKEND=pgvector.")
