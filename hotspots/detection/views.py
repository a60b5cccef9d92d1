"""The six views: what each remembers of its departures, and by how much one tops that."""

from array import array
from struct import Struct

from .memory import SUDDEN, WARM_UP, Result, Rex
from .slots import DAY

MEMORY_SECONDS = 90 * DAY
HALF_LIFE_EVENTS = (200.0, 7_000.0)
LN_2 = 0.6931
RAW_LIMIT = 9.0
_SIX = Struct("6f")


def half_life(interval: float) -> float:
    """The half-life of the memory, in events, for readings every ``interval`` seconds."""
    low, high = HALF_LIFE_EVENTS
    return min(max(MEMORY_SECONDS / interval, low), high) if interval > 0 else high


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


def is_within(state: Rex, departures: tuple[float, ...]) -> bool:
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


def largest_exceedance(
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


def remember(state: Rex, result: Result) -> None:
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
