"""From a ratio or a score to a severity. All comparisons are "at least"."""

from dataclasses import dataclass
from enum import IntEnum
from math import isfinite


class Severity(IntEnum):
    """How bad a finding is; a higher one outranks a lower one."""

    INFO = 1
    WARN = 2
    CRITICAL = 3


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers that hold for one metric. ``floor`` and ``minimum`` are in its unit."""

    threshold: float = 0.168
    #: share of the target from which a reading is info, warn, critical
    policy_steps: tuple[float, ...] = (0.8, 1.0, 1.5)
    #: value / baseline from which an anomaly is warn, critical
    ratio_steps: tuple[float, ...] = (1.25, 1.5)
    #: score from which an anomaly is warn, critical
    score_steps: tuple[float, ...] = (0.5, 1.0)
    score_only: bool = False
    two_sided: bool = False
    signed: bool = False
    floor: float = 0.0
    minimum: float | None = None
    #: normal readings in a row that end an episode; for daily or slower data
    clear_points: int = 12
    clear_points_daily: int = 2


def policy_severity(ratio: float, rules: Rules) -> Severity | None:
    """Severity of a reading at ``ratio`` of its target, ``None`` well below it."""
    info, warn, critical = rules.policy_steps
    if ratio < info:
        return None
    return _step(ratio, warn, critical)


def ratio_severity(ratio: float | None, side: int, rules: Rules) -> Severity:
    """Severity of an anomaly by its share of the baseline; only an excess has one."""
    if ratio is None or side < 0 or rules.score_only:
        return Severity.INFO
    return _step(ratio, *rules.ratio_steps)


def score_severity(score: float, side: int, rules: Rules) -> Severity:
    """Severity of an anomaly by its score; a drop is critical only if the metric says so."""
    severity = _step(score, *rules.score_steps)
    if side < 0 and not rules.two_sided:
        return min(severity, Severity.WARN)
    return severity


def ratio_to_baseline(
    value: float, baseline: float, magnitude: float, rules: Rules
) -> float | None:
    """``value / baseline``, or ``None`` where a ratio says nothing.

    Args:
        magnitude: running mean of the series' absolute values. A baseline at or below a
            twentieth of it, or the metric's own floor, is too near to zero to divide by.
    """
    if rules.signed or baseline <= max(rules.floor, 0.05 * magnitude):
        return None
    ratio = value / baseline
    return ratio if isfinite(ratio) else None


def _step(measure: float, warn: float, critical: float) -> Severity:
    if measure >= critical:
        return Severity.CRITICAL
    return Severity.WARN if measure >= warn else Severity.INFO
