"""Files with events, of any size: CSV, NDJSON and Parquet, also packed, also standard input."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from django.utils import timezone

from hotspots.readings import Reading, Rejection

from . import parquet
from .dialect import find_delimiter, find_encoding, whole_lines
from .errors import FileError
from .layout import HeaderError
from .mapping import TableMapping, compiled
from .opening import (
    DAMAGED,
    LOOKED_AT,
    PARQUET,
    STANDARD_INPUT,
    Bounds,
    damage,
    open_file,
    refuse_foreign,
)
from .parsing import checked_line, newest_acceptable
from .tables import Row, Table, read_header, rows

MAX_LINE = 1024 * 1024  # characters: memory stays constant whatever the file is
NO_BOUNDS = Bounds()


class Line(NamedTuple):
    """One row of a file: its line (from 1), its cells, and what became of each metric of it."""

    number: int
    cells: list[str]
    outcomes: list[Reading | Rejection]


class EventFile:
    """One open file; a context manager.

    Attributes:
        name: for people.
        size: in bytes, 0 if unknown.
        line: the last line that was read, from 1.
        latest: the newest acceptable time; whoever reads for long moves it on.
        format: ``csv``, ``ndjson`` or ``parquet``; known when the first line was read.
        header: the names of the columns; for NDJSON one that stands for the whole line.
        unused: columns of a table that no field takes its value from.
        delimiter: between the cells of a CSV file.
    """

    def __init__(
        self, path: str, mapping: TableMapping, *, name: str = "", bounds: Bounds = NO_BOUNDS
    ) -> None:
        """Open it.

        Raises:
            FileError: it is not there, or cannot be read.
            MappingError: the mapping makes no sense.
        """
        standard = path == STANDARD_INPUT
        self.name = name or ("standard input" if standard else Path(path).name)
        self.line = 0
        self.encoding = mapping.encoding
        self._read = 0  # lines of text: further than the last row that was yielded
        self.latest: datetime = newest_acceptable(timezone.now())
        self.format = ""
        self.header: list[str] = []
        self.unused: list[str] = []
        self.delimiter = mapping.delimiter
        self._path = path
        self._mapping = mapping
        self._layout = compiled(mapping)
        self._rows: parquet.Rows | None = None
        with self._explained():
            self._raw, self._content, self.packed = open_file(path, bounds)
        self.size = 0 if standard else Path(path).stat().st_size

    def __enter__(self) -> "EventFile":
        return self

    def __exit__(self, *_: object) -> None:
        if self._rows is not None:
            self._rows.close()
        if self._raw is not sys.stdin.buffer:
            self._raw.close()

    def position(self) -> int:
        """Return how many bytes were read so far, packed ones if the file is packed."""
        if self._rows is not None:
            return round(self._rows.part * self.size)
        return self._raw.tell() if self.size else 0

    def lines(self, after: int = 0) -> Iterator[Line]:
        """Yield the rows of the file, each with what became of it, in the file's order.

        Args:
            after: a line that was the end of a row: what stands before it is left out.

        Raises:
            FileError: the file cannot be read, or not further.
            MappingError: the mapping does not fit it.
        """
        with self._explained():
            if not self.packed and self._content.peek(4).startswith(PARQUET):
                yield from self._parquet(after)
            else:
                yield from self._text(after)

    def _text(self, after: int) -> Iterator[Line]:
        start = self._content.peek(LOOKED_AT)[:LOOKED_AT]
        self.encoding = self._mapping.encoding or find_encoding(start)
        refuse_foreign(start, wide=self.encoding.startswith("utf-16"))
        if self.encoding == "cp1252" and not self._mapping.encoding:
            self.encoding = "utf-8"  # no guessing here: the rows that are not UTF-8 are refused
        codec = "utf-8-sig" if self.encoding == "utf-8" else self.encoding
        # Bytes that are no text go through as half surrogate pairs: the row with them is refused.
        text = io.TextIOWrapper(self._content, codec, "surrogateescape", "")
        try:
            lines = self._physical(text)
            first = next((line for line in lines if line.strip("\ufeff \t\r\n")), None)
            if first is None:
                raise FileError("empty: there is no line in it.", "empty_file")
            is_json = first.lstrip("\ufeff \t").startswith("{")
            if not is_json and not self.delimiter:
                self.delimiter = find_delimiter(whole_lines(start, codec))
            yield from (self._ndjson if is_json else self._csv)(chain([first], lines), after)
        finally:
            text.detach()  # so that standard input is not closed with it

    def _physical(self, text: io.TextIOWrapper) -> Iterator[str]:
        while line := text.readline(MAX_LINE):
            self._read += 1
            if len(line) == MAX_LINE:
                detail = f"line {self._read} is longer than {MAX_LINE:,} characters."
                raise FileError(detail, "line_too_long")
            yield line

    def _ndjson(self, lines: Iterator[str], after: int) -> Iterator[Line]:
        self.format, self.header = "ndjson", ["event"]
        if not self._mapping.is_plain():
            detail = "NDJSON names its fields itself: the options for tables do not apply."
            raise FileError(detail, "mapping_not_applicable")
        for line in lines:
            self.line = self._read
            if self.line > after and (text := line.strip()):
                content = line.encode("utf-8", "surrogateescape")
                yield Line(self.line, [text], [checked_line(self.line, content, self.latest)])

    def _csv(self, lines: Iterator[str], after: int) -> Iterator[Line]:
        self.format = "csv"
        before = self._read - 1
        table_rows = rows(lines, self.delimiter)
        self.header = read_header(table_rows)
        table = Table(self.header, self._layout)
        self.unused = table.unused
        header_end = self._read
        while self._read < after and next(lines, None) is not None:
            pass
        before += self._read - header_end
        for row in table_rows:
            self.line = before + row.end
            number = before + row.line
            cells = row.cells if isinstance(row.cells, list) else [row.text.rstrip("\r\n")]
            yield Line(number, cells, list(table.outcomes(number, row, self.latest)))

    def _parquet(self, after: int) -> Iterator[Line]:
        self.format = "parquet"
        if self._path == STANDARD_INPUT:
            raise FileError("Parquet has its index at its end: give it as a file.", "wrong_format")
        decimal = self._mapping.decimal
        self._rows = parquet.Rows(self._path, after=after, decimal=decimal)
        self.header = self._rows.header
        table = Table(self.header, self._layout)
        self.unused = table.unused
        for number, cells in enumerate(self._rows, after + 1):
            self.line = number
            yield Line(number, cells, list(table.outcomes(number, Row(number, cells), self.latest)))

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what can be wrong with a file into one sentence."""
        try:
            yield
        except HeaderError as error:
            raise FileError(str(error), error.code) from error
        except UnicodeError as error:
            detail = f"line {self._read + 1}: not {self.encoding}."
            raise FileError(detail, "bad_encoding") from error
        except DAMAGED as error:
            raise damage(error, f" after line {self._read}") from error
        except OSError as error:
            raise FileError(f"{(error.strerror or str(error)).lower()}.", "unreadable") from error
