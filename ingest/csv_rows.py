"""Rows of a table as text: a quote that is never closed costs its own line, not the file."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .layout import HeaderError
from .validation import RefusedError

MAX_ROW_LINES = 50  # a quoted cell that runs on for longer is a quote that was never closed
UNCLOSED = "a quote is opened and not closed"


class Row(NamedTuple):
    """One row.

    Attributes:
        line: where it starts, from 1.
        cells: its cells, or what is wrong with it.
        end: the line where it ends.
        text: the line as it stands, if it has no cells.
    """

    line: int
    cells: list[str] | RefusedError
    end: int = 0
    text: str = ""


def rows(lines: Iterable[str], delimiter: str = ",") -> Iterator[Row]:
    """Yield the rows of a table; empty lines are left out.

    A row over several lines is one only if it is as wide as the first; otherwise its first line
    is refused and reading goes on with the second.

    Args:
        lines: with their line ends, as a file opened with ``newline=""`` yields them.
        delimiter: one character.
    """
    feed = _Feed(lines)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    width = 0
    while True:
        feed.row.clear()
        line = feed.number + 1
        try:
            cells = next(reader)
            if len(feed.row) > 1 and width and len(cells) != width:
                raise csv.Error
        except StopIteration:
            return
        except csv.Error as error:
            reason = UNCLOSED if len(feed.row) > 1 else str(error)
            yield Row(line, RefusedError("bad_csv", f"Not CSV: {reason}."), line, feed.retreat())
        else:
            width = width or len(cells)
            if cells:
                yield Row(line, cells, feed.number)


def read_header(table_rows: Iterator[Row]) -> list[str]:
    """Take the first row and return the columns' names.

    Raises:
        HeaderError: there is none.
    """
    row = next(table_rows, None)
    if row is None:
        raise HeaderError("Empty: a header line with the columns' names is needed.", "empty_file")
    if isinstance(row.cells, RefusedError):
        raise HeaderError(str(row.cells))
    return [name.strip() for name in row.cells]


class _Feed:
    """Lines for a CSV reader; those of the present row can be handed out again.

    Attributes:
        number: of the line that was handed out last.
        row: the lines of the present row.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self.number = 0
        self.row: list[str] = []
        self._lines = iter(lines)
        self._again: deque[str] = deque()

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.number += 1
        self.row.append(line)
        if len(self.row) > MAX_ROW_LINES:
            raise csv.Error
        return line

    def retreat(self) -> str:
        """Go back to behind the row's first line, and return that line."""
        first, *others = self.row
        self._again.extendleft(reversed(others))
        self.number -= len(others)
        return first
