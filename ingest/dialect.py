"""How a text is written, found out from its beginning: encoding, delimiter, decimals."""

import csv
from collections import Counter
from collections.abc import Iterable, Sequence

from .cells import number_reader
from .validation import RefusedError

DELIMITERS = ",;\t|"
ROWS = 50  # looked at
_BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def find_encoding(start: bytes) -> str:
    """Return the encoding of a text that begins so: what a mark says, else what fits.

    ``cp1252`` is a guess that always fits: whoever uses it looks at the result first.
    """
    for mark, encoding in _BOMS.items():
        if start.startswith(mark):
            return encoding
    if len(start) > 3 and start[1::2].count(0) > len(start) // 4:
        return "utf-16-le"
    if len(start) > 3 and start[::2].count(0) > len(start) // 4:
        return "utf-16-be"
    try:
        start.decode()
    except UnicodeDecodeError as error:
        if error.start < len(start) - 4:  # not only a character that was cut
            return "cp1252"
    return "utf-8"


def whole_lines(start: bytes, codec: str) -> list[str]:
    """Return the lines at a text's beginning; the last one may be cut and is left out."""
    lines = start.decode(codec, "replace").splitlines(keepends=True)
    return lines[:-1] if len(lines) > 1 and not lines[-1].endswith(("\n", "\r")) else lines


def find_delimiter(lines: Sequence[str]) -> str:
    """Return the mark that divides the most cells in the same number on the most lines.

    Args:
        lines: whole ones, with their ends; the first has the columns' names.
    """
    return max(DELIMITERS, key=lambda mark: _fit(lines, mark))


def find_decimal(cells: Iterable[str]) -> str:
    """Return the decimal mark that most of the numbers are written with."""
    votes = Counter({".": 0, ",": 0})
    for cell in cells:
        votes["."] += _reads(cell, decimal_comma=False)
        votes[","] += _reads(cell, decimal_comma=True)
    return "," if votes[","] > votes["."] else "."


def _fit(lines: Sequence[str], mark: str) -> tuple[float, int]:
    """How well a delimiter fits: the share of rows as wide as the first, and that width."""
    try:
        widths = [len(row) for row in csv.reader(lines[:ROWS], delimiter=mark) if row]
    except csv.Error:
        return 0.0, 0
    if not widths or widths[0] < 2:
        return 0.0, 0
    return round(widths.count(widths[0]) / len(widths), 1), widths[0]


def _reads(cell: str, *, decimal_comma: bool) -> bool:
    try:
        number_reader(decimal_comma=decimal_comma)(cell)
    except RefusedError:
        return False
    return True
