"""One reading of one series through everything: judge, decide, learn, go on.

``observe`` is for a reading newer than all before it, ``observe_late`` for one that is not,
``revise`` for one whose value is corrected, ``silence`` for one that does not come.
"""

from collections.abc import Mapping

from . import lifecycle, rex
from .episode import OPEN, PERIODS, SeriesState
from .finding import Finding
from .findings import (
    CYCLE_SECONDS,
    DATA_QUALITY,
    SILENT,
    UNIT_SUSPECT,
    data_quality,
    find_anomaly,
    find_excess,
    find_flatline,
    find_rise,
    is_learning,
)
from .ladder import Rules
from .lifecycle import Change
from .slots import DAY, HOUR, HOURS, month, slot_of

LATE_SECONDS = DAY
#: Late readings from which replaying the series in order of time is worth offering.
BACKFILL = 50
#: What an accepted new normal leaves of the readings that a slot remembers.
ADAPTED_COUNT = 10
LATE_INTERVALS = 3
SILENCE_SECONDS = 15 * 60.0
SILENCE_INTERVALS = 3
PERIOD_SECONDS = {"hour": HOUR, "day": DAY}
#: What the detector's four-byte numbers hold, with room for sums and differences.
LARGEST = 1e37
NO_TARGETS: Mapping[str, float] = {}
NO_CHANGES: list[Change] = []


def observe(
    state: SeriesState,
    t: float,
    x: float,
    rules: Rules,
    utc_offset: float = 0.0,
    targets: Mapping[str, float] = NO_TARGETS,
    *,
    quiet: bool = False,
) -> tuple[rex.Result, list[Change]]:
    """Take in the newest reading of a series.

    Args:
        t: its time, seconds since 1970 UTC, later than ``state.newest``.
        x: its value in the metric's unit, finite.
        utc_offset: seconds that the entity's wall clock is ahead of UTC at that time.
        targets: period ("reading", "hour", "day", "month") -> target above zero, same unit.
        quiet: only learn; open and change nothing.

    Returns:
        How the reading looked before it was learned, and the steps of the episode.
    """
    memory, x = state.rex, bounded(x)
    frozen = state.is_frozen(t)
    result = rex.assess(memory, t, x, utc_offset, heed_gaps=True, frozen=frozen)
    _note(state, t, x)
    finding = _find(state, result, rules, utc_offset, targets)
    if finding is not None and finding.reason == UNIT_SUSPECT:
        state.suspects += 1
        rex.pass_over(memory, result)
    else:
        state.suspects = 0
        _learn_unless_frozen(state, result)
    if quiet:
        memory.peak = 0.0  # nothing was shown, so there is no peak to rest from
        return result, NO_CHANGES
    if finding is None and not state.episode.phase:
        return result, NO_CHANGES
    return result, lifecycle.advance(state, result, finding, rules)


def with_baseline(targets: Mapping[str, float], baseline: float | None) -> Mapping[str, float]:
    """The targets of one reading: its own ``baseline``, if that is above zero, comes first."""
    if baseline is None or baseline <= 0:
        return targets
    return {**targets, "reading": baseline}


def bounded(x: float) -> float:
    """The value within what the detector can remember; minus zero is zero."""
    return max(-LARGEST, min(LARGEST, x)) + 0.0


def is_stale(state: SeriesState, t: float) -> bool:
    """Whether a late reading is too old even to be judged."""
    return t < state.newest - max(LATE_SECONDS, LATE_INTERVALS * state.rex.interval)


def observe_late(
    state: SeriesState, t: float, x: float, rules: Rules, utc_offset: float = 0.0
) -> tuple[float, list[Change]]:
    """Judge a late reading against its slot, without learning it. Arguments as for ``observe``.

    Returns:
        Its score in the view ``season``, and what it adds to an open episode: it opens none.
    """
    memory, x = state.rex, bounded(x)
    if memory.n < rex.WARM_UP[memory.kind]:
        return 0.0, NO_CHANGES
    slot = slot_of(t + utc_offset, memory.kind)
    departure = x - rex.base(memory, slot) - memory.centers[rex.SEASON]
    score = min(rex.RAW_LIMIT, max(0.0, rex.exceedance(memory, rex.SEASON, departure, abs(x))))
    change = lifecycle.add_late(state.episode, t) if score >= rules.threshold else None
    return score, [change] if change else NO_CHANGES


def revise(
    state: SeriesState, t: float, x: float, before: float, utc_offset: float = 0.0
) -> list[Change]:
    """Note that the reading of time ``t`` is now said to have been ``x``, not ``before``.

    What was used in its hour, day or month is corrected as well, nothing is learned.
    """
    x, change, local = bounded(x), bounded(x) - bounded(before), t + utc_offset
    for period in PERIODS[1:]:
        if _number(local, period) == getattr(state, period):
            setattr(state, f"used_{period}", getattr(state, f"used_{period}") + change)
    episode, step = state.episode, None
    if t == episode.cause_at:
        step = lifecycle.resolve_corrected(episode, t, x, state.newest)
    elif episode.cause_period:
        period = PERIODS[episode.cause_period]
        if _number(local, period) == _number(episode.cause_at + utc_offset, period):
            step = lifecycle.resolve_less_used(episode, change, state.newest)
    return [step] if step else NO_CHANGES


def silence_after(interval: float) -> float:
    """Seconds without a reading that are worth telling, for readings every ``interval`` s."""
    return max(SILENCE_INTERVALS * interval, SILENCE_SECONDS)


def silence(state: SeriesState, at: float) -> list[Change]:
    """Open an episode because nothing came up to ``at``, unless one is open."""
    memory = state.rex
    if state.episode.phase == OPEN or at - state.newest < silence_after(memory.interval):
        return NO_CHANGES
    result = rex.assess(memory, state.newest, state.last_value)
    finding = data_quality(state, result, SILENT, f"{memory.interval:g}")
    return [lifecycle.start(state, finding._replace(at=at, side=-1, score=0.0, measure=0.0))]


def accept(state: SeriesState, t: float, x: float, utc_offset: float = 0.0) -> None:
    """Learn a reading after all that was taken for a wrong unit: somebody says it is real.

    It counts in the slot of its own time ``t`` and leaves the cadence as it is.
    """
    memory = state.rex
    result = rex.assess(memory, memory.t, bounded(x), utc_offset + t - memory.t)
    _learn(state, result._replace(interval=memory.interval))


def adapt(state: SeriesState) -> None:
    """Let what comes now count as normal soon: slots forget most of what they held.

    What is remembered of departures stays, so that the new level has to be topped as well.
    """
    memory = state.rex
    memory.counts = bytearray(min(count, ADAPTED_COUNT) for count in memory.counts)


def freeze(state: SeriesState, until: float) -> None:
    """Judge the readings up to a moment by what is known now: none of them is learned."""
    state.frozen_after, state.frozen_until = state.newest, until


def thaw(state: SeriesState) -> None:
    """Learn again."""
    state.frozen_after = state.frozen_until = 0.0


def is_young(state: SeriesState) -> bool:
    """Whether a series is still learning, as of its newest reading."""
    memory = state.rex
    if memory.n < rex.WARM_UP[memory.kind]:
        return True
    return memory.kind == HOURS and state.newest - state.first_at < CYCLE_SECONDS


def offers_rebuild(state: SeriesState) -> bool:
    """Whether enough came late that learning the series anew, in order, is worthwhile."""
    return state.late >= BACKFILL


def _note(state: SeriesState, t: float, x: float) -> None:
    """What is remembered of every reading, trusted or not."""
    if state.n_seen == 0:
        state.first_at = t
    state.n_seen += 1
    if x == state.last_value and state.run:
        state.run += 1
        return
    state.longest_run = max(state.longest_run, state.run)
    state.run, state.last_value = 1, x


def _find(
    state: SeriesState,
    result: rex.Result,
    rules: Rules,
    utc_offset: float,
    targets: Mapping[str, float],
) -> Finding | None:
    """The finding that outranks the others; a value in a doubtful unit is held to no target."""
    found = None
    if result.score >= rules.threshold and not is_learning(state, result):
        found = find_anomaly(state, result, rules)
        if found is not None and found.rule == DATA_QUALITY:
            return found
    if state.run > lifecycle.OPENING_BAND_EVENTS and found is None:
        found = None if is_learning(state, result) else find_flatline(state, result)
    if found is None and state.is_frozen(result.t):
        found = find_rise(state, result, rules)
    for period, target in targets.items():
        used = result.value if period == "reading" else _use(state, result, utc_offset, period)
        excess = find_excess(state, result, used, target, period, rules)
        if excess is not None and (found is None or excess.rank > found.rank):
            found = excess
    return found


def _use(state: SeriesState, result: rex.Result, utc_offset: float, period: str) -> float:
    """Add the reading to what was used in the period that it lies in."""
    present = _number(result.t + utc_offset, period)
    used = getattr(state, f"used_{period}") if getattr(state, period) == present else 0.0
    used = bounded(used + result.value)
    setattr(state, period, present)
    setattr(state, f"used_{period}", used)
    return used


def _number(local: float, period: str) -> int:
    """The number of the hour, day or month that a moment of the wall clock lies in."""
    return month(local) if period == "month" else int(local // PERIOD_SECONDS[period])


def _learn_unless_frozen(state: SeriesState, result: rex.Result) -> None:
    if state.is_frozen(result.t):
        rex.follow(state.rex, result)
    else:
        _learn(state, result)


def _learn(state: SeriesState, result: rex.Result) -> None:
    rate = max(2e-4, 1 / (state.rex.n + 1))
    state.magnitude += rate * (abs(result.value) - state.magnitude)
    rex.learn(state.rex, result)
