"""Which column of a table says what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from difflib import get_close_matches
from typing import NamedTuple

import msgspec

from .validation import FIELDS, REQUIRED, shown


class HeaderError(ValueError):
    """The columns do not make an event; the sentence names the column, ``code`` is stable."""

    def __init__(self, detail: str, code: str = "bad_csv") -> None:
        super().__init__(detail)
        self.code = code


class MetricColumn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column with the values of one metric. A row is a reading of each metric of its table."""

    metric: str
    column: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table's columns become an event's fields; the default is a column per field.

    Attributes:
        columns: the column of a field, where it is named differently.
        constants: fields with one value for the whole table.
        metrics: columns that hold the values of several metrics.
        time_format: ``iso``, ``epoch_s``, ``epoch_ms`` or a pattern of ``strptime``.
        time_zone: for times without an offset; without it they are refused.
        decimal_comma: numbers are written 1.234,5.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    metrics: tuple[MetricColumn, ...] = ()
    time_format: str = "iso"
    time_zone: tzinfo | None = None
    decimal_comma: bool = False


class ValueColumn(NamedTuple):
    """Where a value stands in a row, and the fields that are fixed for it."""

    position: int
    constants: dict[str, str]


class Columns(NamedTuple):
    """A header that was understood."""

    positions: dict[str, int]
    values: list[ValueColumn]
    unused: list[str]


def find_columns(header: list[str], layout: Layout) -> Columns:
    """Find every field of an event in a table's header.

    Raises:
        HeaderError: a required field or a column named by the layout is not there.
    """
    positions = {name: _position(header, column) for name, column in _named(header, layout).items()}
    if layout.metrics:
        values = [_metric(header, layout, row) for row in layout.metrics]
    else:
        values = [ValueColumn(positions.pop("value"), dict(layout.constants))]
    used = {*positions.values(), *(value.position for value in values)}
    unused = [name for position, name in enumerate(header) if position not in used]
    return Columns(positions, values, unused)


def _named(header: list[str], layout: Layout) -> dict[str, str]:
    """Return the column of each field that has one."""
    given = {*layout.constants, *(("value", "metric", "unit") if layout.metrics else ())}
    found = {name: layout.columns.get(name, name) for name in FIELDS - given}
    for name in REQUIRED:
        if name in found and name not in layout.columns and name not in header:
            raise HeaderError(_no_column(name, header), "missing_column")
    return {k: column for k, column in found.items() if k in layout.columns or column in header}


def _metric(header: list[str], layout: Layout, row: MetricColumn) -> ValueColumn:
    constants = {**layout.constants, "metric": row.metric}
    if row.unit:
        constants["unit"] = row.unit
    return ValueColumn(_position(header, row.column), constants)


def _position(header: list[str], column: str) -> int:
    count = header.count(column)
    if count > 1:
        raise HeaderError(f"Column {shown(column)} is there {count} times.", "repeated_column")
    if not count:
        raise HeaderError(_no_column(column, header), "no_such_column")
    return header.index(column)


def _no_column(name: str, header: list[str]) -> str:
    """Say that a column is missing, and which one was probably meant."""
    by_lower = {column.lower(): column for column in header}
    close = get_close_matches(name.lower(), by_lower, n=1)
    meant = f" Did you mean {shown(by_lower[close[0]])}?" if close else ""
    columns = ", ".join(shown(column) for column in header[:20])
    delimiter = next((mark for mark in ";\t|" if mark in header[0]), "") if len(header) == 1 else ""
    hint = f" The columns seem to be divided by {delimiter!r}." if delimiter else ""
    return f"No column {shown(name)}.{meant}{hint} The columns are {columns}."
