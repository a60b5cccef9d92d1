"""How much of a series its page shows: the last readings one by one, or a long range in buckets."""

from datetime import timedelta
from typing import NamedTuple

from django.http import HttpRequest

from hotspots.measurements.excerpts import Point, latest
from hotspots.measurements.points import Sample, points
from hotspots.models import Series

PARAMETER = "days"
NAMES = {0: "last readings", 7: "a week", 30: "30 days", 90: "90 days", 365: "a year"}
MOST_POINTS = 300


class Range(NamedTuple):
    """One choice: its name, its address on the same page, and whether it is shown now."""

    name: str
    url: str
    is_chosen: bool


def chosen_days(request: HttpRequest) -> int:
    """How many days the address asks for; 0, the last readings, if it asks for none of ours."""
    text = request.GET.get(PARAMETER, "")
    return next((days for days in NAMES if str(days) == text), 0)


def ranges(days: int) -> list[Range]:
    """All choices."""
    return [
        Range(name, f"?{PARAMETER}={number}" if number else "?", number == days)
        for number, name in NAMES.items()
    ]


def chart_points(series: Series, days: int) -> list[Point]:
    """The chosen stretch, up to the newest reading."""
    if not days or series.last_time is None:
        return latest(series)
    found = points(series, series.last_time - timedelta(days=days), series.last_time, MOST_POINTS)
    threshold = series.effective_threshold
    return [_point(sample, threshold) for sample in found.samples]


def _point(sample: Sample, threshold: float) -> Point:
    """A bucket with an anomaly shows its farthest reading, not its mean."""
    anomalous = sample.score is not None and sample.score >= threshold
    value = _farthest(sample) if anomalous else sample.value
    return Point(sample.time, value, sample.expected, sample.lower, sample.upper, anomalous)


def _farthest(sample: Sample) -> float:
    usual = sample.value if sample.expected is None else sample.expected
    return max(sample.low, sample.high, key=lambda value: abs(value - usual))
