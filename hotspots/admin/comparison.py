"""What other settings would have changed, as tables and a chart for people."""

from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString

from hotspots import clock
from hotspots.backtest.comparison import Comparison
from hotspots.backtest.replay import Bucket, Episode, Replayed
from hotspots.backtest.rows import outcome_row
from hotspots.measurements.charts import band_chart
from hotspots.measurements.excerpts import Point
from hotspots.models import Series
from streams.backoffice.cells import chip, number

NARROW_WIDTH, NARROW_HEIGHT = 400, 260
#: hotspots listed one by one, and marked with a word in the chart
NAMED, MARKED = 20, 6
HEADS = ["", "Now", "Proposed", "Change"]
EPISODE_HEADS = ["Opened (UTC)", "Severity", "Rule", "Side", "Score", "Label"]
COUNTS = (
    ("Hotspots", "hotspots", ""),
    ("critical", "by_severity", "critical"),
    ("warn", "by_severity", "warn"),
    ("info", "by_severity", "info"),
    ("by a target", "by_rule", "policy"),
    ("by an anomaly", "by_rule", "anomaly"),
    ("about the data", "by_rule", "data_quality"),
    ("Hidden by silences", "suppressed", ""),
    ("Labelled true positive", "labelled", "true_positive"),
    ("Labelled false positive", "labelled", "false_positive"),
    ("Anomalous readings", "anomalous_readings", ""),
)


def counts(found: Sequence[Comparison]) -> list[list[Any]]:
    """The counts of one series, or of several together, side by side."""
    runs = [(outcome_row(one.current), outcome_row(one.proposed)) for one in found]
    rows = []
    for name, key, part in COUNTS:
        now, then = (
            sum(run[side][key][part] if part else run[side][key] for run in runs) for side in (0, 1)
        )
        rows.append([name, now, then, f"{then - now:+d}" if then != now else "="])
    return rows


def shown(series: Series, found: Comparison) -> dict[str, Any]:
    """One series' comparison as a page shows it."""
    lists = (
        ("No longer found", found.gone),
        ("Found as well", found.added),
        ("Hidden as well", found.hidden),
    )
    return {
        "heads": HEADS,
        "counts": counts([found]),
        "lists": [(name, len(all_), listed(all_)) for name, all_ in lists if all_],
        "episode_heads": EPISODE_HEADS,
        "named": NAMED,
        "from": clock.moment(found.span.start),
        "to": clock.moment(found.span.end),
        "readings": f"{found.readings:,}",
        "truncated": found.truncated,
        "chart": chart(series, found),
        "narrow_chart": chart(series, found, width=NARROW_WIDTH, height=NARROW_HEIGHT),
        "clock_name": series.entity.time_zone,
    }


def listed(episodes: Sequence[Episode]) -> list[list[Any]]:
    """The newest of some hotspots, as cells."""
    return [
        [
            f"{clock.moment(one.opened_at):%Y-%m-%d %H:%M}",
            chip("severity", one.severity),
            f"{one.rule.replace('_', ' ')}: {one.reason.replace('_', ' ')}",
            one.side,
            number(one.score),
            chip("label", one.label),
        ]
        for one in reversed(episodes[-NAMED:])
    ]


def chart(series: Series, found: Comparison, width: int = 720, height: int = 280) -> SafeString:
    """The replayed span: what is found with the proposed settings, and what comes and goes."""
    changes = [(one, "gone") for one in found.gone] + [(one, "new") for one in found.added]
    changes.sort(key=lambda change: change[0].opened_at)
    few = len(changes) <= MARKED
    return band_chart(
        points(found.current, found.proposed.episodes),
        unit=series.metric.unit,
        zone=clock.zone(series.entity.time_zone),
        marks=[(clock.moment(one.opened_at), name if few else "") for one, name in changes],
        width=width,
        height=height,
    )


def points(run: Replayed, episodes: Sequence[Episode]) -> list[Point]:
    """The chart's points: a bucket in which a hotspot opens shows its extreme, not its mean."""
    places = {run.bucket_of(one.opened_at): one.side for one in episodes}
    return [
        Point(
            clock.moment(bucket.t),
            extreme(bucket, places.get(bucket.t)),
            lower=bucket.lower,
            upper=bucket.upper,
            anomalous=bucket.t in places,
        )
        for bucket in run.buckets
    ]


def extreme(bucket: Bucket, side: str | None) -> float:
    """The highest or lowest value of a bucket, or its mean if neither side is asked for."""
    return {"high": bucket.high, "low": bucket.low}.get(side or "", bucket.value)
