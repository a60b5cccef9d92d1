"""What the command line says about a table, as a ``TableMapping``."""

from collections.abc import Sequence
from typing import Any

import msgspec

from .layout import MetricColumn
from .mapping import MappingError, TableMapping, canonical_encoding, compiled
from .validation import shown

DELIMITERS = {"tab": "\t", "auto": "", "comma": ",", "semicolon": ";", "pipe": "|"}
#: The option to blame for a mapping that makes no sense.
OPTIONS = {
    "bad_delimiter": "--delimiter",
    "bad_decimal": "--decimal",
    "bad_encoding": "--encoding",
    "bad_time_format": "--time-format",
    "bad_time_zone": "--time-zone",
}


class OptionError(ValueError):
    """An option cannot be understood; the sentence names it."""


def make_mapping(base: TableMapping, options: dict[str, Any]) -> TableMapping:
    """Return a mapping with the options that were given in place of what it says.

    Args:
        base: the default, or one that was saved.
        options: ``map`` (FIELD=COLUMN), ``set`` (FIELD=VALUE), ``metric``
            (NAME=COLUMN or NAME:UNIT=COLUMN), ``delimiter``, ``decimal``, ``time_format``,
            ``time_zone``, ``encoding``; what is absent or ``None`` was not given.

    Raises:
        OptionError: one of them makes no sense.
    """
    given = {name: options.get(name) for name in ("decimal", "time_format", "time_zone")}
    try:
        if encoding := options.get("encoding"):
            given["encoding"] = canonical_encoding(encoding)
        mapping = msgspec.structs.replace(
            base,
            columns=base.columns | _fields("--map", "FIELD=COLUMN", options.get("map") or ()),
            constants=base.constants | _fields("--set", "FIELD=VALUE", options.get("set") or ()),
            metrics=[metric_column(text) for text in options.get("metric") or ()] or base.metrics,
            **{name: value for name, value in given.items() if value is not None},
        )
        if (mark := options.get("delimiter")) is not None:
            mapping = msgspec.structs.replace(mapping, delimiter=DELIMITERS.get(mark, mark))
        compiled(mapping)
    except MappingError as error:
        option = OPTIONS.get(error.code, "")
        raise OptionError(f"{option}: {error}" if option else str(error)) from error
    return mapping


def _fields(option: str, form: str, texts: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        name, column = _pair(option, form, text)
        if name in found:
            raise OptionError(f"{option}: {name} is given twice.")
        found[name] = column
    return found


def metric_column(text: str) -> MetricColumn:
    """Read ``NAME=COLUMN`` or ``NAME:UNIT=COLUMN``; raises ``OptionError``."""
    name, column = _pair("--metric", "NAME=COLUMN or NAME:UNIT=COLUMN", text)
    metric, _, unit = name.partition(":")
    return MetricColumn(metric=metric.strip(), unit=unit.strip(), column=column)


def _pair(option: str, form: str, text: str) -> tuple[str, str]:
    name, _, rest = text.partition("=")
    if not name.strip() or not rest.strip():
        raise OptionError(f"{option} {shown(text)}: write it as {form}.")
    return name.strip(), rest.strip()
