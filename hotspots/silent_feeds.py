"""Feeds that fell silent: no reading comes to say so, so somebody has to look."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from streams import events

from .batch import storage
from .batch.registry import sources_by_id
from .batch.watching import Terms, Watch
from .detection import engine
from .detection.findings import REASONS, SILENT
from .detection.state import UnknownStateError, load
from .memory.states import read_state, save_states
from .models import Hotspot, Series
from .recording.changes import record

#: series looked at in one transaction
PAGE = 1_000


def check_silence(at: datetime) -> list[int]:
    """Open a ``data_quality`` hotspot for each live feed that has been silent for too long.

    A feed is live if its newest reading was fresh when it was received: history that was
    loaded later does not fall silent. The next reading resolves the hotspot.

    Returns:
        The ids of the hotspots that opened.
    """
    silent = _candidates(at)
    opened: list[int] = []
    for start in range(0, len(silent), PAGE):
        opened += _open(silent[start : start + PAGE], at)
    return opened


def _candidates(at: datetime) -> list[int]:
    """Series whose newest reading is old but came in fresh, and that show no hotspot.

    One silence is told once, also after an analyst closed its hotspot.
    """
    of_series = Hotspot.objects.filter(series=OuterRef("pk"))
    told = of_series.filter(reason=REASONS[SILENT], opened_at__gt=OuterRef("last_time"))
    watched = of_series.active() | told
    latest = at - timedelta(seconds=engine.SILENCE_SECONDS)
    rows = Series.objects.filter(~Exists(watched), last_time__lte=latest).order_by("pk")
    values = rows.values_list("pk", "state", "last_time", "last_received_at")
    return [
        pk
        for pk, state, newest, received in values.iterator(chunk_size=PAGE)
        if _is_silent(bytes(state), newest, received, at)
    ]


def _is_silent(
    state: bytes, newest: datetime | None, received: datetime | None, at: datetime
) -> bool:
    if newest is None or received is None:
        return False
    try:
        interval = load(state).rex.interval
    except UnknownStateError:
        return False  # it is learned anew with its next reading
    if not interval:
        return False  # a single reading has no rhythm that the next one could miss
    patience = timedelta(seconds=engine.silence_after(interval))
    return at - newest >= patience > received - newest


def _open(series_ids: list[int], at: datetime) -> list[int]:
    sources = sources_by_id(series_ids)
    with events.batch():
        watches = []
        for pk, data in storage.lock_series(series_ids).items():
            source = sources[pk]
            terms = Terms(at, simulated=source.simulated, quiet=False)
            seen = Watch(source, read_state(source, data), terms)
            seen.changes += engine.silence(seen.state, at.timestamp())
            watches.append(seen)
        opened = record(watches)
        save_states(watches)
    return opened
