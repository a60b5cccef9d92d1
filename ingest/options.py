"""``--map``, ``--set``, ``--metric`` and what else describes a table, as a ``Layout``."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from .layout import Layout, MetricColumn
from .validation import FIELDS, shown

CONSTANT_FIELDS = ("entity", "entity_type", "metric", "unit")


class OptionError(ValueError):
    """An option cannot be understood; the sentence names it."""


def make_layout(
    *,
    maps: Sequence[str] = (),
    sets: Sequence[str] = (),
    metrics: Sequence[str] = (),
    time_format: str = "",
    time_zone: str = "",
    decimal_comma: bool = False,
) -> Layout:
    """Understand the options of a table.

    Args:
        maps: ``FIELD=COLUMN``.
        sets: ``FIELD=VALUE``.
        metrics: ``NAME=COLUMN`` or ``NAME:UNIT=COLUMN``.
        time_format: of ``strptime``.
        time_zone: a name of the IANA database.

    Raises:
        OptionError: one of them makes no sense.
    """
    columns = _fields("--map", "FIELD=COLUMN", maps, FIELDS)
    constants = _fields("--set", "FIELD=VALUE", sets, CONSTANT_FIELDS)
    taken = {*constants, *(("metric", "unit", "value") if metrics else ())}
    if both := taken & columns.keys() or (metrics and constants.keys() & {"metric", "unit"}):
        raise OptionError(f"{min(both)} is given twice, by --map, --set or --metric.")
    return Layout(
        columns=columns,
        constants=constants,
        metrics=tuple(_metric(text) for text in metrics),
        time_format=_time_format(time_format),
        time_zone=_zone(time_zone) if time_zone else None,
        decimal_comma=decimal_comma,
    )


def _fields(option: str, form: str, texts: Sequence[str], known: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        name, column = _pair(option, form, text)
        if name not in known:
            close = get_close_matches(name, known, n=1)
            meant = f"did you mean {close[0]}?" if close else f"use {', '.join(sorted(known))}."
            raise OptionError(f"{option}: there is no field {shown(name)}: {meant}")
        if name in found:
            raise OptionError(f"{option}: {name} is given twice.")
        found[name] = column
    return found


def _metric(text: str) -> MetricColumn:
    name, column = _pair("--metric", "NAME=COLUMN or NAME:UNIT=COLUMN", text)
    metric, _, unit = name.partition(":")
    return MetricColumn(metric.strip(), unit.strip(), column)


def _pair(option: str, form: str, text: str) -> tuple[str, str]:
    name, _, rest = text.partition("=")
    if not name.strip() or not rest.strip():
        raise OptionError(f"{option} {shown(text)}: write it as {form}.")
    return name.strip(), rest.strip()


def _time_format(form: str) -> str:
    try:
        datetime.strptime(datetime.now(UTC).strftime(form), form)  # noqa: DTZ007
    except ValueError as error:
        raise OptionError(f"--time-format {shown(form)}: {error}.") from None
    return form


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # unknown, a folder, or no name at all
        raise OptionError(
            f"--time-zone {shown(name)}: there is no such zone; use a name like Asia/Seoul."
        ) from None
