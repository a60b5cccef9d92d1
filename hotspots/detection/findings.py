"""What one reading says: over its target, anomalous, of doubtful quality, or nothing."""

from math import log10

from .episode import OPEN, SeriesState
from .finding import Finding
from .ladder import (
    Rules,
    Severity,
    policy_severity,
    ratio_severity,
    ratio_to_baseline,
    score_severity,
)
from .rex import VIEWS, WARM_UP, Result, half_life
from .slots import DAY, HOURS

#: Rules in order of precedence: of two findings of one severity the earlier rule is shown.
RULES = ("policy", "anomaly", "data_quality")
POLICY, ANOMALY, DATA_QUALITY = 0, 1, 2

REASONS = (*VIEWS, "target", "unit_suspect", "silent", "flatline")
TARGET, UNIT_SUSPECT, SILENT, FLATLINE = 6, 7, 8, 9

CYCLE_SECONDS = 2 * DAY
SUSPECT_SCORE = 1.0
SUSPECT_DECADES = 0.9
TRUSTED_AFTER_SUSPECTS = 3
FLATLINE_EVENTS = 50
FLATLINE_FACTOR = 10


def is_learning(state: SeriesState, result: Result) -> bool:
    """Whether too little was seen for the anomaly rule: no warm-up, or no two daily cycles."""
    if state.rex.n < WARM_UP[result.kind]:
        return True
    return result.kind == HOURS and result.t - state.first_at < CYCLE_SECONDS


def find_anomaly(state: SeriesState, result: Result, rules: Rules) -> Finding | None:
    """The anomaly rule: a score at or above the threshold, and how severe that is."""
    if result.score < rules.threshold:
        return None
    ratio = ratio_to_baseline(result.value, result.expected, state.magnitude, rules)
    if is_unit_suspect(result.score, ratio) and state.suspects + 1 < TRUSTED_AFTER_SUSPECTS:
        return _finding(
            state, result, DATA_QUALITY, UNIT_SUSPECT, severity=Severity.WARN, ratio=ratio
        )
    by_ratio = ratio_severity(ratio, result.side, rules)
    by_score = score_severity(result.score, result.side, rules)
    finding = _finding(
        state, result, ANOMALY, result.view, severity=max(by_ratio, by_score), ratio=ratio
    )
    return finding._replace(severity_ratio=by_ratio, severity_score=by_score)


def find_rise(state: SeriesState, result: Result, rules: Rules) -> Finding | None:
    """While the old normal is kept: a worse ratio to it than the open episode's severity says.

    Nothing is learned meanwhile, so a level may stay worse without being a record again.
    """
    episode = state.episode
    if episode.phase != OPEN or episode.rule != ANOMALY or episode.side < 0:
        return None
    ratio = ratio_to_baseline(result.value, result.expected, state.magnitude, rules)
    by_ratio = ratio_severity(ratio, 1, rules)
    if by_ratio <= episode.severity:
        return None
    finding = _finding(state, result, ANOMALY, episode.reason, severity=by_ratio, ratio=ratio)
    return finding._replace(side=1, severity_ratio=by_ratio, severity_score=Severity.INFO)


def find_excess(
    state: SeriesState, result: Result, used: float, target: float, period: str, rules: Rules
) -> Finding | None:
    """The policy rule: what was used of a target that somebody set.

    Args:
        used: the reading, or what was used in the period so far.
        target: above zero, in the same unit.
        period: "reading", "hour", "day" or "month".
    """
    ratio = used / target
    severity = policy_severity(ratio, rules)
    if severity is None:
        return None
    return _finding(state, result, POLICY, TARGET, severity=severity, ratio=ratio)._replace(
        side=1, measure=ratio, value=used, baseline=target, detail=period,
        allowed=rules.policy_steps[0] * target - (used - result.value),
    )  # fmt: skip


def find_flatline(state: SeriesState, result: Result) -> Finding | None:
    """The same value for longer than the series' own history explains; once per run.

    A series that never changed has no such history and is left alone.
    """
    limit = max(FLATLINE_EVENTS, FLATLINE_FACTOR * state.longest_run)
    if not state.longest_run or state.run != limit + 1:
        return None
    return data_quality(state, result, FLATLINE, str(state.run))


def data_quality(state: SeriesState, result: Result, reason: int, detail: str) -> Finding:
    """A finding about the feed, not about the value."""
    return _finding(
        state, result, DATA_QUALITY, reason, severity=Severity.INFO, ratio=None
    )._replace(detail=detail)


def is_unit_suspect(score: float, ratio: float | None) -> bool:
    """Whether a value looks like the right quantity in the wrong unit.

    Factors of 10 and more lie beyond ``SUSPECT_DECADES``; 3.6 (MJ for kWh) is asked for by name.
    """
    if score < SUSPECT_SCORE or ratio is None or ratio <= 0:
        return False
    near_mega_joule = min(abs(ratio / 3.6 - 1), abs(ratio * 3.6 - 1)) <= 0.03
    return abs(log10(ratio)) >= SUSPECT_DECADES or near_mega_joule


def _finding(
    state: SeriesState,
    result: Result,
    rule: int,
    reason: int,
    *,
    severity: Severity,
    ratio: float | None,
) -> Finding:
    return Finding(
        result.t, rule, reason, result.side, severity, result.score, result.score,
        result.value, result.expected, result.expected, result.lower, result.upper, ratio,
        None, None,
        result.kind, result.slot, result.slot_count, state.rex.n,
        half_life(result.interval) * result.interval / DAY, given=result.value,
    )  # fmt: skip
