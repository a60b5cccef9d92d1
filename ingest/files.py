"""Files with events, of any size: CSV and NDJSON, also packed, also standard input."""

import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from django.utils import timezone

from hotspots.readings import Reading, Rejection

from .layout import HeaderError, Layout
from .parsing import checked_line, newest_acceptable
from .tables import Table, read_header, rows

STANDARD_INPUT = "-"
MAX_LINE = 1024 * 1024  # characters: memory stays constant whatever the file is
DESCRIBE = "Say what the columns mean with --map FIELD=COLUMN and --set FIELD=VALUE."
_WIDE = ("utf-16", "utf-32")  # encodings whose text looks binary
_SIGNATURES = {
    b"PAR1": "Parquet is not read: convert it to CSV.",
    b"\x1f\x8b": "packed with gzip: give it a name that ends in .gz.",
    b"PK\x03\x04": "a spreadsheet or an archive: export it as CSV.",
    b"\xff\xfe": "UTF-16: add --encoding utf-16.",
    b"\xfe\xff": "UTF-16: add --encoding utf-16.",
    b"[": "a JSON array: write one event per line (NDJSON).",
}


class FileError(Exception):
    """A file cannot be read, or not further; one sentence for the terminal."""


@dataclass(frozen=True, slots=True)
class Format:
    """How files are written; NDJSON only knows the encoding."""

    layout: Layout = field(default_factory=Layout)
    delimiter: str = ","
    encoding: str = "utf-8-sig"


class EventFile:
    """One open file; a context manager.

    Attributes:
        name: for people.
        size: in bytes, 0 if unknown.
        line: the last line that was read, from 1.
        latest: the newest acceptable time; whoever reads for long moves it on.
        unused: columns of a table that no field takes its value from.
    """

    def __init__(self, path: str, written: Format) -> None:
        """Open it; raises ``FileError``."""
        self.name = "standard input" if path == STANDARD_INPUT else Path(path).name
        self.line = 0
        self.latest: datetime = newest_acceptable(timezone.now())
        self.unused: list[str] = []
        self._format = written
        with self._explained():
            self._raw: Any = sys.stdin.buffer if path == STANDARD_INPUT else _open(path)
        self.size = 0 if path == STANDARD_INPUT else Path(path).stat().st_size
        packed = path.endswith(".gz")
        self._content: Any = gzip.GzipFile(fileobj=self._raw) if packed else self._raw
        # Bytes that are no text go through as half surrogate pairs: the row with them is refused.
        self._text = io.TextIOWrapper(self._content, written.encoding, "surrogateescape", "")

    def __enter__(self) -> "EventFile":
        return self

    def __exit__(self, *_: object) -> None:
        self._text.detach()  # so that standard input is not closed with it
        if self._raw is not sys.stdin.buffer:
            self._raw.close()

    def position(self) -> int:
        """Return how many bytes were read so far, packed ones if the file is packed."""
        return self._raw.tell() if self.size else 0

    def outcomes(self) -> Iterator[Reading | Rejection]:
        """Yield what the events are, in the order of the file; their index is the line.

        Raises:
            FileError: the file cannot be read, or not further.
        """
        with self._explained():
            if not self._format.encoding.startswith(_WIDE):
                _refuse_foreign(self._content.peek(4096))
            lines = self._lines()
            first = next((line for line in lines if line.strip("\ufeff \t\r\n")), None)
            if first is None:
                raise FileError("empty.")
            events = self._events if first.lstrip("\ufeff \t").startswith("{") else self._rows
            yield from events(chain([first], lines))

    def _lines(self) -> Iterator[str]:
        while line := self._text.readline(MAX_LINE):
            self.line += 1
            if len(line) == MAX_LINE:
                raise FileError(f"line {self.line} is longer than {MAX_LINE:,} characters.")
            yield line

    def _events(self, lines: Iterator[str]) -> Iterator[Reading | Rejection]:
        if self._format.layout != Layout():
            raise FileError("NDJSON names its fields itself: the options for tables do not apply.")
        for line in lines:
            if line.strip():
                yield checked_line(self.line, line.encode("utf-8", "surrogateescape"), self.latest)

    def _rows(self, lines: Iterator[str]) -> Iterator[Reading | Rejection]:
        before = self.line - 1
        table_rows = rows(lines, self._format.delimiter)
        table = Table(read_header(table_rows), self._format.layout)
        self.unused = table.unused
        for row in table_rows:
            yield from table.outcomes(before + row.line, row, self.latest)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what can be wrong with a file into one sentence."""
        try:
            yield
        except HeaderError as error:
            raise FileError(f"{error} {DESCRIBE}") from error
        except UnicodeError as error:
            raise FileError(f"line {self.line + 1}: not {self._format.encoding}.") from error
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise FileError(
                f"damaged after line {self.line}: {str(error).lower().rstrip('.')}."
            ) from error
        except OSError as error:
            raise FileError(f"{(error.strerror or str(error)).lower()}.") from error


def _open(path: str) -> io.BufferedReader:
    return io.BufferedReader(io.FileIO(path))


def _refuse_foreign(start: bytes) -> None:
    for signature, what in _SIGNATURES.items():
        if start.startswith(signature):
            raise FileError(what)
    if b"\x00" in start:
        raise FileError("binary: neither CSV nor NDJSON.")
