"""What a file is, before anything is known about it: format, dialect, columns, first rows."""

from collections.abc import Sequence
from typing import NamedTuple

from . import parquet
from .csv_rows import read_header, rows
from .dialect import find_delimiter, find_encoding, whole_lines
from .errors import FileError
from .layout import HeaderError
from .opening import DAMAGED, LOOKED_AT, PARQUET, Bounds, damage, open_file, refuse_foreign

ROWS = 10  # shown
LOOKED_THROUGH = 200  # rows from which the way of writing is found out
MAX_COLUMNS = 1_000
MAX_CELL = 200  # characters shown of one


class Inspected(NamedTuple):
    """A file as it looks; ``rows`` are more than are shown, the cells cut.

    ``dialect`` holds ``delimiter``, ``encoding`` and ``compression``, empty where it has none.
    """

    format: str
    dialect: dict[str, str]
    columns: list[str]
    rows: list[list[str]]

    @property
    def sample(self) -> list[list[str]]:
        """The rows that are shown."""
        return self.rows[:ROWS]


def inspect(path: str, bounds: Bounds) -> Inspected:
    """Look at a file's beginning.

    Raises:
        FileError: it is nothing that can be read.
        OSError: it is not there.
    """
    raw, content, packed = open_file(path, bounds)
    with raw:
        try:
            start = content.peek(LOOKED_AT)[:LOOKED_AT]
        except DAMAGED as error:
            raise damage(error) from error
        if start.startswith(PARQUET) and not packed:
            with parquet.Rows(path, limit=LOOKED_THROUGH) as table:
                cells = [_cut(row) for row in table]
                return Inspected("parquet", _dialect(), table.header, cells)
        return _inspect_text(start, "gzip" if packed else "")


def _inspect_text(start: bytes, compression: str) -> Inspected:
    encoding = find_encoding(start)
    refuse_foreign(start, wide=encoding.startswith("utf-16"))
    lines = whole_lines(start, "utf-8-sig" if encoding == "utf-8" else encoding)
    if len(lines) == 1 and len(start) == LOOKED_AT:
        raise FileError(f"line 1 is longer than {LOOKED_AT:,} bytes.", "line_too_long")
    filled = [line for line in lines if line.strip("\ufeff \t\r\n")]
    if not filled:
        raise FileError("empty: there is no line in it.", "empty_file")
    if filled[0].lstrip("\ufeff \t").startswith("{"):
        events = [_cut([line.strip()]) for line in filled[:LOOKED_THROUGH]]
        dialect = _dialect(encoding=encoding, compression=compression)
        return Inspected("ndjson", dialect, ["event"], events)
    delimiter = find_delimiter(filled)
    dialect = _dialect(delimiter=delimiter, encoding=encoding, compression=compression)
    return Inspected("csv", dialect, *_table(filled, delimiter))


def _table(lines: Sequence[str], delimiter: str) -> tuple[list[str], list[list[str]]]:
    found = rows(lines, delimiter)
    try:
        header = read_header(found)
    except HeaderError as error:
        raise FileError(str(error), error.code) from error
    if len(header) > MAX_COLUMNS:
        raise FileError(f"{len(header):,} columns: at most {MAX_COLUMNS:,}.", "too_many_columns")
    cells = [_cut(row.cells) for row in found if isinstance(row.cells, list)]
    return _cut(header), cells[:LOOKED_THROUGH]


def _dialect(delimiter: str = "", encoding: str = "", compression: str = "") -> dict[str, str]:
    return {"delimiter": delimiter, "encoding": encoding, "compression": compression}


def _cut(cells: Sequence[str]) -> list[str]:
    """Return cells that a database can hold as JSON: no NUL, no half pairs, not too long."""
    texts = (cell[:MAX_CELL].replace("\x00", "\ufffd") for cell in cells[:MAX_COLUMNS])
    return [text.encode("utf-8", "replace").decode() for text in texts]
