"""Rows of a table with a header line, as readings."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from hotspots.readings import Reading, Rejection

from .decoding import BadJsonError, decode
from .layout import HeaderError, Layout, find_columns
from .validation import RefusedError, missing, shown, to_reading

# float() alone would also take nan, infinity, 1_000 and the digits of other scripts.
_WITH_POINT = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_WITH_COMMA = re.compile(r"[-+]?([0-9]+|[0-9]{1,3}(\.[0-9]{3})+)(,[0-9]+)?")


class Row(NamedTuple):
    """One row: the line where it starts (from 1), and its cells or what is wrong with it."""

    line: int
    cells: list[str] | RefusedError


def rows(lines: Iterable[str], delimiter: str = ",") -> Iterator[Row]:
    """Yield the rows of a table; empty lines are left out.

    Args:
        lines: with their line ends, as a file opened with ``newline=""`` yields them.
        delimiter: one character.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(line, RefusedError("bad_csv", f"Not CSV: {error}."))
        else:
            if cells:
                yield Row(line, cells)


def read_header(table_rows: Iterator[Row]) -> list[str]:
    """Take the first row and return the columns' names.

    Raises:
        HeaderError: there is none.
    """
    row = next(table_rows, None)
    if row is None:
        raise HeaderError("Empty: a header line with the columns' names is needed.")
    if isinstance(row.cells, RefusedError):
        raise HeaderError(str(row.cells))
    return [name.strip() for name in row.cells]


class Table:
    """A table whose header was understood.

    Attributes:
        unused: columns that no field takes its value from.
    """

    def __init__(self, header: list[str], layout: Layout) -> None:
        """Raise ``HeaderError`` if the columns do not make an event."""
        self._width = len(header)
        self._layout = layout
        self._positions, self._values, self.unused = find_columns(header, layout)
        self._convert: dict[str, Callable[[str], Any]] = {
            "time": self._time,
            "baseline": self._number,
            "attributes": _json,
        }

    def outcomes(self, index: int, row: Row, latest: datetime) -> Iterator[Reading | Rejection]:
        """Yield what became of one row: a reading, or why not, for each of its metrics."""
        try:
            cells = self._cells(row)
            common = self._common(cells)
        except RefusedError as error:
            yield error.at(index)
            return
        for position, constants in self._values:
            try:
                event = {**common, **constants, "value": self._value(cells[position])}
                yield to_reading(index, event, latest)
            except RefusedError as error:
                yield error.at(index)

    def _cells(self, row: Row) -> list[str]:
        if isinstance(row.cells, RefusedError):
            raise row.cells
        if len(row.cells) > self._width:
            detail = f"{len(row.cells)} cells where the header has {self._width}."
            raise RefusedError("unknown_field", detail)
        return row.cells + [""] * (self._width - len(row.cells))

    def _common(self, cells: list[str]) -> dict[str, Any]:
        """Return what all readings of the row share; an empty cell is an absent field."""
        filled = ((k, cells[i].strip()) for k, i in self._positions.items())
        return {k: self._convert.get(k, str)(text) for k, text in filled if text}

    def _value(self, cell: str) -> float:
        text = cell.strip()
        if not text:
            raise missing("value")
        return self._number(text)

    def _number(self, text: str) -> float:
        with_comma = self._layout.decimal_comma
        if not (_WITH_COMMA if with_comma else _WITH_POINT).fullmatch(text):
            comma = " A decimal comma?" if "," in text and not with_comma else ""
            raise RefusedError("bad_value", f"{shown(text)} is no number.{comma}")
        return float(text.replace(".", "").replace(",", ".") if with_comma else text)

    def _time(self, text: str) -> str:
        """Return a time as ISO 8601, with the table's zone if it has no offset of its own."""
        form, zone = self._layout.time_format, self._layout.time_zone
        if not form and zone is None:
            return text
        try:
            time = datetime.strptime(text, form) if form else datetime.fromisoformat(text)  # noqa: DTZ007
        except ValueError:
            wanted = f"of the form {form}" if form else "ISO 8601"
            raise RefusedError("bad_time", f"time {shown(text)} is not {wanted}.") from None
        return (time if time.tzinfo or zone is None else time.replace(tzinfo=zone)).isoformat()


def _json(text: str) -> Any:
    try:
        return decode(text.encode())
    except (BadJsonError, UnicodeEncodeError) as error:
        raise RefusedError("bad_type", f"attributes is no JSON object: {error}") from None
