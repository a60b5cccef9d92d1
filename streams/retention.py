"""Forgets events that are older than the promise to keep them, without holding a writer up.

Small transactions, each over a range of the oldest numbers: rows that no writer touches. SQLite
has one lock for all, so each batch is followed by a pause as long as it took.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Max, QuerySet

from .models import IdempotentAnswer, RevokedToken, StreamEvent, StreamTicket
from .upkeep import alone, pause

BATCH_ROWS = 1000
DAY = timedelta(days=1)
LOCK = 0x52455441494E  # of PostgreSQL's advisory locks: whoever has it prunes


class Span(NamedTuple):
    """What is past its time on one stream: ``events`` of them, numbered up to ``last``."""

    stream: str
    last: int
    events: int


def due(now: datetime | None = None) -> list[Span]:
    """Return what ``prune()`` would take now, by stream."""
    oldest = (now or datetime.now(UTC)) - timedelta(hours=settings.STREAMS_RETENTION_HOURS)
    # The highest number of an old event, not the first young one: a clock that once ran ahead
    # must not keep for ever what came after.
    old = StreamEvent.objects.filter(at__lt=oldest).values_list("stream").annotate(Max("seq"))
    last = dict(old.order_by())
    spans = (Span(stream, last.get(stream, 0), 0) for stream in settings.STREAMS)
    return [span._replace(events=_events(span).count()) for span in spans]


def prune(
    now: datetime | None = None, progress: Callable[[Span, int], None] = lambda span, gone: None
) -> int | None:
    """Delete what is past its time; return how many events went, ``None`` if another is at it.

    Events go from the oldest number up, so what stays has no gap. All may go: the head keeps
    the number. ``progress`` is told after each batch how many of a stream's are gone.
    """
    now = now or datetime.now(UTC)
    with alone(LOCK) as is_alone:
        if not is_alone:
            return None
        _delete(RevokedToken.objects.filter(expires_at__lt=now))
        _delete(StreamTicket.objects.filter(expires_at__lt=now))
        _delete(IdempotentAnswer.objects.filter(created_at__lt=now - DAY))
        return sum(_prune_stream(span, progress) for span in due(now))


def _events(span: Span) -> QuerySet[StreamEvent]:
    return StreamEvent.objects.filter(stream=span.stream, seq__lte=span.last)


def _prune_stream(span: Span, progress: Callable[[Span, int], None]) -> int:
    numbers, start, gone = _events(span).order_by("seq").values_list("seq", flat=True), 0, 0
    # The start keeps a batch from walking over what earlier ones left to be vacuumed.
    while batch := list(numbers.filter(seq__gte=start)[:BATCH_ROWS]):
        with pause():
            rows = StreamEvent.objects.filter(stream=span.stream)
            gone += rows.filter(seq__gte=start, seq__lte=batch[-1]).delete()[0]
        start = batch[-1] + 1
        progress(span, gone)
    return gone


def _delete(rows: QuerySet[Any]) -> None:
    while keys := list(rows.values_list("pk", flat=True)[:BATCH_ROWS]):
        with pause():
            rows.model._default_manager.filter(pk__in=keys).delete()
