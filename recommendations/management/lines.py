"""JSON lines in, JSON lines out: the frame of the commands that answer for other programs."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

Row = dict[str, Any]


def require_text(text: str) -> None:
    """Refuse what is not made of whole characters: nothing can search, embed or print it.

    Raises:
        ValueError: there is a byte that is no UTF-8, or half a character.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("there is something in it that is not text") from error


def _lines(path: str) -> Iterator[str]:
    try:
        if path == "-":
            yield from sys.stdin
            return
        with Path(path).open(encoding="utf-8") as file:
            yield from file
    except UnicodeDecodeError as error:
        raise CommandError(f"{path}: not UTF-8: {error}") from error
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error


def _object(line: str) -> Row:
    try:
        row = json.loads(line)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")
    require_text(json.dumps(row, ensure_ascii=False))
    return row


class JSONLinesCommand(BaseCommand):
    """Reads one object per line and writes one per line; a bad line stops it, by number."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file; ``--json`` names the format, the only one there is."""
        parser.add_argument("file", nargs="?", default="-", help="JSON lines; - is standard input")
        parser.add_argument("--json", action="store_true", help="JSON lines (the only format)")

    def answer_lines(self, path: str, answer: Callable[[Row], Row]) -> None:
        """Answer each line of a file, in order.

        Raises:
            CommandError: a line is not an object, or ``answer`` raised ``ValueError`` for it.
        """
        for _, answered in self.rows(path, answer):
            self.write_row(answered)

    def rows[T](self, path: str, read: Callable[[Row], T]) -> Iterator[tuple[Row, T]]:
        """Yield each line of a file with what ``read`` makes of it.

        Raises:
            CommandError: a line is not an object, or ``read`` raised ``ValueError`` for it.
        """
        for number, line in enumerate(_lines(path), 1):
            if not line.strip():
                continue
            try:
                row = _object(line)
                made = read(row)
            except ValueError as error:
                raise CommandError(f"line {number}: {error}") from error
            yield row, made

    def write_row(self, row: Row) -> None:
        """Write one line."""
        self.stdout.write(json.dumps(row, ensure_ascii=False))
