"""A series as points for a chart: its readings, or means of buckets where they are too many.

Buckets of an hour and more are made of ``SeriesHour`` rows as far as those reach, and of readings
from there on; shorter ones of readings. Each covers the whole of its stretch, also at the ends of
the range, so that a bucket tells the same whatever part of a series is asked for.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import QuerySet

from hotspots.models import Measurement, Series, SeriesHour

from .buckets import HOUR, ORIGIN, Sums, merged, of_hours, of_readings, start_of

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
#: what people count in; days are UTC's, weeks begin on Monday
STEPS = (
    *(n * SECOND for n in (1, 2, 5, 10, 15, 30)),
    *(n * MINUTE for n in (1, 2, 5, 10, 15, 20, 30)),
    *(n * HOUR for n in (1, 2, 3, 4, 6, 8, 12)),
    *(n * DAY for n in (1, 2, 7, 14, 28, 91, 364, 3640)),
)
#: readings that are added up on the way, about a day of one a second: beyond, buckets are hours
MOST_READINGS = 100_000
DIGITS = 12  # means; what lies beyond depends on the order in which a database adds
COLUMNS = ("time", "value", "expected", "lower", "upper", "score")


@dataclass(frozen=True, slots=True)
class Sample:
    """One reading, or the readings of a bucket, in the metric's canonical unit.

    ``time`` is the reading's or the bucket's beginning; ``value``, ``expected`` and the bounds
    are means, ``score`` is the largest.
    """

    time: datetime
    value: float
    low: float
    high: float
    count: int
    expected: float | None
    lower: float | None
    upper: float | None
    score: float | None


class Points(NamedTuple):
    """Samples in the order of time; ``seconds`` is the length of a bucket, 0 for readings."""

    seconds: int
    samples: list[Sample]


def points(series: Series, start: datetime, end: datetime, most: int) -> Points:
    """Return a series from one time to another (both included) in at most so many points."""
    rows = Measurement.objects.filter(series=series.pk, time__gte=start, time__lte=end)
    if _count(rows, most + 1) <= most:
        return Points(0, _readings(rows))
    step = _step(end - start, most)
    if step < HOUR and _count(rows, MOST_READINGS + 1) > MOST_READINGS:
        step = HOUR
    start, end = start_of(start, step), min(start_of(end, step), _latest(step)) + step
    buckets = _buckets(series, start, end, step)
    return Points(int(step.total_seconds()), [_sample(*bucket) for bucket in buckets.items()])


def _count(rows: QuerySet[Measurement], most: int) -> int:
    """Count along the index, no further than needed."""
    return rows.order_by("time").values("time")[:most].count()


def _step(span: timedelta, most: int) -> timedelta:
    """The shortest step that cuts a span into so many buckets, wherever it begins."""
    return next((step for step in STEPS if span // step + 2 <= most), STEPS[-1])


def _latest(step: timedelta) -> datetime:
    """The beginning of the last bucket whose end can be told."""
    return start_of(datetime.max.replace(tzinfo=ORIGIN.tzinfo), step) - step


def _buckets(
    series: Series, start: datetime, end: datetime, step: timedelta
) -> dict[datetime, Sums]:
    seconds = int(step.total_seconds())
    readings = Measurement.objects.filter(series=series.pk, time__lt=end)
    if step < HOUR:
        return merged([of_readings(readings.filter(time__gte=start), seconds)])
    exact = _exact_until(series, start, end)
    hours = SeriesHour.objects.filter(series=series.pk, hour__gte=start, hour__lt=exact)
    rest = readings.filter(time__gte=exact)
    return merged((of_hours(hours, seconds), of_readings(rest, seconds)))


def _exact_until(series: Series, start: datetime, end: datetime) -> datetime:
    """Up to where hours are as the readings: not beyond the first one that is stale."""
    if series.rolled_until is None:
        return start
    end = max(start, min(end, series.rolled_until))
    stale = SeriesHour.objects.filter(series=series.pk, stale=True, hour__gte=start, hour__lt=end)
    first = stale.order_by("hour").values_list("hour", flat=True).first()
    return end if first is None else first


def _readings(rows: QuerySet[Measurement]) -> list[Sample]:
    found = rows.order_by("time").values_list(*COLUMNS)
    return [Sample(time, value, value, value, 1, *rest) for time, value, *rest in found]


def _sample(start: datetime, sums: Sums) -> Sample:
    return Sample(
        start,
        _rounded(sums.total / sums.count),
        sums.low,
        sums.high,
        sums.count,
        _mean(sums.expected, sums.banded),
        _mean(sums.lower, sums.banded),
        _mean(sums.upper, sums.banded),
        sums.score,
    )


def _mean(total: float | None, count: int) -> float | None:
    return None if total is None or not count else _rounded(total / count)


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
