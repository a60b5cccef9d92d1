"""What stands in a cell, as a number or a moment: strictly, and never guessing between two."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal

from .layout import Layout
from .validation import RefusedError, shown

# float() alone would also take nan, infinity, 1_000 and the digits of other scripts.
_EXPONENT = r"([eE][-+]?[0-9]{1,4})?"
_WITH_POINT = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)" + _EXPONENT)
_WITH_COMMA = re.compile(r"[-+]?([0-9]+(,[0-9]*)?|,[0-9]+)" + _EXPONENT)
# Thousands: by the other mark, an apostrophe, or a space (also the two that do not break).
# With a decimal point, 1,234 alone could as well be 1.234 of another country: it needs another
# sign of what it is, a second group or decimals. Who asks for a decimal comma has said it.
_GROUPS = "[ \u00a0\u202f'\u2019]"
_GROUPED_BY_COMMA = re.compile(r"[-+]?[0-9]{1,3}((,[0-9]{3})+\.[0-9]+|(,[0-9]{3}){2,})")
_GROUPED_BY_POINT = re.compile(r"[-+]?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?")
_GROUPED_POINT = re.compile(rf"[-+]?[0-9]{{1,3}}({_GROUPS}[0-9]{{3}})+(\.[0-9]+)?")
_GROUPED_COMMA = re.compile(rf"[-+]?[0-9]{{1,3}}({_GROUPS}[0-9]{{3}})+(,[0-9]+)?")
_NOT_IN_FLOAT = re.compile(_GROUPS)
_EPOCH = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
_START = datetime(1970, 1, 1, tzinfo=UTC)


def number_reader(*, decimal_comma: bool) -> Callable[[str], float]:
    """Return what reads a stripped cell as a number, or raises ``RefusedError``."""
    return _with_comma if decimal_comma else _with_point


def time_reader(layout: Layout) -> Callable[[str], str]:
    """Return what reads a stripped cell as ISO 8601 text, or raises ``RefusedError``."""
    form, zone = layout.time_format, layout.time_zone
    if form in ("epoch_s", "epoch_ms"):
        per_second = 1 if form == "epoch_s" else 1000
        return lambda text: _epoch(text, per_second, zone or UTC)
    if form == "iso":
        return str if zone is None else lambda text: _iso(text, zone)
    return lambda text: _pattern(text, form, zone)


def localized(time: datetime, zone: tzinfo, text: str) -> datetime:
    """Return a wall clock's time as a moment.

    Raises:
        RefusedError: the clock jumped over that time, or showed it twice; which of the two
            readings an hour belongs to cannot be known, and a guess would overwrite the other.
    """
    first, second = time.replace(tzinfo=zone, fold=0), time.replace(tzinfo=zone, fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    if before == after or before is None or after is None:
        return first
    if before < after:
        what = "does not exist: the clock was put forward over it"
    else:
        what = "happened twice: the clock was put back. Give such times with an offset"
    raise RefusedError("bad_time", f"time {shown(text)} in {zone} {what}.")


def _with_point(text: str) -> float:
    if _WITH_POINT.fullmatch(text):
        return float(text)
    if _GROUPED_BY_COMMA.fullmatch(text):
        return float(text.replace(",", ""))
    if _GROUPED_POINT.fullmatch(text):
        return float(_NOT_IN_FLOAT.sub("", text))
    comma = " A decimal comma?" if "," in text else ""
    raise RefusedError("bad_value", f"{shown(text)} is no number.{comma}")


def _with_comma(text: str) -> float:
    if _WITH_COMMA.fullmatch(text):
        return float(text.replace(",", "."))
    if _GROUPED_BY_POINT.fullmatch(text):
        return float(text.replace(".", "").replace(",", "."))
    if _GROUPED_COMMA.fullmatch(text):
        return float(_NOT_IN_FLOAT.sub("", text).replace(",", "."))
    point = " A decimal point?" if _WITH_POINT.fullmatch(text) else ""
    raise RefusedError("bad_value", f"{shown(text)} is no number with a decimal comma.{point}")


def _epoch(text: str, per_second: int, zone: tzinfo) -> str:
    if not _EPOCH.fullmatch(text):
        unit = "seconds" if per_second == 1 else "milliseconds"
        raise RefusedError("bad_time", f"time {shown(text)} is no count of {unit} since 1970.")
    try:
        moment = _START + timedelta(microseconds=round(Decimal(text) * 1_000_000 / per_second))
        return moment.astimezone(zone).isoformat()
    except OverflowError:
        hint = " Milliseconds?" if per_second == 1 else ""
        raise RefusedError("bad_time", f"time {shown(text)} is beyond any date.{hint}") from None


def _iso(text: str, zone: tzinfo) -> str:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise RefusedError("bad_time", f"time {shown(text)} is not ISO 8601.") from None
    return (time if time.tzinfo else localized(time, zone, text)).isoformat()


def _pattern(text: str, form: str, zone: tzinfo | None) -> str:
    try:
        time = datetime.strptime(text, form)  # noqa: DTZ007 - the zone comes next
    except ValueError:
        detail = f"time {shown(text)} is not of the form {form}."
        raise RefusedError("bad_time", detail) from None
    return (time if time.tzinfo or zone is None else localized(time, zone, text)).isoformat()
