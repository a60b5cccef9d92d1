"""Rejected lines as a table that people mend in a spreadsheet and send again."""

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from . import storage
from .loading import Batch
from .models import Upload

FIRST = ("line", "code", "detail")
MAX_LINES = 100_000
MAX_BYTES = 16 * 1024**2
MAX_CELL = 1_000  # characters
_NUMBER = re.compile(r"[-+]?[0-9.,]+([eE][-+]?[0-9]+)?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Written(NamedTuple):
    """How much of a file counts; what lies behind it was written by a process that died."""

    bytes: int = 0
    lines: int = 0


class Rejections:
    """A file of rejections: line, code, detail, and the cells of the line. Bounded on request.

    Attributes:
        lines: how many it has.
        left_out: how many more there were than it may have.
    """

    def __init__(self, path: Path, *, bounded: bool, done: Written = Written()) -> None:  # noqa: B008
        """Open the file where an earlier run left off; raises ``OSError``."""
        self.lines = done.lines
        self.left_out = 0
        self._bounded = bounded
        self._file = path.open("r+b" if done.bytes else "wb")
        self._file.truncate(done.bytes)
        self._size = self._file.seek(done.bytes)

    def write_batch(self, batch: Batch, header: Sequence[str]) -> None:
        """Add what was rejected of a batch; the first one writes the names of the columns."""
        for rejection in batch.intake.rejected:
            if not self._size:
                self._write([*FIRST, *header])
            if self._bounded and (self.lines >= MAX_LINES or self._size >= MAX_BYTES):
                self.left_out += 1
                continue
            cells = batch.cells.get(rejection.index, [])
            self._write([rejection.index, rejection.code, rejection.detail, *cells])
            self.lines += 1

    def flush(self) -> Written:
        """Hand everything to the operating system; return what counts from now on."""
        self._file.flush()
        return Written(self._size, self.lines)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, cells: Sequence[object]) -> None:
        line = row([harmless(str(cell)) for cell in cells])
        self._size += self._file.write(line)


def row(cells: Sequence[object]) -> bytes:
    """Return a line of CSV; what is no text comes as a question mark."""
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode("utf-8", "replace")


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet runs as a formula, cut if it is very long.

    Numbers stay as they are; an apostrophe marks everything else that would be calculated.
    """
    cell = cell.replace("\x00", "\ufffd")
    if cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell):
        cell = f"'{cell}"
    return cell if len(cell) <= MAX_CELL else f"{cell[:MAX_CELL]}…"


def download(upload: Upload) -> HttpResponse:
    """Answer the rejected lines of an upload as a file, and say if there were more."""
    content = row([*FIRST, *upload.columns])
    path = storage.rejections_of(upload.stored)
    if upload.errors_bytes and path.exists():
        with path.open("rb") as file:
            content = file.read(upload.errors_bytes)
    if more := upload.rejected - upload.errors_lines:
        content += row(["", "more", f"{more:,} more lines were rejected: they are not kept."])
    stem = Path(upload.name).stem or "upload"
    disposition = content_disposition_header(as_attachment=True, filename=f"{stem}-rejected.csv")
    headers = {"Content-Disposition": disposition or "attachment"}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)
