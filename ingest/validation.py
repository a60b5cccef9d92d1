"""One event's fields, checked and turned into a ``Reading``: every code a sender can meet."""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from hotspots.readings import Reading, Rejection

TEXT_LIMITS = {"id": 200, "entity": 200, "metric": 100, "unit": 32, "entity_type": 40}
ATTRIBUTES_LIMIT = 8 * 1024
REQUIRED = ("entity", "metric", "value", "time")
FIELDS = frozenset({*TEXT_LIMITS, "value", "time", "baseline", "attributes"})
# A clock that was never set says the year 1, where time zones and slots no longer compute.
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_COMPACT = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class RefusedError(Exception):
    """One event cannot be taken. ``code`` is for programs, the text for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code

    def at(self, index: int) -> Rejection:
        """Return the rejection of the event at ``index``."""
        return Rejection(index, self.code, str(self))


def to_reading(index: int, event: Any, latest: datetime) -> Reading:
    """Check one decoded event and return it as a reading.

    Args:
        index: position in what the sender sent.
        event: what JSON made of it: anything, and a dictionary if it is valid.
        latest: the newest acceptable time, aware.

    Raises:
        RefusedError: the first thing that is wrong with it.
    """
    if not isinstance(event, dict):
        raise RefusedError("bad_type", f"An event is a JSON object, not {_kind(event)}.")
    if unknown := event.keys() - FIELDS:
        names = ", ".join(shown(name) for name in sorted(unknown)[:5])
        raise RefusedError("unknown_field", f"Unknown field {names}.")
    get = event.get
    for name in REQUIRED:
        if name not in event:
            raise missing(name)
    time, offset_seconds = _time(get("time"), latest)
    return Reading(
        index=index,
        entity=_required_text(event, "entity"),
        metric=_required_text(event, "metric"),
        value=_number("value", get("value")),
        time=time,
        entity_type=_text("entity_type", get("entity_type")),
        unit=_text("unit", get("unit")),
        key=_text("id", get("id")),
        baseline=None if get("baseline") is None else _number("baseline", get("baseline")),
        attributes=_attributes(get("attributes")),
        offset_seconds=offset_seconds,
    )


def missing(name: str) -> RefusedError:
    """Return the error for a required field that is absent or empty."""
    return RefusedError("missing_field", f"{name} is missing.")


def shown(text: str) -> str:
    """Return a sender's text quoted, cut and without characters that cannot be printed."""
    return repr(text[:60]) + ("…" if len(text) > 60 else "")


def _required_text(event: Mapping[str, Any], name: str) -> str:
    text = _text(name, event[name])
    if text is None:
        raise missing(name)
    return text


def _text(name: str, value: Any) -> str | None:
    """Return the stripped text, ``None`` if there is none."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise RefusedError("bad_type", f"{name} is text, not {_kind(value)}.")
    text = value.strip()
    if len(text) > TEXT_LIMITS[name]:
        raise RefusedError("too_long", f"{name} has more than {TEXT_LIMITS[name]} characters.")
    if not _storable(text):
        raise RefusedError("bad_value", f"{name} contains a NUL or half a surrogate pair.")
    return text or None


def _storable(text: str) -> bool:
    """Whether a database can store it: no NUL, and UTF-8 can express it."""
    if "\x00" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RefusedError("bad_value", f"{name} is a JSON number, not {_kind(value)}.")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise RefusedError("bad_value", f"{name} is not a finite number.")
    return number


def _time(value: Any, latest: datetime) -> tuple[datetime, int]:
    """Return the moment in UTC and the sender's offset in seconds."""
    if not isinstance(value, str):
        raise RefusedError("bad_time", f"time is ISO 8601 text, not {_kind(value)}.")
    try:
        time = datetime.fromisoformat(value.strip())
    except ValueError:
        raise RefusedError("bad_time", f"time {shown(value)} is not ISO 8601.") from None
    return in_utc(time, latest, value)


def in_utc(time: datetime, latest: datetime, text: str) -> tuple[datetime, int]:
    """Return a sender's time in UTC and its offset in seconds.

    Raises:
        RefusedError: it has no offset, or lies outside what can be stored or believed.
    """
    offset = time.utcoffset()
    if offset is None:
        detail = f"time {shown(text)} has no offset from UTC: end it with Z or +hh:mm."
        raise RefusedError("bad_time", detail)
    try:
        moment = time.astimezone(UTC)
    except OverflowError:
        moment = datetime.min.replace(tzinfo=UTC)
    if moment < EARLIEST:
        raise RefusedError("bad_time", f"time {shown(text)} is before {EARLIEST.year}.")
    if moment > latest:
        raise RefusedError("future_time", f"time {shown(text)} is in the future.")
    return moment, int(offset.total_seconds())


def _attributes(value: Any) -> str:
    """Return the object as compact JSON, "" if there is none."""
    if value is None:
        return ""
    if not isinstance(value, dict):
        raise RefusedError("bad_type", f"attributes is a JSON object, not {_kind(value)}.")
    try:
        text = _COMPACT.encode(value)
        size = len(text.encode())
    except (ValueError, RecursionError):  # an infinity, half a surrogate pair, a tower of lists
        raise RefusedError("bad_value", "attributes cannot be stored.") from None
    if size > ATTRIBUTES_LIMIT:
        raise RefusedError("too_long", f"attributes has more than {ATTRIBUTES_LIMIT} bytes.")
    if "\\u0000" in text.replace("\\\\", ""):
        raise RefusedError("bad_value", "attributes contains a NUL.")
    return text


def _kind(value: Any) -> str:
    names = {bool: "a boolean", str: "text", list: "an array", dict: "an object"}
    return "null" if value is None else names.get(type(value), "a number")
