"""Rows of open hotspots that are behind their series: brought up to date once it is time.

An open hotspot is written, and so sent to every client, every few seconds at most. What
happened since then waits in the series' state for whichever comes first: the next change of
status or severity, something a person does, or the check here.
"""

from datetime import datetime, timedelta
from time import sleep

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from streams import events

from .batch import storage
from .batch.registry import sources_by_id
from .batch.watching import Terms, Watch
from .detection import news
from .memory.states import read_state, save_states
from .models import Series
from .recording.changes import due_at, record

#: series looked at in one transaction
PAGE = 500


def flush_pending(at: datetime) -> list[int]:
    """Write the rows that have waited long enough, one event each.

    Args:
        at: the clock's time.

    Returns:
        The ids of the hotspots.
    """
    due = Series.objects.filter(update_due_at__lte=at).order_by("update_due_at")
    flushed: list[int] = []
    while ids := list(due.values_list("pk", flat=True)[:PAGE]):
        flushed += _flush(ids, at)
    return flushed


def settle() -> list[int]:
    """Write all rows that are behind now, waiting for those whose time has not come.

    That takes ``HOTSPOT_UPDATE_SECONDS`` at most. For commands, after which nobody may look.

    Returns:
        The ids of the hotspots.
    """
    now = timezone.now()
    longest = now + timedelta(seconds=settings.HOTSPOT_UPDATE_SECONDS)
    waiting = Series.objects.filter(update_due_at__lte=longest)
    latest = waiting.aggregate(latest=Max("update_due_at"))["latest"]
    if latest is None:
        return []
    sleep(max(0.0, (latest - now).total_seconds()))
    return flush_pending(latest)


def _flush(series_ids: list[int], at: datetime) -> list[int]:
    sources = sources_by_id(series_ids)
    with events.batch():
        watches = []
        for pk, data in storage.lock_series(series_ids).items():
            source = sources[pk]
            terms = Terms(at, simulated=source.simulated, quiet=False)
            seen = Watch(source, read_state(source, data), terms)
            due = due_at(seen.state)
            if due is not None and due <= at:
                _take_news(seen)
            watches.append(seen)
        flushed = record(watches)
        save_states(watches)
        _look_later([seen for seen in watches if not seen.changes])
    return flushed


def _take_news(seen: Watch) -> None:
    change = news.take_news(seen.state)
    if change is not None:
        seen.changes.append(change)


def _look_later(watches: list[Watch]) -> None:
    """Somebody else was faster: there is nothing to write now."""
    for seen in watches:
        rows = Series.objects.filter(pk=seen.source.series_id)
        rows.update(update_due_at=due_at(seen.state))
