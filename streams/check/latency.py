"""Delays in bounded memory: a histogram whose steps are 2 % apart."""

from collections import Counter
from math import ceil, log

STEP = 1.02
LEAST_SECONDS = 0.0001


class Latency:
    """How long something took, many times."""

    def __init__(self) -> None:
        self._steps: Counter[int] = Counter()

    def add(self, seconds: float) -> None:
        """Take in one delay."""
        self._steps[ceil(log(max(seconds, LEAST_SECONDS) / LEAST_SECONDS, STEP))] += 1

    def quantile(self, share: float) -> float | None:
        """Return the seconds within which this share lies, ``None`` if nothing was measured."""
        left = ceil(share * self._steps.total())
        for step in sorted(self._steps):
            left -= self._steps[step]
            if left <= 0:
                return LEAST_SECONDS * STEP**step
        return None
