"""How the columns of a table become an event's fields: one description for every door.

The command line, uploads and saved mappings all speak ``TableMapping``; ``compiled`` checks one
and makes the ``Layout`` that rows are read with.
"""

import codecs
from collections.abc import Collection
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from streams.errors import DomainError

from .layout import Layout, MetricColumn
from .validation import FIELDS, TEXT_LIMITS, shown

CONSTANT_FIELDS = ("entity", "entity_type", "metric", "unit")
DECIMALS = (".", ",")
ENCODINGS = (
    *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1250", "cp1251", "cp1252"),
    *("iso8859-2", "iso8859-15", "cp437", "cp850", "mac-roman", "shift_jis", "cp949", "gb18030"),
    "big5",
)
MAX_ENTRIES = 100  # columns or metrics of one mapping
MAX_FORMAT = 100  # characters of a pattern for times
MAX_NAME = 500  # characters of a column's name


class MappingError(DomainError):
    """A mapping makes no sense, or not for this table; ``code`` says which way."""

    code = "bad_mapping"
    status = 400

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class TableMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table in words; the default is UTF-8, a column per field, times in ISO 8601.

    Attributes:
        columns: field -> name of its column, where the names differ.
        constants: field -> its value in every row.
        metrics: columns with the values of several metrics of one row.
        delimiter: between cells; "" is found out from the file.
        decimal: the mark before decimals, ``.`` or ``,``.
        encoding: of the text; "" is found out: UTF-8, or what a byte order mark says.
        time_format: ``iso``, ``epoch_s``, ``epoch_ms``, or a ``strptime`` pattern.
        time_zone: IANA name, of times without an offset; "" refuses those.
    """

    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    metrics: list[MetricColumn] = []
    delimiter: str = ""
    decimal: str = "."
    encoding: str = ""
    time_format: str = "iso"
    time_zone: str = ""

    def is_plain(self) -> bool:
        """Whether it says nothing about a table: all that NDJSON can be read with."""
        return self == TableMapping(encoding=self.encoding, delimiter=self.delimiter)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return msgspec.to_builtins(self)


def from_json(value: Any) -> TableMapping:
    """Return a client's mapping, checked.

    Raises:
        MappingError: it is no mapping, or makes no sense.
    """
    try:
        mapping = msgspec.convert(value, TableMapping)
    except msgspec.ValidationError as error:
        raise MappingError("bad_mapping", f"The mapping cannot be read: {error}.") from None
    compiled(mapping)
    return mapping


def compiled(mapping: TableMapping) -> Layout:
    """Check a mapping in itself and return what rows are read with.

    Raises:
        MappingError: one of its parts makes no sense; the sentence names it.
    """
    _check_columns(mapping)
    _check_constants(mapping)
    _check_metrics(mapping)
    _check_dialect(mapping)
    return Layout(
        columns=mapping.columns,
        constants=mapping.constants,
        metrics=tuple(mapping.metrics),
        time_format=_time_format(mapping.time_format),
        time_zone=_zone(mapping.time_zone) if mapping.time_zone else None,
        decimal_comma=mapping.decimal == ",",
    )


def canonical_encoding(name: str) -> str:
    """Return our name of an encoding.

    Raises:
        MappingError: there is none of that name, or it is not read here.
    """
    try:
        wanted = codecs.lookup(name).name
    except (LookupError, ValueError):
        wanted = ""
    for known in ENCODINGS:
        if codecs.lookup(known).name == wanted:
            return known
    raise MappingError("bad_encoding", f"{shown(name)} is none of {', '.join(ENCODINGS)}.")


def _check_columns(mapping: TableMapping) -> None:
    if len(mapping.columns) + len(mapping.metrics) > MAX_ENTRIES:
        raise MappingError("bad_mapping", f"A mapping names at most {MAX_ENTRIES} columns.")
    for name, column in mapping.columns.items():
        _check_field(name, FIELDS)
        _check_column(column, name)


def _check_constants(mapping: TableMapping) -> None:
    for name, value in mapping.constants.items():
        _check_field(name, CONSTANT_FIELDS)
        if name in mapping.columns:
            raise MappingError("mapped_twice", f"{name} has a column and a constant.")
        if not value.strip():
            raise MappingError("bad_constant", f"The constant {name} is empty.")
        if len(value) > TEXT_LIMITS[name]:
            detail = f"The constant {name} has more than {TEXT_LIMITS[name]} characters."
            raise MappingError("bad_constant", detail)


def _check_metrics(mapping: TableMapping) -> None:
    if not mapping.metrics:
        return
    if both := {"value", "metric", "unit"} & {*mapping.columns, *mapping.constants}:
        detail = f"{min(both)} is given twice: by itself, and with the columns of metrics."
        raise MappingError("mapped_twice", detail)
    names = [row.metric.strip() for row in mapping.metrics]
    if not all(names):
        raise MappingError("bad_mapping", "A metric has no name.")
    if len(set(names)) < len(names):
        raise MappingError(
            "mapped_twice", f"The metric {shown(max(names, key=names.count))} has two columns."
        )
    for row in mapping.metrics:
        _check_column(row.column, row.metric)


def _check_field(name: str, known: Collection[str]) -> None:
    if name in known:
        return
    close = get_close_matches(name, known, n=1)
    meant = f"did you mean {close[0]}?" if close else f"use {', '.join(sorted(known))}."
    raise MappingError("no_such_field", f"There is no field {shown(name)} to set: {meant}")


def _check_column(column: str, name: str) -> None:
    if not column.strip():
        raise MappingError("bad_mapping", f"The column of {name} has no name.")
    if len(column) > MAX_NAME:
        raise MappingError("bad_mapping", f"The column of {name}: more than {MAX_NAME} characters.")


def _check_dialect(mapping: TableMapping) -> None:
    mark = mapping.delimiter
    if mark and (len(mark) != 1 or mark in '"\r\n\0' or mark.isalnum() or not mark.isascii()):
        detail = f"The delimiter is one character like , ; | or a tab, not {shown(mark)}."
        raise MappingError("bad_delimiter", detail)
    if mapping.decimal not in DECIMALS:
        detail = f"The decimal mark is . or , and not {shown(mapping.decimal)}."
        raise MappingError("bad_decimal", detail)
    if mapping.encoding:
        canonical_encoding(mapping.encoding)


def _time_format(form: str) -> str:
    if form in ("iso", "epoch_s", "epoch_ms"):
        return form
    now = datetime.now(UTC)
    if len(form) > MAX_FORMAT:
        raise MappingError("bad_time_format", f"A pattern has at most {MAX_FORMAT} characters.")
    try:
        known = datetime.strptime(now.strftime(form), form)  # noqa: DTZ007 - only tried out
    except (ValueError, UnicodeError) as error:
        known, reason = None, str(error)
    else:
        reason = "it has no year, month and day"
    if known is None or known.date() != now.date() or "%" not in form:
        detail = (
            f"{shown(form)} is neither iso, epoch_s, epoch_ms nor a strptime pattern: {reason}."
        )
        raise MappingError("bad_time_format", detail)
    return form


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # unknown, a folder, or no name at all
        detail = f"There is no time zone {shown(name)}; use a name like Asia/Seoul."
        raise MappingError("bad_time_zone", detail) from None
