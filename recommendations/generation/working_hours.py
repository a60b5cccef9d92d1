"""What the hour of a reading says: whether the place is at rest, starting or at work."""

import re
from collections.abc import Iterator
from itertools import dropwhile
from typing import TYPE_CHECKING

from .cause import Part, Surroundings
from .numerals import amount

if TYPE_CHECKING:
    from .situation import Situation

#: Readings before, from which on the quiet and the busy hours among them are known.
ENOUGH_READINGS = 32
# Shares of the most that was measured: a place at rest, a place as busy as ever.
RESTING_SHARE = 0.35
BUSY_SHARE = 0.6
# Too little: a standstill if so many readings were hardly more; below half of the least there is
# none, and far below it the number itself is in doubt.
QUIET_READINGS = 8
HARDLY_MORE = 1.5
STOPPED_SHARE = 0.5
TINY_SHARE = 0.1
_HOUR = re.compile(r"\b(\d{1,2})(?::\d\d| h\b)")
_WEEKEND = re.compile("saturday|sunday|weekend", re.IGNORECASE)


def hours(situation: "Situation") -> Iterator[Part]:
    """Return what the hour says of too much at a site, and quiet hours of too little anywhere."""
    if situation.side == "low":
        yield from _standstill(situation)
    elif situation.kind == "site":
        yield from _hour_of_site(situation)


def _hour_of_site(situation: "Situation") -> Iterator[Part]:
    found = _HOUR.search(situation.slot)
    hour = int(found[1]) if found else 12
    weekend = bool(_WEEKEND.search(situation.slot))
    works = _works_then(situation)
    if (weekend or hour < 5 or hour >= 20) and not works:
        when = "weekend" if weekend else "night"
        yield Part("rest", f"It is a {when} hour, when little should run.")
    elif found and 5 <= hour <= 8 and not weekend:
        yield Part("start", "It is an hour in which work begins.")
    elif works is False and (part := _out_of_hours(situation)):
        yield part
    else:
        yield Part("work", "")


def _standstill(situation: "Situation") -> Iterator[Part]:
    """Tell a place that stands still, which draws what it always draws then, from a dead meter."""
    seen, value, baseline = _seen(situation), situation.value, situation.baseline
    if not seen or value is None or baseline is None:
        return
    least = min(seen)
    told = amount(least, situation.unit)
    if least > 0 and value < STOPPED_SHARE * least:
        text = (
            f"Not even at quiet hours shortly before was it less than {told}: "
            "the meter or the feed may have stopped rather than the work."
        )
        yield Part("tiny" if 0 < value < TINY_SHARE * least else "dead", text, (least,))
    elif situation.kind != "grid" and _is_quiet(value, baseline, seen):
        text = (
            f"It is about as little as at quiet hours shortly before (down to {told}): "
            "work may stand still, as planned or not."
        )
        yield Part("quiet", text, (least,))


def _is_quiet(value: float, baseline: float, seen: list[float]) -> bool:
    as_little = sum(one <= HARDLY_MORE * value for one in seen)
    return value <= STOPPED_SHARE * baseline and as_little >= QUIET_READINGS


def _works_then(situation: "Situation") -> bool | None:
    """Whether so much is expected at this hour that the plant is at work; ``None``: unknown."""
    most = max(_seen(situation), default=None)
    if situation.baseline is None or most is None:
        return None
    return situation.baseline > RESTING_SHARE * most


def _seen(situation: "Situation") -> list[float]:
    """Return what was measured before, nothing if that is too little to tell the hours apart.

    Without what ends it in the value of the hotspot, over and over: that is part of it.
    """
    around = situation.surroundings or Surroundings()
    newest_first = (value for value, _ in reversed(around.before))
    seen = list(dropwhile(lambda value: value == situation.value, newest_first))
    return seen if len(seen) >= ENOUGH_READINGS else []


def _out_of_hours(situation: "Situation") -> Part | None:
    """Tell that a quiet hour looks like a busy one of the same days."""
    most, value = max(_seen(situation), default=None), situation.value
    if most is None or value is None or not BUSY_SHARE * most <= value <= most / BUSY_SHARE:
        return None
    busy = amount(most, situation.unit)
    text = (
        f"It is a quiet hour, yet as much ran as at busy ones (up to {busy} shortly before): "
        "the schedule moved, or something was left on."
    )
    return Part("shifted", text, (most,))
