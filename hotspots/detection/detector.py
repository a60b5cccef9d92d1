"""What a detector is: a function that judges one reading of a series and learns it.

The product's is ``rex.update``. Whatever else has this shape can stand beside it, to compare.
"""

from typing import Protocol


class Judgement(Protocol):
    """How a reading looked before it was learned.

    ``score`` is 0 for usual readings and higher the more a reading surprises; readings of an
    episode after its peak have 0. ``expected``, ``lower`` and ``upper`` are in the reading's
    unit, ``side`` is 1 above and -1 below what was expected, ``reason`` the respect in which
    it was surprising, in a word or two.
    """

    @property
    def score(self) -> float: ...
    @property
    def expected(self) -> float: ...
    @property
    def lower(self) -> float: ...
    @property
    def upper(self) -> float: ...
    @property
    def side(self) -> int: ...
    @property
    def reason(self) -> str: ...


class Detector[State](Protocol):
    """Judges and learns; the state, which it may change in place, is all that it remembers."""

    def __call__(
        self, state: State, t: float, x: float, utc_offset: float = 0.0
    ) -> tuple[State, Judgement]:
        """Take in one reading.

        Args:
            t: its time, seconds since 1970 UTC, not before the one before.
            x: its value, finite.
            utc_offset: seconds that the entity's wall clock is ahead of UTC at that time.
        """
        ...
