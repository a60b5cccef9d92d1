"""Every change of a hotspot that a person asks for.

What readings change goes through ``observe``; both lock the series before the hotspot.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from streams import events
from streams.errors import DomainError, IllegalStateError, NotFoundError

from .batch.registry import Source, sources_by_id
from .detection import engine
from .detection.episode import SeriesState
from .detection.findings import REASONS, UNIT_SUSPECT
from .detection.lifecycle import forget
from .detection.state import dump
from .memory.states import read_state
from .models import Hotspot, Series
from .recording.changes import due_at, followers, save_with_history, tell
from .recording.showing import catch_up

if TYPE_CHECKING:
    from django.contrib.auth.models import User

__all__ = ["acknowledge", "followers", "ignore", "label", "resolve"]


class BadLabelError(DomainError):
    """There is no such label."""

    code = "bad_label"
    status = 400


def acknowledge(
    hotspot_id: int, *, by: "User | None", at: datetime, via: str, version: int | None = None
) -> Hotspot:
    """Note that somebody looks after an open hotspot; the engine goes on updating it.

    Args:
        by: who did it, ``None`` for nobody in particular.
        at: the clock's time; nothing of an acknowledged hotspot depends on it.
        via: where from: "api", "admin", "command".
        version: the row's version that the caller saw, if it matters.

    Raises:
        NotFoundError: no such hotspot.
        VersionConflictError: the row has changed since.
        IllegalStateError: it is not open.
    """
    with events.batch():
        hotspot = _locked(hotspot_id, version)
        _require(hotspot, "acknowledged", {Hotspot.Status.OPEN})
        _change_state(hotspot, _keep)
        hotspot.status = Hotspot.Status.ACKNOWLEDGED
        save_with_history(hotspot, by=by, via=via)
        tell(hotspot, "acknowledged")
    return hotspot


def resolve(
    hotspot_id: int, *, by: "User | None", at: datetime, via: str, version: int | None = None
) -> Hotspot:
    """Close an active hotspot as dealt with; the next anomaly opens another.

    Arguments and errors as for :func:`acknowledge`; ``at`` becomes ``resolved_at``.
    """
    return _close(hotspot_id, Hotspot.Status.RESOLVED, by=by, at=at, via=via, version=version)


def ignore(
    hotspot_id: int, *, by: "User | None", at: datetime, via: str, version: int | None = None
) -> Hotspot:
    """Close an active hotspot as not worth dealing with; the next anomaly opens another.

    Arguments and errors as for :func:`acknowledge`; ``at`` becomes ``resolved_at``.
    """
    return _close(hotspot_id, Hotspot.Status.IGNORED, by=by, at=at, via=via, version=version)


def label(
    hotspot_id: int,
    *,
    label: str,
    by: "User | None",
    at: datetime,
    via: str,
    version: int | None = None,
) -> Hotspot:
    """Say whether a hotspot was right, in any of its states; an empty label takes it back.

    A reading that was taken for one in a wrong unit is learned once it is said to be real.

    Raises:
        BadLabelError: no such label.
        NotFoundError, VersionConflictError: as for :func:`acknowledge`.
    """
    if label not in Hotspot.Label.values:
        raise BadLabelError(f"A label is true_positive or false_positive, not {label!r}.")
    with events.batch():
        hotspot = _locked(hotspot_id, version)
        is_real = label == Hotspot.Label.FALSE_POSITIVE != hotspot.label
        is_real = is_real and hotspot.reason == REASONS[UNIT_SUSPECT]
        _change_state(hotspot, _accept if is_real else _keep)
        hotspot.label = label
        save_with_history(hotspot, by=by, via=via)
        tell(hotspot, "updated")
    return hotspot


def _close(
    hotspot_id: int,
    status: Hotspot.Status,
    *,
    by: "User | None",
    at: datetime,
    via: str,
    version: int | None,
) -> Hotspot:
    with events.batch():
        hotspot = _locked(hotspot_id, version)
        _require(hotspot, status, set(Hotspot.ACTIVE))
        _change_state(hotspot, _forget)
        hotspot.status, hotspot.resolved_at = status, at
        save_with_history(hotspot, by=by, via=via)
        tell(hotspot, status)
    return hotspot


def _locked(hotspot_id: int, version: int | None) -> Hotspot:
    """Lock the hotspot's series and then the hotspot itself."""
    series = Series.objects.filter(hotspots=hotspot_id).order_by("pk")
    if not list(series.select_for_update(no_key=True, of=("self",)).values_list("pk")):
        raise NotFoundError(f"There is no hotspot {hotspot_id}.")
    rows = Hotspot.objects.with_names().select_for_update(no_key=True, of=("self",))
    hotspot = rows.filter(pk=hotspot_id).first()
    if hotspot is None:
        raise NotFoundError(f"There is no hotspot {hotspot_id}.")
    hotspot.require_version(version)
    return hotspot


def _require(hotspot: Hotspot, wanted: str, allowed: set[Hotspot.Status]) -> None:
    if hotspot.status not in allowed:
        raise IllegalStateError(f"The hotspot is {hotspot.status}: it cannot be {wanted} now.")


def _keep(_: Source, __: SeriesState, ___: Hotspot) -> None:
    """Nothing that the engine has to know."""


def _forget(_: Source, state: SeriesState, __: Hotspot) -> None:
    forget(state)


def _accept(source: Source, state: SeriesState, hotspot: Hotspot) -> None:
    at = hotspot.last_seen_at
    engine.accept(state, at.timestamp(), hotspot.value, source.offset()(at))


def _change_state(hotspot: Hotspot, change: Callable[[Source, SeriesState, Hotspot], None]) -> None:
    """Change what the engine remembers of the hotspot's series, which is locked.

    The row will be written anyway: it is brought up to date first.
    """
    source = sources_by_id([hotspot.series_id])[hotspot.series_id]
    state = read_state(source, bytes(hotspot.series.state))
    if hotspot.pk == state.episode.hotspot:
        catch_up(hotspot, source, state)
    change(source, state, hotspot)
    rows = Series.objects.filter(pk=hotspot.series_id)
    rows.update(state=dump(state), update_due_at=due_at(state))
