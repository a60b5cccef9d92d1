"""Hours of series: readings added up, so that a chart of a year reads thousands of rows, no more.

A series is rolled up day by day, once the day is over by its own readings' times: its 24 hours
are written beside one another, where a chart finds them together. Whatever is later than
``Series.rolled_until``, charts add up from the readings. A late or corrected reading of a rolled
hour marks it ``stale`` in its own transaction; charts then read readings from there on, until the
hour is added up again.

Feeds of fewer than ``DENSE`` readings a day are not rolled up: their readings are few enough.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery

from hotspots import lookups  # noqa: F401 - registers ``one_of``
from hotspots.models import Measurement, Series, SeriesHour
from streams.upkeep import alone, pause

from .buckets import DAY, HOUR, of_readings, start_of

DENSE = 48  # readings a day
#: readings added up in one transaction, while the series is locked
BATCH_READINGS = 5_000
#: transactions of a round
ROUND_BATCHES = 2_000
ROUND_HOURS = 1_000
LOCK, MENDING_LOCK = 0x484F555253, 0x484F555254  # PostgreSQL's advisory: who has it is at it
SUMS = ("count", "total", "low", "high", "banded", "expected", "lower", "upper", "score")

Place = tuple[int, datetime]


def mark_stale(places: Iterable[Place]) -> None:
    """Note where late and corrected readings came, in their transaction, with the series locked."""
    hours = {(series_id, start_of(time, HOUR)) for series_id, time in places}
    if not hours:
        return
    series = Series.objects.filter(pk__one_of={pk for pk, _ in hours})
    rolled = dict(series.values_list("pk", "rolled_until"))
    SeriesHour.objects.bulk_create(
        (
            SeriesHour(series_id=pk, hour=hour, stale=True)
            for pk, hour in sorted(hours)
            if (until := rolled[pk]) is not None and hour < until
        ),
        batch_size=1_000,
        update_conflicts=True,
        update_fields=["stale"],
        unique_fields=["series", "hour"],
    )


def roll_up() -> int | None:
    """Add up what is due, in bounded rounds; return how many batches that were.

    ``None`` if another process is at it.
    """
    with alone(LOCK) as is_alone:
        if not is_alone:
            return None
        batches, last = mend() or 0, 0
        while batches < ROUND_BATCHES:
            due = list(_due().filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:100])
            if not due:
                break
            for series_id in due:
                batches += _advance(series_id, ROUND_BATCHES - batches)
            last = due[-1]
        return batches


def mend() -> int | None:
    """Add stale hours up again, so many at most; return of how many series.

    ``None`` if another process is at it.
    """
    with alone(MENDING_LOCK) as is_alone:
        if not is_alone:
            return None
        stale = SeriesHour.objects.filter(stale=True).order_by("series", "hour")
        found = list(stale.values_list("series_id", "hour")[:ROUND_HOURS])
        series = [(pk, [hour for _, hour in of]) for pk, of in groupby(found, itemgetter(0))]
        for series_id, hours in series:
            with pause(), transaction.atomic():
                _mend_series(series_id, hours)
        return len(series)


def _due() -> QuerySet[Series]:
    """Series with a day that is over and not rolled up."""
    newest = Measurement.objects.filter(series=OuterRef("pk")).order_by("-time").values("time")
    begun = Q(rolled_until__lte=_before_newest(1))
    dense = Q(rolled_until=None, count__gt=2 * DENSE, pace__gt=_before_newest(2))
    pace = Subquery(newest[2 * DENSE : 2 * DENSE + 1])
    return Series.objects.alias(pace=pace).filter(begun | dense)


def _before_newest(days: int) -> ExpressionWrapper:
    return ExpressionWrapper(F("last_time") - timedelta(days=days), DateTimeField())


def _advance(series_id: int, most: int) -> int:
    """Roll a series up to its newest midnight, in at most so many batches; return how many."""
    for batch in range(most):
        with pause(), transaction.atomic():
            series = Series.objects.select_for_update(no_key=True).get(pk=series_id)
            if not _advance_once(series):
                return batch
    return most


def _advance_once(series: Series) -> bool:
    rows = Measurement.objects.filter(series=series).order_by("time")
    first = series.rolled_until or rows.values_list("time", flat=True).first()
    if first is None or series.last_time is None:
        return False
    start, end = start_of(first, DAY), start_of(series.last_time, DAY)
    if start >= end:
        return False
    further = rows.filter(time__gte=start, time__lt=end).values_list("time", flat=True)
    after = further[BATCH_READINGS : BATCH_READINGS + 1].first()
    until = end if after is None else max(start_of(after, DAY), start + DAY)
    _add_up(series.pk, start, until)
    Series.objects.filter(pk=series.pk).update(rolled_until=until)
    return True


def _add_up(series_id: int, start: datetime, until: datetime) -> None:
    """Write the hours from a time up to another, over what is there."""
    rows = Measurement.objects.filter(series=series_id, time__gte=start, time__lt=until)
    hours = of_readings(rows, int(HOUR.total_seconds()))
    SeriesHour.objects.bulk_create(
        (
            SeriesHour(series_id=series_id, hour=hour, stale=False, **asdict(sums))
            for hour, sums in sorted(hours.items())
        ),
        batch_size=1_000,
        update_conflicts=True,
        update_fields=[*SUMS, "stale"],
        unique_fields=["series", "hour"],
    )


def _mend_series(series_id: int, hours: Sequence[datetime]) -> None:
    Series.objects.select_for_update(no_key=True).filter(pk=series_id).values_list("pk").first()
    for hour in hours:
        _add_up(series_id, hour, hour + HOUR)
    # what has no readings any more
    SeriesHour.objects.filter(series=series_id, hour__in=hours, stale=True).delete()
