"""States as version 1 wrote them: every number in a fixed place, most in eight bytes."""

from collections.abc import Iterator
from itertools import islice
from struct import Struct
from typing import Any

from .episode import Episode, SeriesState
from .rex import REST_EVENTS, SLOT_COUNT_LIMIT, VIEWS, Rex
from .slots import SIZE

VERSION = 1

_REX = (
    "n", "kind", "age", "t", "interval", "mean", "level_fast", "level_slow", "residual_level",
    "residual_fast", "residual_slow", "peak",
)  # fmt: skip
_SERIES = (
    "n_seen", "first_at", None, "magnitude", "suspects", "run", "longest_run", "last_value",
)  # fmt: skip
_EPISODE = (
    "phase", "hotspot", "rule", "reason", "side", "severity", "measure", "score", "below", "above",
    "cause_at", "cause_lower", "cause_upper", "opened_at", "last_seen_at", "written_at",
    "occurrences", "events", "clear", "beyond", "since_resolved", "labels", "flapping",
    "reopenings", "reopened_at_1", "reopened_at_2", "reopened_n_1", "reopened_n_2",
)  # fmt: skip
_USE = ("used_hour", "used_day", "used_month", "hour", "day", "month")
_LAYOUT = Struct("<B qBH 9d 48d 48H 18d 6d qdddqqqd 6q10d8q2d2q")


def read(data: bytes) -> SeriesState:
    """Convert a state; numbers that are narrower now are rounded.

    Raises:
        ValueError: not a state of this version.
    """
    if len(data) != _LAYOUT.size or data[0] != VERSION:
        raise ValueError(f"State of version {data[0]}, {len(data)} bytes.")
    values = iter(_LAYOUT.unpack(data)[1:])
    state, episode = SeriesState(), Episode()
    _set(state.rex, _REX, values)
    _set_slots(state.rex, values)
    _set(state, _USE, values)
    _set(state, _SERIES, values)
    _set(episode, _EPISODE, values)
    state.episode = episode
    state.hour, state.day, state.month = int(state.hour), int(state.day), int(state.month)
    return state


def _set(owner: object, names: tuple[str | None, ...], values: Iterator[Any]) -> None:
    """Take values over, but for those that are no longer kept."""
    for name, value in zip(names, islice(values, len(names)), strict=True):
        if name is not None:
            setattr(owner, name, value)


def _set_slots(memory: Rex, values: Iterator[Any]) -> None:
    """The slots' means become distances from an anchor."""
    means, counts = list(islice(values, SIZE)), list(islice(values, SIZE))
    memory.anchor, memory.age = memory.mean, min(memory.age, REST_EVENTS)
    for slot, (mean, count) in enumerate(zip(means, counts, strict=True)):
        memory.counts[slot] = min(count, SLOT_COUNT_LIMIT)
        memory.offsets[slot] = mean - memory.anchor if count else 0.0
    memory.centers = list(islice(values, len(VIEWS)))
    for remembered in (memory.above, memory.below):
        for view, departure in enumerate(islice(values, len(VIEWS))):
            remembered[view] = departure
