"""Forgets readings that are older than an operator wants to keep, without holding a writer up.

Series by series, from the oldest reading up, in statements of ``BATCH_ROWS``, each a transaction
of its own and a range of the index: rows that no writer touches. SQLite has one lock for all, so
each batch is followed by a pause as long as it took. The hours of a series go with its readings.

What led to a hotspot that is still open stays, so that it can be looked at. What a series learned
stays too; only learning it anew, and replaying it, have no more to go by than what is stored.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Min, OuterRef, Q, QuerySet, Subquery

from hotspots.models import Hotspot, Measurement, Series, SeriesHour
from streams.upkeep import alone, pause

from .buckets import DAY, HOUR, start_of
from .excerpts import BEFORE_OPENING

BATCH_ROWS = 1_000
#: readings that a round beside the server deletes; the next one goes on
ROUND_ROWS = 2_000_000
LOCK = 0x52454144  # of PostgreSQL's advisory locks: whoever has it prunes


class Due(NamedTuple):
    """A series whose readings before ``until`` are past their time."""

    series_id: int
    until: datetime


def boundary(now: datetime | None = None) -> datetime | None:
    """The midnight (UTC) from which on readings are kept; ``None``: all are."""
    days = settings.MEASUREMENTS_RETENTION_DAYS
    if not days:
        return None
    return start_of((now or datetime.now(UTC)) - timedelta(days=days), DAY)


def due(now: datetime | None = None) -> Iterator[Due]:
    """The series that have something to forget, in the order of their keys."""
    kept_from = boundary(now)
    if kept_from is None:
        return
    readings = Measurement.objects.filter(series=OuterRef("pk")).order_by("time").values("time")
    hours = SeriesHour.objects.filter(series=OuterRef("pk")).order_by("hour").values("hour")
    rows = Series.objects.alias(oldest=Subquery(readings[:1]), oldest_hour=Subquery(hours[:1]))
    old = Q(oldest__lt=kept_from) | Q(oldest_hour__lt=kept_from)
    evidence = _evidence(kept_from)
    for series_id in rows.filter(old).order_by("pk").values_list("pk", flat=True):
        yield Due(series_id, min(kept_from, evidence.get(series_id, kept_from)))


def count(spans: list[Due]) -> int:
    """How many readings would go."""
    return sum(_readings(span).count() for span in spans)


def prune(
    now: datetime | None = None,
    *,
    most: int | None = None,
    progress: Callable[[int], None] = lambda gone: None,
) -> int | None:
    """Delete what is past its time; return how many readings went.

    Args:
        now: the clock's time.
        most: stop after so many.
        progress: is told after each batch how many are gone.

    Returns:
        ``None`` if another process is at it.
    """
    with alone(LOCK) as is_alone:
        if not is_alone:
            return None
        gone = 0
        for span in due(now):
            for deleted in _prune_series(span):
                gone += deleted
                progress(gone)
                if most is not None and gone >= most:
                    return gone
        return gone


def _readings(span: Due) -> QuerySet[Measurement]:
    return Measurement.objects.filter(series=span.series_id, time__lt=span.until)


def _evidence(kept_from: datetime) -> dict[int, datetime]:
    """From where on the readings of series with an open hotspot are needed, if that is earlier."""
    active = Hotspot.objects.active().order_by().values("series")
    opened = dict(active.annotate(first=Min("opened_at")).values_list("series", "first"))
    starts = {series_id: _lead(series_id, time) for series_id, time in opened.items()}
    return {series_id: time for series_id, time in starts.items() if time < kept_from}


def _lead(series_id: int, opened_at: datetime) -> datetime:
    before = Measurement.objects.filter(series=series_id, time__lt=opened_at).order_by("-time")
    first = before.values_list("time", flat=True)[BEFORE_OPENING - 1 : BEFORE_OPENING].first()
    return first or datetime.min.replace(tzinfo=UTC)


def _prune_series(span: Due) -> Iterator[int]:
    """Delete batch by batch, and tell how many each had."""
    rows, start = _readings(span).order_by("time"), None
    while True:
        # The start keeps a batch from walking over what earlier ones left to be vacuumed.
        rest = rows if start is None else rows.filter(time__gte=start)
        end = rest.values_list("time", flat=True)[BATCH_ROWS : BATCH_ROWS + 1].first()
        with pause():
            batch = rest if end is None else rest.filter(time__lt=end)
            deleted = batch.order_by().delete()[0]
        yield deleted
        if end is None:
            break
        start = end
    _hours(span).delete()


def _hours(span: Due) -> QuerySet[SeriesHour]:
    return SeriesHour.objects.filter(series=span.series_id, hour__lt=start_of(span.until, HOUR))
