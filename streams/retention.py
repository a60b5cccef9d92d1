"""Forgets events that are older than the promise to keep them."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Max

from .models import IdempotentAnswer, RevokedToken, StreamEvent, StreamTicket

BATCH_EVENTS = 1000
DAY = timedelta(days=1)


def prune(now: datetime | None = None) -> int:
    """Delete what is past its time, in small transactions; return how many events went.

    Events go from the oldest number up, so what stays has no gap.
    """
    now = now or datetime.now(UTC)
    RevokedToken.objects.filter(expires_at__lt=now).delete()
    StreamTicket.objects.filter(expires_at__lt=now).delete()
    IdempotentAnswer.objects.filter(created_at__lt=now - DAY).delete()
    oldest = now - timedelta(hours=settings.STREAMS_RETENTION_HOURS)
    return sum(_prune_stream(stream, oldest) for stream in settings.STREAMS)


def _prune_stream(stream: str, oldest: datetime) -> int:
    events = StreamEvent.objects.filter(stream=stream)
    last = events.filter(at__lt=oldest).aggregate(seq=Max("seq"))["seq"]
    if last is None:
        return 0
    deleted = 0
    while ids := list(
        events.filter(seq__lte=last).order_by("seq").values_list("pk", flat=True)[:BATCH_EVENTS]
    ):
        deleted += StreamEvent.objects.filter(pk__in=ids).delete()[0]
    return deleted
