"""Excerpts of series, for pictures: the last readings before a moment, or those around one."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import inf
from statistics import median_low
from typing import NamedTuple

from django.db.models import DateTimeField, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from hotspots.models import Hotspot, Measurement, Series, Target

SPARKLINE = 40
BEFORE_OPENING, SINCE_OPENING = 96, 160
#: In typical intervals: longer than a weekend of readings every 15 minutes.
LONG_PAUSE = 300
BEGINNING, END = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


class Span(NamedTuple):
    """One series up to a moment."""

    series_id: int
    until: datetime


class Point(NamedTuple):
    """One reading as a chart shows it, in the metric's canonical unit."""

    time: datetime
    value: float
    expected: float | None = None
    lower: float | None = None
    upper: float | None = None
    anomalous: bool = False


def recent(spans: Iterable[Span], *, count: int = SPARKLINE) -> dict[Span, list[float]]:
    """The last ``count`` values of each span, oldest first, all in one query.

    Each span is a range of the index over series and time, whose start the database finds by
    itself: the cost does not depend on how long the series are.
    """
    wanted = set(spans)
    if not wanted:
        return {}
    matches = Q()
    for span in wanted:
        matches |= Q(
            series=span.series_id,
            time__lte=span.until,
            time__gte=nth_newest(span.series_id, span.until, count),
        )
    found: dict[int, list[tuple[datetime, float]]] = defaultdict(list)
    rows = Measurement.objects.filter(matches).order_by("time")
    for series_id, time, value in rows.values_list("series_id", "time", "value"):
        found[series_id].append((time, value))
    return {span: _last(found[span.series_id], span.until, count) for span in wanted}


def around(hotspot: Hotspot) -> list[Point]:
    """The readings that led to a hotspot and those since, oldest first, in two queries.

    They end where the feed paused for long: a pause would squeeze the rest into one line.
    """
    rows = _shown(hotspot.series)
    before = list(rows.filter(time__lt=hotspot.opened_at).order_by("-time")[:BEFORE_OPENING])
    since = list(rows.filter(time__gte=hotspot.opened_at).order_by("time")[:SINCE_OPENING])
    pause = LONG_PAUSE * _interval(since or before)
    lead = _until_pause([*since[:1], *before], pause)[len(since[:1]) :]
    points = _points([*reversed(lead), *_until_pause(since, pause)], hotspot.series)
    limit = _limit(hotspot)
    return [
        point._replace(anomalous=True)
        if point.time == hotspot.opened_at or point.value >= limit
        else point
        for point in points
    ]


def latest(series: Series) -> list[Point]:
    """The newest readings of a series, oldest first, in one query."""
    rows = _shown(series).order_by("-time")[: BEFORE_OPENING + SINCE_OPENING]
    return _points(list(reversed(rows)), series)


def nth_newest(series_id: int, until: datetime, number: int) -> Coalesce:
    """The time of a series' so manieth reading back from a moment; long ago if it has less."""
    rows = Measurement.objects.filter(series=series_id, time__lte=until).order_by("-time")
    found = Subquery(rows.values("time")[number - 1 : number])
    return Coalesce(found, Value(BEGINNING, DateTimeField()))


def nth_oldest(series_id: int, since: datetime, number: int) -> Coalesce:
    """The same from a moment on; far ahead if the series has less."""
    rows = Measurement.objects.filter(series=series_id, time__gte=since).order_by("time")
    found = Subquery(rows.values("time")[number - 1 : number])
    return Coalesce(found, Value(END, DateTimeField()))


def _last(readings: list[tuple[datetime, float]], until: datetime, count: int) -> list[float]:
    end = bisect_right(readings, until, key=lambda reading: reading[0])
    return [value for _, value in readings[max(0, end - count) : end]]


def _interval(rows: list[Measurement]) -> timedelta:
    """The typical time from one reading to the next; long where too few are known."""
    steps = [abs(after.time - before.time) for before, after in pairwise(rows)]
    return median_low(steps) if len(steps) > 1 else timedelta(days=365)


def _until_pause(rows: list[Measurement], pause: timedelta) -> list[Measurement]:
    """The readings up to the first pause that is longer."""
    for place, (before, after) in enumerate(pairwise(rows), start=1):
        if abs(after.time - before.time) > pause:
            return rows[:place]
    return rows


def _limit(hotspot: Hotspot) -> float:
    """The target that each reading was compared with, if any."""
    each = hotspot.evidence.get("period") == Target.Period.READING
    return inf if not each or hotspot.baseline is None else hotspot.baseline


def _shown(series: Series) -> QuerySet[Measurement]:
    return series.measurements.only("time", "value", "expected", "lower", "upper", "score")


def _points(rows: list[Measurement], series: Series) -> list[Point]:
    threshold = series.effective_threshold
    return [
        Point(
            row.time,
            row.value,
            row.expected,
            row.lower,
            row.upper,
            row.score is not None and row.score >= threshold,
        )
        for row in rows
    ]
