"""The public shape of a back-test."""

from collections import Counter
from typing import Any

from hotspots import clock
from streams.rows import moment

from .comparison import Comparison
from .replay import Bucket, Episode, Replayed

#: hotspots named in each list; the counts tell of all
MAX_NAMED = 200
SEVERITIES = ("info", "warn", "critical")
RULES = ("policy", "anomaly", "data_quality")
LABELS = ("true_positive", "false_positive")


def comparison_row(found: Comparison) -> dict[str, Any]:
    """Return JSON-ready values; times are ISO 8601 in UTC."""
    return {
        "from": _moment(found.span.start),
        "to": _moment(found.span.end),
        "readings": found.readings,
        "truncated": found.truncated,
        "stored": found.stored,
        "current": outcome_row(found.current),
        "proposed": outcome_row(found.proposed),
        "gone": _named(found.gone),
        "added": _named(found.added),
        "hidden": _named(found.hidden),
        "kept": found.kept,
        "resolution_seconds": found.current.width,
        "points": [point_row(bucket) for bucket in found.current.buckets],
    }


def outcome_row(run: Replayed) -> dict[str, Any]:
    """Return the counts of one run."""
    severities = Counter(episode.severity for episode in run.episodes)
    rules = Counter(episode.rule for episode in run.episodes)
    labels = Counter(episode.label for episode in run.episodes)
    return {
        "hotspots": len(run.episodes),
        "by_severity": {name: severities[name] for name in SEVERITIES},
        "by_rule": {name: rules[name] for name in RULES},
        "suppressed": sum(episode.suppressed for episode in run.episodes),
        "anomalous_readings": run.anomalous,
        "labelled": {name: labels[name] for name in LABELS},
    }


def episode_row(episode: Episode) -> dict[str, Any]:
    """Return one hotspot that a run found."""
    return {
        "opened_at": _moment(episode.opened_at),
        "resolved_at": None if episode.resolved_at is None else _moment(episode.resolved_at),
        "severity": episode.severity,
        "rule": episode.rule,
        "reason": episode.reason,
        "side": episode.side,
        "score": episode.score,
        "label": episode.label,
        "suppressed": episode.suppressed,
    }


def point_row(bucket: Bucket) -> dict[str, Any]:
    """Return one point of the chart."""
    return {
        "time": _moment(bucket.t),
        "value": bucket.value,
        "low": bucket.low,
        "high": bucket.high,
        "count": bucket.count,
        "expected": bucket.expected,
        "lower": bucket.lower,
        "upper": bucket.upper,
        "score": bucket.score,
    }


def _named(episodes: list[Episode]) -> list[dict[str, Any]]:
    """The newest of them, oldest first."""
    return [episode_row(episode) for episode in episodes[-MAX_NAMED:]]


def _moment(t: float) -> str | None:
    return moment(clock.moment(t))
