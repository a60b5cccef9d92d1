"""What people teach a series: a new normal, the old one for a while longer, or all of it anew.

Each call locks the series first and its hotspot after it, writes who did it, when and from
where into the history of both, and returns the series as it is then.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hotspots.batch.registry import Source, sources_by_id
from hotspots.clock import moment
from hotspots.detection import engine
from hotspots.detection.episode import SeriesState
from hotspots.detection.findings import REASONS, UNIT_SUSPECT
from hotspots.detection.lifecycle import forget
from hotspots.detection.state import UnknownStateError, dump, load
from hotspots.memory.relearning import adopt_freeze, replay
from hotspots.memory.replaying import MAX_SECONDS, deadline, one_of_few
from hotspots.memory.states import read_state
from hotspots.models import Hotspot, Series
from hotspots.recording.changes import due_at, save_with_history, tell
from hotspots.recording.showing import catch_up
from streams import events
from streams.audit import save_setting
from streams.errors import DomainError, IllegalStateError, NotFoundError

if TYPE_CHECKING:
    from django.contrib.auth.models import User

#: The longest that learning may rest: the seasons of a week go on meanwhile.
LONGEST_FREEZE = timedelta(days=7)


TOO_LONG = "nothing was changed. `manage.py rebuild_series` may take as long as it needs."
#: what these calls write of a series; ingest and other settings write the rest
WRITTEN = ["state", "update_due_at", "frozen_after", "frozen_until", "adapted_at", "rebuilt_at"]


class BadFreezeError(DomainError):
    """Learning cannot rest until that moment."""

    code = "bad_freeze"
    status = 400


def accept_as_normal(
    *, series_id: int, by: "User | None", at: datetime, via: str, version: int | None = None
) -> Series:
    """Accept the present level as the new normal.

    The slots forget most of what they held and follow soon; an open hotspot resolves with
    the label ``adapted``. Learning goes on if it was frozen.

    Args:
        by: who did it, ``None`` for nobody in particular.
        at: the clock's time; becomes the hotspot's ``resolved_at``.
        via: where from: "api", "admin", "command".
        version: the series' version that the caller saw, if it matters.

    Raises:
        NotFoundError: no such series.
        VersionConflictError: somebody has set something else meanwhile.
    """
    with events.batch():
        series, source, state = _locked(series_id, version)
        hotspot = _active_hotspot(series)
        if hotspot is not None and hotspot.reason == REASONS[UNIT_SUSPECT]:
            seen = hotspot.last_seen_at
            engine.accept(state, seen.timestamp(), hotspot.value, source.offset()(seen))
        engine.adapt(state)
        _thaw(series, state)
        if hotspot is not None:
            _resolve_adapted(hotspot, source, state, by=by, at=at, via=via)
        series.adapted_at = at
        _save(series, state, by=by, via=via)
    return series


def keep_old_normal(
    *,
    series_id: int,
    until: datetime,
    by: "User | None",
    at: datetime,
    via: str,
    version: int | None = None,
) -> Series:
    """Keep the old normal: what comes is judged by what is known now, and not learned.

    The freeze holds for readings of times up to ``until``. For a series whose readings are of
    long ago, it holds for as much of *their* time, counted from the newest one.

    Args:
        until: after ``at``, by :data:`LONGEST_FREEZE` at most. The rest as for
            :func:`accept_as_normal`.

    Raises:
        BadFreezeError: ``until`` is not in that span.
        NotFoundError, VersionConflictError: as for :func:`accept_as_normal`.
    """
    span = until - at
    if not timedelta(0) < span <= LONGEST_FREEZE:
        days = LONGEST_FREEZE.days
        raise BadFreezeError(f"Learning can rest from now on, for at most {days} days.")
    with events.batch():
        series, _, state = _locked(series_id, version)
        newest = moment(state.newest) if state.n_seen else at
        is_history = newest < at - LONGEST_FREEZE
        engine.freeze(state, (newest + span if is_history else until).timestamp())
        series.frozen_after, series.frozen_until = newest, moment(state.frozen_until)
        _save(series, state, by=by, via=via)
    return series


def unfreeze(
    *, series_id: int, by: "User | None", at: datetime, via: str, version: int | None = None
) -> Series:
    """Learn again, from the next reading on.

    Raises:
        IllegalStateError: the series is not frozen.
        NotFoundError, VersionConflictError: as for :func:`accept_as_normal`.
    """
    with events.batch():
        series, _, state = _locked(series_id, version)
        if series.frozen_until is None:
            raise IllegalStateError("The series is not frozen: it learns already.")
        _thaw(series, state)
        _save(series, state, by=by, via=via)
    return series


def rebuild(
    *,
    series_id: int,
    by: "User | None",
    at: datetime,
    via: str,
    version: int | None = None,
    seconds: float = MAX_SECONDS,
) -> Series:
    """Learn the series anew from all that is stored, in order of event time; tells nobody.

    Most of it is replayed before the series is locked, so that readings can come meanwhile.
    An active hotspot goes on from here, and so does a freeze; what was accepted as a new
    normal before has to be accepted again.

    Args:
        seconds: how long the replay may take. The rest as for :func:`accept_as_normal`.

    Raises:
        OverloadedError: it takes longer, or too many run in this process; nothing was changed.
        NotFoundError, VersionConflictError: as for :func:`accept_as_normal`.
    """
    with one_of_few():
        pause = deadline(seconds, TOO_LONG)
        fresh, late = _begin_rebuild(series_id, pause)
        with events.batch():
            series, source, state = _locked(series_id, version)
            replay(fresh, source, pause)
            fresh = replace(
                fresh,
                episode=state.episode,
                frozen_after=state.frozen_after,
                frozen_until=state.frozen_until,
                late=max(state.late - late, 0),
            )
            series.rebuilt_at = at
            _save(series, fresh, by=by, via=via)
    return series


def _begin_rebuild(series_id: int, pause: Callable[[], None]) -> tuple[SeriesState, int]:
    """Replay what is stored so far; how many readings of it had come late."""
    series = Series.objects.filter(pk=series_id).first()
    if series is None:
        raise _unknown(series_id)
    source = sources_by_id([series_id])[series_id]
    try:
        late = load(bytes(series.state)).late
    except UnknownStateError:
        late = 0
    fresh = SeriesState()
    adopt_freeze(fresh, series_id)
    replay(fresh, source, pause)
    return fresh, late


def _locked(series_id: int, version: int | None) -> tuple[Series, Source, SeriesState]:
    """Lock a series; what judging it takes, and what is remembered of it."""
    rows = Series.objects.select_related("entity", "metric")
    series = rows.select_for_update(no_key=True, of=("self",)).filter(pk=series_id).first()
    if series is None:
        raise _unknown(series_id)
    series.require_version(version)
    source = sources_by_id([series_id])[series_id]
    return series, source, read_state(source, bytes(series.state))


def _unknown(series_id: int) -> NotFoundError:
    return NotFoundError(f"There is no series {series_id}.")


def _active_hotspot(series: Series) -> Hotspot | None:
    """The hotspot that is open, locked."""
    rows = Hotspot.objects.with_names().active().filter(series=series)
    return rows.select_for_update(no_key=True, of=("self",)).first()


def _resolve_adapted(
    hotspot: Hotspot,
    source: Source,
    state: SeriesState,
    *,
    by: "User | None",
    at: datetime,
    via: str,
) -> None:
    catch_up(hotspot, source, state)
    forget(state)
    labels = [*hotspot.evidence.get("labels", []), "adapted"]
    hotspot.evidence = {**hotspot.evidence, "labels": labels}
    hotspot.status, hotspot.resolved_at = Hotspot.Status.RESOLVED, at
    save_with_history(hotspot, by=by, via=via)
    tell(hotspot, "resolved")


def _thaw(series: Series, state: SeriesState) -> None:
    engine.thaw(state)
    series.frozen_after = series.frozen_until = None


def _save(series: Series, state: SeriesState, *, by: "User | None", via: str) -> None:
    series.state, series.update_due_at = dump(state), due_at(state)
    save_setting(series, by=by, via=via, update_fields=WRITTEN)
