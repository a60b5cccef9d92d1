"""Rows of a table with a header line, as readings."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from hotspots.readings import Reading, Rejection

from .cells import number_reader, time_reader
from .csv_rows import Row, read_header, rows
from .decoding import BadJsonError, decode
from .layout import Layout, find_columns
from .validation import RefusedError, missing, to_reading

__all__ = ["Row", "Table", "read_header", "rows"]


class Table:
    """A table whose header was understood.

    Attributes:
        unused: columns that no field takes its value from.
    """

    def __init__(self, header: list[str], layout: Layout) -> None:
        """Raise ``HeaderError`` if the columns do not make an event."""
        self._width = len(header)
        self._positions, self._values, self.unused = find_columns(header, layout)
        self._number = number_reader(decimal_comma=layout.decimal_comma)
        self._convert: dict[str, Callable[[str], Any]] = {
            "time": time_reader(layout),
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


def _json(text: str) -> Any:
    try:
        return decode(text.encode())
    except (BadJsonError, UnicodeEncodeError) as error:
        raise RefusedError("bad_type", f"attributes is no JSON object: {error}") from None
