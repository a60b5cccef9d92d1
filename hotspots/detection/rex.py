"""REX: record exceedance over a seasonal baseline.

Six views of how a value departs from what was expected. Each remembers the largest departure
seen so far on either side and forgets it slowly. The score is by how much the most surprising
view tops its memory: 0.17 means 17 % beyond anything remembered.

Causal, and constant in time and memory per reading. ``assess`` only reads the state and
``learn`` writes it, so that a reading can be judged without being learned. What surrounds
the detector (targets, units, gaps, episodes) is in the modules beside this one.
"""

from array import array

from .memory import SEASON, SUDDEN, VIEWS, WARM_UP, Result, Rex, zeros
from .slots import SIZE, kind_for, slot_of
from .views import (
    LN_2,
    RAW_LIMIT,
    exceedance,
    half_life,
    is_within,
    largest_exceedance,
    remember,
)

__all__ = [
    "LN_2", "RAW_LIMIT", "SEASON", "SUDDEN", "VIEWS", "WARM_UP", "Result", "Rex", "assess", "base",
    "exceedance", "follow", "half_life", "learn", "pass_over", "rest", "update",
]  # fmt: skip

GAP_INTERVALS = 3.0
REST_EVENTS = 100
#: Memory of a slot, in readings; the most that one byte counts.
SLOT_COUNT_LIMIT = 255
#: Readings after which the means of the slots are measured from where the series is now.
ANCHOR_EVENTS = 256
GLOBAL_WEIGHT = 3


def update(state: Rex, t: float, x: float, utc_offset: float = 0.0) -> tuple[Rex, Result]:
    """Judge and learn one reading; ``state`` is changed in place and returned.

    Args:
        t: time of the reading, seconds since 1970 UTC, not before the one before.
        x: its value, at most 1e37 either way.
        utc_offset: seconds that the entity's wall clock is ahead of UTC at that time.
    """
    result = assess(state, t, x, utc_offset)
    learn(state, result)
    return state, result


def assess(
    state: Rex,
    t: float,
    x: float,
    utc_offset: float = 0.0,
    *,
    heed_gaps: bool = False,
    frozen: bool = False,
) -> Result:
    """Judge a reading without learning it. Arguments as for :func:`update`, and

    Args:
        heed_gaps: leave the views ``jump`` and ``shift`` out of the first reading after a gap.
        frozen: leave them out, since the readings before this one were not learned.
    """
    n = state.n
    interval, gap = _cadence(state, t)
    gap = frozen or (gap and heed_gaps)
    kind = kind_for(interval)
    slot = slot_of(t + utc_offset, kind)
    known = kind == state.kind  # else its slots hold the means of other readings
    if n == 0:
        norm = level_fast = level_slow = x
    else:
        norm = base(state, slot) if known else state.mean
        level_fast, level_slow = state.level_fast, state.level_slow
    residual = x - norm
    share = 1 / (n + 1)
    fast = state.residual_fast + max(0.3, share) * (residual - state.residual_fast)
    slow = state.residual_slow + max(0.03, share) * (residual - state.residual_slow)
    c = state.centers
    departures = (
        x - c[0],
        residual - c[1],
        residual - state.residual_level - c[2],
        x - level_fast - c[3],
        fast - slow - c[4],
        x - level_slow - c[5],
    )
    raw, view, within = 0.0, 0, is_within(state, departures)
    if not within and n >= WARM_UP[kind]:
        raw, view = largest_exceedance(state, departures, abs(x), gap=gap)
    expected = norm + state.residual_level
    return Result(
        t, x, raw if raw > state.peak else 0.0, raw, view, 1 if departures[view] >= 0 else -1,
        expected, expected + c[2] - state.below[2], expected + c[2] + state.above[2],
        slot, state.counts[slot] if known else 0, kind,
        interval, residual, fast, slow, departures, within, gap,
    )  # fmt: skip


def base(state: Rex, slot: int) -> float:
    """The mean of a slot, drawn towards the mean of all readings while the slot is young."""
    count = state.counts[slot]
    mean = state.anchor + state.offsets[slot]
    return (count * mean + GLOBAL_WEIGHT * state.mean) / (count + GLOBAL_WEIGHT)


def learn(state: Rex, result: Result) -> None:
    """Take a judged reading into memory."""
    x, residual, slot, n = result.value, result.residual, result.slot, state.n
    share = 1 / (n + 1)
    if result.kind != state.kind:  # slots of another kind hold the means of other readings
        state.kind, state.counts, state.offsets = result.kind, bytearray(SIZE), zeros(SIZE)
    if n == 0:
        state.anchor = x
        state.level_fast = state.level_slow = x
        state.centers = list(result.departures)
    else:
        remember(state, result)
    state.residual_fast, state.residual_slow = result.residual_fast, result.residual_slow
    state.mean += max(2e-4, share) * (x - state.mean)
    _learn_slot(state, slot, x)
    state.level_fast += max(0.1, share) * (x - state.level_fast)
    state.level_slow += max(0.005, share) * (x - state.level_slow)
    state.residual_level += max(0.02, share) * (residual - state.residual_level)
    rest(state, result.raw)
    pass_over(state, result)
    state.n = n + 1


def pass_over(state: Rex, result: Result) -> None:
    """Note only that a reading came: its value is not trusted, its time is."""
    state.t, state.interval = result.t, result.interval


def follow(state: Rex, result: Result) -> None:
    """Note that a reading came and how unusual it was: it does not change what is normal."""
    rest(state, result.raw)
    pass_over(state, result)


def _learn_slot(state: Rex, slot: int, x: float) -> None:
    """Take a reading into the mean of its slot."""
    counts, offsets = state.counts, state.offsets
    if counts[slot] < SLOT_COUNT_LIMIT:
        counts[slot] += 1
    if state.n % ANCHOR_EVENTS == 0:
        _anchor(state)
    offsets[slot] += (x - state.anchor - offsets[slot]) / counts[slot]


def _anchor(state: Rex) -> None:
    """Measure the slots' means from the present mean of all readings."""
    moved = state.anchor - state.mean
    state.offsets = array("f", [moved + offset for offset in state.offsets])
    state.anchor = state.mean


def _cadence(state: Rex, t: float) -> tuple[float, bool]:
    """The typical interval once this reading counts, and whether a gap lies before it."""
    if state.n == 0:
        return 0.0, False
    usual, passed = state.interval, t - state.t
    if state.n == 1:
        return passed, False
    rate = 0.05 if passed < GAP_INTERVALS * usual else 0.005
    return usual + rate * (passed - usual), passed > GAP_INTERVALS * usual


def rest(state: Rex, raw: float) -> None:
    """After a peak only a higher one scores, until ``REST_EVENTS`` readings have passed."""
    if raw > state.peak:
        state.peak, state.age = raw, 0
        return
    state.age = min(state.age + 1, REST_EVENTS)
    if state.age == REST_EVENTS:
        state.peak = 0.0
