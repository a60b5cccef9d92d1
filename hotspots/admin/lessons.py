"""What staff may teach a series, each with the words that explain it before it is done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hotspots.models import Series
from hotspots.series import teaching
from hotspots.series.rows import frozen_until

FREEZE = timedelta(days=7)


@dataclass(frozen=True)
class Lesson:
    """One button: ``call`` is the service, ``offered`` whether the page shows it."""

    name: str
    label: str
    done: str
    explanation: str
    call: Callable[..., Series]
    offered: Callable[[Series], bool] = lambda series: bool(series.count)


def freeze(*, at: datetime, **named: Any) -> Series:
    """Keep the old normal for a week."""
    return teaching.keep_old_normal(until=at + FREEZE, at=at, **named)


LESSONS = (
    Lesson(
        "accept", "Accept as new normal", "the present level is the new normal",
        "The hours forget most of what they held and follow the present level within days. An "
        "open hotspot resolves with the label “adapted”.",
        teaching.accept_as_normal,
    ),
    Lesson(
        "freeze", "Keep the old normal", "learning rests for 7 days",
        "Readings of the next 7 days are judged by what is known now, and none of them is "
        "learned. Hotspots go on opening.",
        freeze, lambda series: bool(series.count) and frozen_until(series) is None,
    ),
    Lesson(
        "unfreeze", "Learn again", "learning goes on",
        "Learning rests at present. It goes on with the next reading.",
        teaching.unfreeze, lambda series: frozen_until(series) is not None,
    ),
    Lesson(
        "rebuild", "Learn anew", "learned anew",
        "Everything that is stored is replayed in the order of time into a fresh memory: late "
        "readings are then learned too. Nobody is told. What was accepted as a new normal has "
        "to be accepted again.",
        teaching.rebuild,
    ),
)  # fmt: skip
