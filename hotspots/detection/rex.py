"""REX: record exceedance over a seasonal baseline.

Six views of how a value departs from what was expected. Each remembers the largest departure
seen so far on either side and forgets it slowly. The score is by how much the most surprising
view tops its memory: 0.17 means 17 % beyond anything remembered.

Causal, and constant in time and memory per reading. ``assess`` only reads the state and
``learn`` writes it, so that a reading can be judged without being learned. What surrounds
the detector (targets, units, gaps, episodes) is in the modules beside this one.
"""

from array import array
from struct import Struct
from typing import NamedTuple

from .slots import DAY, SIZE, kind_for, slot_of

VIEWS = ("range", "season", "season_level", "jump", "shift", "longrun")
SEASON = 1
#: views that compare with the last few readings
SUDDEN = (3, 4)
_SIX = Struct("6f")

#: Readings before a score is given, by kind of slots (hours, weekdays, months).
WARM_UP = (100, 14, 6)
GAP_INTERVALS = 3.0
MEMORY_SECONDS = 90 * DAY
HALF_LIFE_EVENTS = (200.0, 7_000.0)
LN_2 = 0.6931
REST_EVENTS = 100
#: Memory of a slot, in readings; the most that one byte counts.
SLOT_COUNT_LIMIT = 255
#: Readings after which the means of the slots are measured from where the series is now.
ANCHOR_EVENTS = 256
GLOBAL_WEIGHT = 3
RAW_LIMIT = 9.0


class Rex:
    """What the detector remembers of one series. All times in seconds, values in its unit.

    The mean of a slot is ``anchor + offsets[slot]``. Offsets and remembered departures are
    kept in four bytes, here as on disk, which is exact to seven digits of themselves: the
    anchor follows the series, so a small wiggle on a large number keeps its digits.
    """

    __slots__ = (
        "above", "age", "anchor", "below", "centers", "counts", "interval", "kind", "level_fast",
        "level_slow", "mean", "n", "offsets", "peak", "residual_fast", "residual_level",
        "residual_slow", "t",
    )  # fmt: skip

    def __init__(self) -> None:
        self.n = 0
        self.t = 0.0
        self.interval = 0.0
        self.kind = 0
        self.mean = 0.0
        self.anchor = 0.0
        self.offsets = _zeros(SIZE)
        self.counts = bytearray(SIZE)
        self.level_fast = 0.0
        self.level_slow = 0.0
        self.residual_level = 0.0
        self.residual_fast = 0.0
        self.residual_slow = 0.0
        self.centers = [0.0] * len(VIEWS)
        self.above = _zeros(len(VIEWS))
        self.below = _zeros(len(VIEWS))
        self.peak = 0.0
        self.age = 0


def _zeros(count: int) -> "array[float]":
    """Numbers of four bytes, all zero."""
    return array("f", bytes(4 * count))


class Result(NamedTuple):
    """What one reading looks like, before it is learned.

    ``score`` is ``raw`` when it tops the episode's peak, else 0. ``expected``, ``lower`` and
    ``upper`` are in the reading's unit. The fields after ``kind`` are what ``learn`` needs.
    """

    t: float
    value: float
    score: float
    raw: float
    view: int
    side: int
    expected: float
    lower: float
    upper: float
    slot: int
    slot_count: int
    kind: int
    interval: float
    residual: float
    residual_fast: float
    residual_slow: float
    departures: tuple[float, float, float, float, float, float]
    within: bool
    gap: bool

    @property
    def reason(self) -> str:
        """The view that was surprised most."""
        return VIEWS[self.view]


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
    raw, view, within = 0.0, 0, _is_within(state, departures)
    if not within and n >= WARM_UP[kind]:
        raw, view = _exceedance(state, departures, abs(x), gap=gap)
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


def exceedance(state: Rex, view: int, departure: float, magnitude: float) -> float:
    """By how much a departure tops what a view remembers: 0.1 is 10 % beyond it.

    A view that remembers nothing gives 1 for any departure that is not just rounding.
    """
    remembered = state.above[view] if departure >= 0 else state.below[view]
    size = abs(departure)
    rounding = 1e-9 * (abs(state.centers[view]) + magnitude) + 1e-300
    if remembered > rounding:
        return size / remembered - 1
    return 1.0 if size > rounding else 0.0


def learn(state: Rex, result: Result) -> None:
    """Take a judged reading into memory."""
    x, residual, slot, n = result.value, result.residual, result.slot, state.n
    share = 1 / (n + 1)
    if result.kind != state.kind:  # slots of another kind hold the means of other readings
        state.kind, state.counts, state.offsets = result.kind, bytearray(SIZE), _zeros(SIZE)
    if n == 0:
        state.anchor = x
        state.level_fast = state.level_slow = x
        state.centers = list(result.departures)
    else:
        _remember(state, result)
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


def half_life(interval: float) -> float:
    """The half-life of the memory, in events, for readings every ``interval`` seconds."""
    low, high = HALF_LIFE_EVENTS
    return min(max(MEMORY_SECONDS / interval, low), high) if interval > 0 else high


def _cadence(state: Rex, t: float) -> tuple[float, bool]:
    """The typical interval once this reading counts, and whether a gap lies before it."""
    if state.n == 0:
        return 0.0, False
    usual, passed = state.interval, t - state.t
    if state.n == 1:
        return passed, False
    rate = 0.05 if passed < GAP_INTERVALS * usual else 0.005
    return usual + rate * (passed - usual), passed > GAP_INTERVALS * usual


def _is_within(state: Rex, departures: tuple[float, ...]) -> bool:
    """Whether no view departs further than it remembers: so it is nearly always."""
    d0, d1, d2, d3, d4, d5 = departures
    up0, up1, up2, up3, up4, up5 = state.above
    down0, down1, down2, down3, down4, down5 = state.below
    return (
        -down0 <= d0 <= up0
        and -down1 <= d1 <= up1
        and -down2 <= d2 <= up2
        and -down3 <= d3 <= up3
        and -down4 <= d4 <= up4
        and -down5 <= d5 <= up5
    )


def _exceedance(
    state: Rex, departures: tuple[float, ...], magnitude: float, *, gap: bool
) -> tuple[float, int]:
    """The largest exceedance over the views, 0 to ``RAW_LIMIT``, and its view."""
    best, best_view = 0.0, 0
    for view, departure in enumerate(departures):
        if gap and view in SUDDEN:  # the first reading after a gap is no sudden change
            continue
        beyond = exceedance(state, view, departure, magnitude)
        if beyond > best:
            best, best_view = beyond, view
    return min(RAW_LIMIT, best), best_view


def _remember(state: Rex, result: Result) -> None:
    """Move every view's center and its remembered departures."""
    rate = max(3e-4, 1 / (state.n + 1))
    keep = 1 - LN_2 / half_life(result.interval)
    if result.gap or not result.within:
        _remember_each(state, result, rate, keep)
        return
    c0, c1, c2, c3, c4, c5 = state.centers
    d0, d1, d2, d3, d4, d5 = result.departures
    state.centers = [
        c0 + rate * d0, c1 + rate * d1, c2 + rate * d2,
        c3 + rate * d3, c4 + rate * d4, c5 + rate * d5,
    ]  # fmt: skip
    _fade(state.above, keep)
    _fade(state.below, keep)


def _fade(remembered: "array[float]", keep: float) -> None:
    a, b, c, d, e, f = remembered
    _SIX.pack_into(remembered, 0, a * keep, b * keep, c * keep, d * keep, e * keep, f * keep)


def _remember_each(state: Rex, result: Result, rate: float, keep: float) -> None:
    """The same for readings that are a record in some view, or come after a gap."""
    centers, above, below = state.centers, state.above, state.below
    capped = state.n >= WARM_UP[result.kind]
    for view, departure in enumerate(result.departures):
        if result.gap and view in SUDDEN:
            continue
        centers[view] += rate * departure
        above[view] = _grown(above[view], departure, keep, capped=capped)
        below[view] = _grown(below[view], -departure, keep, capped=capped)


def _grown(remembered: float, departure: float, keep: float, *, capped: bool) -> float:
    """A record replaces what is remembered, anything else lets it fade.

    Once warm it at most doubles: one absurd value must not blind the series.
    """
    if departure <= remembered:
        return remembered * keep
    return min(departure, 2 * remembered) if capped and remembered > 0 else departure


def rest(state: Rex, raw: float) -> None:
    """After a peak only a higher one scores, until ``REST_EVENTS`` readings have passed."""
    if raw > state.peak:
        state.peak, state.age = raw, 0
        return
    state.age = min(state.age + 1, REST_EVENTS)
    if state.age == REST_EVENTS:
        state.peak = 0.0
