"""A file's bytes: opened, unpacked within bounds, and looked at before they are believed."""

import gzip
import io
import re
import sys
import zlib
from typing import Any, BinaryIO, NamedTuple

from .errors import FileError

STANDARD_INPUT = "-"
LOOKED_AT = 64 * 1024  # bytes from which everything that is not said is found out
MAX_RATIO = 200  # real tables pack 5 to 40 times; deflate's own limit is 1,032
RATIO_FREE = 64 * 1024**2  # bytes that may come of anything
GZIP = b"\x1f\x8b"
DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile)
PARQUET = b"PAR1"
_NO_TEXT = re.compile(rb"[\x01-\x08\x0e-\x1f]")  # control characters that no table has
_SIGNATURES = {
    b"PK\x03\x04": ("a spreadsheet or an archive: export it as CSV.", "wrong_format"),
    b"\xd0\xcf\x11\xe0": ("a spreadsheet of old: export it as CSV.", "wrong_format"),
    b"\x1f\x8b": ("packed twice with gzip.", "wrong_format"),
    b"BZh": ("packed with bzip2: unpack it, or pack it with gzip.", "wrong_format"),
    b"\xfd7zXZ\x00": ("packed with xz: unpack it, or pack it with gzip.", "wrong_format"),
    b"\x28\xb5\x2f\xfd": ("packed with zstd: unpack it, or pack it with gzip.", "wrong_format"),
    b"[": ("a JSON array: write one event per line (NDJSON).", "wrong_format"),
    b"\x89PNG": ("a picture, no table.", "wrong_format"),
    b"\xff\xd8\xff": ("a picture, no table.", "wrong_format"),
    b"%PDF-": ("a PDF: export the table as CSV.", "wrong_format"),
    b"PAR1": ("Parquet packed with gzip: Parquet packs itself, send it as it is.", "wrong_format"),
}


class Bounds(NamedTuple):
    """How much a packed file may become; 0 is no bound."""

    unpacked_bytes: int = 0
    ratio: int = 0


class Opened(NamedTuple):
    """An open file: as it lies there, unpacked, and whether there is a difference."""

    raw: Any
    content: io.BufferedReader
    packed: bool


class Unpacking(io.RawIOBase):
    """The content of a gzip file, refused when it grows beyond its bounds."""

    def __init__(self, packed: BinaryIO, bounds: Bounds) -> None:
        self._packed = packed
        self._bounds = bounds
        self._file = gzip.GzipFile(fileobj=packed)
        self._size = 0

    def readable(self) -> bool:
        """It is for reading only."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer; raises ``FileError`` if more came of the file than can be honest."""
        content = self._file.read(len(buffer))
        buffer[: len(content)] = content
        self._size += len(content)
        limit, ratio = self._bounds
        if limit and self._size > limit:
            raise FileError(f"more than {limit // 1024**2:,} MiB unpacked.", "too_large")
        if ratio and self._size > max(RATIO_FREE, ratio * self._packed.tell()):
            raise FileError(f"unpacks to more than {ratio} times its size.", "too_large")
        return len(content)


def open_file(path: str, bounds: Bounds) -> Opened:
    """Open a file, or standard input, and unpack it if it is packed.

    Raises:
        OSError: there is none.
    """
    if path == STANDARD_INPUT:
        raw: Any = sys.stdin.buffer
    else:
        raw = io.BufferedReader(io.FileIO(path), LOOKED_AT)
    if not raw.peek(2).startswith(GZIP):
        return Opened(raw, raw, packed=False)
    return Opened(raw, io.BufferedReader(Unpacking(raw, bounds), LOOKED_AT), packed=True)


def damage(error: Exception, place: str = "") -> FileError:
    """Return what to say about a packed file that cannot be unpacked."""
    return FileError(f"damaged{place}: {str(error).lower().rstrip('.')}.", "damaged")


def refuse_foreign(start: bytes, *, wide: bool) -> None:
    """Refuse what is no text, by its first bytes.

    Args:
        start: of the unpacked content.
        wide: the encoding is one whose text looks binary.

    Raises:
        FileError: it is something else.
    """
    for signature, what in _SIGNATURES.items():
        if start.startswith(signature):
            raise FileError(*what)
    if wide:
        return
    head, nuls = start.split(b"\n", 1)[0], start.count(b"\x00")
    if b"\x00" in head or _NO_TEXT.search(head) or nuls * 100 > len(start):
        raise FileError("binary: neither CSV nor NDJSON.", "binary_file")
