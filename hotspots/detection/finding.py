"""What a finding is made of."""

from math import inf
from typing import NamedTuple

from .ladder import Severity


class Finding(NamedTuple):
    """What one reading says. Values are in the metric's unit.

    ``ratio`` is value / baseline, ``None`` where none exists. ``measure`` orders findings of
    one rule and severity: the score, or the share of the target. A correction to a value
    between ``lower`` and ``upper`` (below ``allowed`` for a target) takes the finding away.
    """

    at: float
    rule: int
    reason: int
    side: int
    severity: Severity
    score: float
    measure: float
    value: float
    baseline: float
    expected: float
    lower: float
    upper: float
    ratio: float | None
    severity_ratio: Severity | None
    severity_score: Severity | None
    kind: int
    slot: int
    slot_count: int
    n: int
    memory_days: float
    allowed: float = inf
    #: the reading itself, where ``value`` is what was used in a period so far
    given: float = 0.0
    #: "reading", "hour", "day", "month": what a target is for; or how long a run or silence is
    detail: str = ""

    @property
    def rank(self) -> tuple[int, int, float]:
        """The higher one of two findings is the one to show."""
        return self.severity, -self.rule, self.measure
