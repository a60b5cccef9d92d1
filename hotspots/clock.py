"""Moments as numbers, and the wall clocks of entities."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

FIXED_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)(?::(\d\d))?\Z")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=1024)
def zone(name: str) -> tzinfo:
    """The time zone of an IANA name or a fixed offset like ``+09:00``; an unknown one is UTC."""
    if match := FIXED_OFFSET.match(name):
        sign, hours, minutes, seconds = match.groups(default="0")
        ahead = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
        return timezone(ahead if sign == "+" else -ahead)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


@lru_cache(maxsize=1024)
def offsets(name: str) -> Callable[[datetime], float]:
    """A function from an aware moment to the seconds that the zone's clock is ahead of UTC."""
    where = zone(name)
    fixed = where.utcoffset(None)
    if fixed is not None:
        seconds = fixed.total_seconds()
        return lambda _: seconds
    return lambda moment: (moment.astimezone(where).utcoffset() or timedelta()).total_seconds()


def offset_name(seconds: int) -> str:
    """A fixed offset's name: ``UTC``, ``+09:00``."""
    if not seconds:
        return "UTC"
    minutes, second = divmod(abs(seconds), 60)
    sign, tail = "-" if seconds < 0 else "+", f":{second:02d}" if second else ""
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}{tail}"


def moment(seconds: float) -> datetime:
    """Seconds since 1970 as an aware UTC moment, to the microsecond."""
    return EPOCH + timedelta(seconds=seconds)
