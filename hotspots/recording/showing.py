"""What a hotspot's row shows of what the engine found."""

from hotspots.batch.registry import Source
from hotspots.clock import moment
from hotspots.detection import explain, news
from hotspots.detection.episode import SeriesState
from hotspots.detection.finding import Finding
from hotspots.detection.findings import DATA_QUALITY
from hotspots.detection.ladder import Severity
from hotspots.detection.lifecycle import Change
from hotspots.detection.rex import WARM_UP
from hotspots.models import Hotspot


def apply(hotspot: Hotspot, source: Source, change: Change) -> None:
    """Take one change over into the row."""
    if change.finding is not None:
        show(hotspot, source, change.finding)
    hotspot.severity = Severity(change.severity).name.lower()
    hotspot.score, hotspot.occurrences = change.score, change.occurrences
    hotspot.flapping, hotspot.last_seen_at = change.flapping, moment(change.last_seen_at)
    hotspot.evidence = {**hotspot.evidence, "labels": list(change.labels)}
    if change.kind == "resolved":
        hotspot.status, hotspot.resolved_at = Hotspot.Status.RESOLVED, moment(change.at)
    elif change.kind == "reopened":
        hotspot.status, hotspot.resolved_at = Hotspot.Status.OPEN, None
        if hotspot.rule != Hotspot.Rule.DATA_QUALITY:  # what was pending expired meanwhile
            hotspot.advice, hotspot.advice_reason = Hotspot.Advice.PENDING, ""


def show(hotspot: Hotspot, source: Source, finding: Finding) -> None:
    """Let the row show a finding."""
    minimum, unit = source.rules.minimum, source.metric.unit
    known = finding.n >= WARM_UP[finding.kind]
    was_in_doubt = hotspot.rule == Hotspot.Rule.DATA_QUALITY
    lower = finding.lower if minimum is None else max(finding.lower, minimum)
    hotspot.value, hotspot.baseline = finding.value, finding.baseline
    hotspot.expected_low = lower if known else None
    hotspot.expected_high = finding.upper if known else None
    hotspot.percent_above = explain.percent_above(finding)
    hotspot.rule, hotspot.reason = explain.rule_name(finding), explain.reason_name(finding)
    hotspot.side = Hotspot.Side.HIGH if finding.side > 0 else Hotspot.Side.LOW
    hotspot.explanation = explain.explanation(finding, unit)
    hotspot.evidence = explain.evidence(finding, ())
    if finding.rule == DATA_QUALITY:
        hotspot.advice = Hotspot.Advice.NONE
        hotspot.advice_reason = "The data is in doubt: nothing to act on yet."
    elif was_in_doubt:  # it turned out to be more than the data
        hotspot.advice, hotspot.advice_reason = Hotspot.Advice.PENDING, ""


def catch_up(hotspot: Hotspot, source: Source, state: SeriesState) -> bool:
    """Let the row show what waited for its next write; the caller saves both.

    Returns:
        Whether anything waited.
    """
    change = news.take_news(state)
    if change is None:
        return False
    apply(hotspot, source, change)
    return True
