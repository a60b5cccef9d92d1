"""A mapping that probably fits a table, for a person to look at and mend."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from .dialect import find_decimal
from .inspection import Inspected
from .layout import HeaderError, find_columns
from .mapping import MappingError, TableMapping, compiled
from .time_forms import TimeForm, find_time_form

#: Names that columns of other people have, in lower case without marks.
SYNONYMS = {
    "time": ("timestamp", "datetime", "date", "ts", "periodstart", "period", "when", "zeit",
             "datum", "zeitstempel", "utc", "time"),
    "value": ("reading", "usage", "consumption", "amount", "quantity", "kwh", "usagekwh", "mwh",
              "emissions", "co2e", "wert", "verbrauch", "measurement", "demand", "load"),
    "entity": ("supplier", "site", "plant", "factory", "meter", "sensor", "name", "location",
               "device", "asset", "station", "route", "warehouse", "werk", "standort", "source"),
    "metric": ("measure", "kind", "variable", "quantityname", "parameter", "signal"),
    "unit": ("units", "uom", "einheit"),
    "entity_type": ("entitytype", "type"),
    "id": ("eventid", "key", "uuid"),
    "baseline": ("expected", "target", "forecast", "prediction"),
    "attributes": (),
}  # fmt: skip
SURE_WITHIN = 5  # characters: a shorter name stands in too many others


class Suggestion(NamedTuple):
    """A mapping, and what about it only a person can tell: codes of ``time_forms.DOUBTS``."""

    mapping: TableMapping
    doubts: tuple[str, ...] = ()


def suggest(seen: Inspected, known: Iterable[TableMapping] = ()) -> Suggestion:
    """Return the saved mapping that fits the columns, else a guess from names and cells.

    Args:
        known: saved mappings, the one to prefer first.
    """
    if seen.format == "ndjson":
        return Suggestion(TableMapping())
    saved = next((mapping for mapping in known if _fits(mapping, seen.columns)), None)
    if saved is not None:
        return Suggestion(saved)
    columns, times = _with_time(_columns(seen.columns), seen)
    mapping = TableMapping(
        columns={name: column for name, column in columns.items() if name != column},
        delimiter=seen.dialect["delimiter"],
        encoding=seen.dialect["encoding"],
        decimal=find_decimal(cell.strip() for row in seen.rows for cell in row),
        time_format=times.form,
    )
    return Suggestion(mapping, times.doubts)


def _with_time(columns: dict[str, str], seen: Inspected) -> tuple[dict[str, str], TimeForm]:
    """Add the column that looks like times if none is called so; say how they are written."""
    if "time" in columns:
        cells = _cells(seen, columns["time"])
        return columns, find_time_form(cells) or TimeForm("iso", ("unknown_times",) * bool(cells))
    for column in seen.columns:
        free = column not in columns.values() and seen.columns.count(column) == 1
        found = find_time_form(_cells(seen, column)) if free else None
        if found is not None and not found.form.startswith("epoch"):  # any large number is one
            return columns | {"time": column}, found
    return columns, TimeForm("iso")


def _fits(mapping: TableMapping, header: list[str]) -> bool:
    """Whether it was made for such a table: it names columns, and all it needs are there."""
    if not mapping.columns and not mapping.metrics:
        return False
    try:
        find_columns(header, compiled(mapping))
    except (HeaderError, MappingError):
        return False
    return True


def _columns(header: Sequence[str]) -> dict[str, str]:
    """Return field -> column: the field's own name first, then the names that others use."""
    plain = {_plain(name): name for name in reversed(header)}
    found: dict[str, str] = {}
    for field, synonyms in SYNONYMS.items():
        free = {name: c for name, c in plain.items() if c not in found.values()}
        column = _best(free, (_plain(field), *synonyms))
        if column is not None and header.count(column) == 1:
            found[field] = column
    return found


def _best(plain: Mapping[str, str], names: Sequence[str]) -> str | None:
    """Return the column of the first name; else one whose name has a longer one in it."""
    exact = (plain[name] for name in names if name in plain)
    within = (
        column
        for name in names
        for own, column in plain.items()
        if len(name) >= SURE_WITHIN and name in own
    )
    return next(exact, None) or next(within, None)


def _plain(name: str) -> str:
    return "".join(mark for mark in name.lower() if mark.isalnum())


def _cells(seen: Inspected, column: str) -> list[str]:
    """Return the cells of a column that are not empty."""
    if column not in seen.columns:
        return []
    place = seen.columns.index(column)
    cells = (row[place].strip() for row in seen.rows if len(row) > place)
    return [cell for cell in cells if cell]


def with_dialect(mapping: TableMapping, seen: Inspected) -> TableMapping:
    """Return a mapping with the file's own delimiter and encoding where it has none."""
    return msgspec.structs.replace(
        mapping,
        delimiter=mapping.delimiter or seen.dialect["delimiter"],
        encoding=mapping.encoding or seen.dialect["encoding"],
    )
