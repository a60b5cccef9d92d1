"""What the detector remembers of one series, and what it says of one reading."""

from array import array
from typing import NamedTuple

from .slots import SIZE

VIEWS = ("range", "season", "season_level", "jump", "shift", "longrun")
SEASON = 1
#: views that compare with the last few readings
SUDDEN = (3, 4)
#: Readings before a score is given, by kind of slots (hours, weekdays, months).
WARM_UP = (100, 14, 6)


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
        self.offsets = zeros(SIZE)
        self.counts = bytearray(SIZE)
        self.level_fast = 0.0
        self.level_slow = 0.0
        self.residual_level = 0.0
        self.residual_fast = 0.0
        self.residual_slow = 0.0
        self.centers = [0.0] * len(VIEWS)
        self.above = zeros(len(VIEWS))
        self.below = zeros(len(VIEWS))
        self.peak = 0.0
        self.age = 0


def zeros(count: int) -> "array[float]":
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
