"""Every write to alerts: they follow their hotspot, and people acknowledge or resolve them.

What a storm of hotspots writes is in ``storms``.
"""

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.models import User

from hotspots.models import Hotspot
from streams import events
from streams.errors import IllegalStateError

from . import storms
from .messages import message
from .models import Alert
from .storage import locked, locked_of, save
from .storms import tend as tend_storms

__all__ = ["acknowledge", "follow", "resolve", "tend_storms"]

Status = Alert.Status


def follow(hotspot: Hotspot, change: str) -> None:
    """Bring a hotspot's alerts in line with it, in the caller's transaction.

    Args:
        hotspot: as just saved, its row locked by the caller.
        change: what happened to it; changes that mean nothing to alerts are ignored.
    """
    if (react := REACTIONS.get(change)) is not None:
        react(hotspot)


def acknowledge(
    alert_id: int, *, by: User, at: datetime, via: str, version: int | None = None
) -> Alert:
    """Say that somebody looks after an active alert.

    Raises:
        NotFoundError: no such alert.
        VersionConflictError: ``version`` is not the row's.
        IllegalStateError: it is not active.
    """
    with events.batch():
        alert = locked(alert_id, version)
        if alert.status != Status.ACTIVE:
            raise IllegalStateError(f"Only an active alert can be acknowledged: {_state(alert)}.")
        _acknowledge(alert, by=by, at=at, via=via)
    return alert


def resolve(
    alert_id: int, *, by: User, at: datetime, via: str, version: int | None = None
) -> Alert:
    """Say that an alert needs nobody any more; its hotspot stays as it is.

    Raises:
        NotFoundError: no such alert.
        VersionConflictError: ``version`` is not the row's.
        IllegalStateError: it is resolved already.
    """
    with events.batch():
        alert = locked(alert_id, version)
        if alert.status == Status.RESOLVED:
            raise IllegalStateError(f"Only an unresolved alert can be resolved: {_state(alert)}.")
        _resolve(alert, by=by, at=at, via=via)
    return alert


def _raise_first(hotspot: Hotspot) -> None:
    """A row that has just been made has no alert to look for."""
    _raise(hotspot, [])


def _raise_alert(hotspot: Hotspot) -> None:
    _raise(hotspot, locked_of(hotspot))


def _raise(hotspot: Hotspot, alerts: list[Alert]) -> None:
    """One alert per hotspot and level: a level that comes back wakes its alert up."""
    for other in alerts:
        _follow_silence(other)
    alert = next((a for a in alerts if a.level == hotspot.severity), None)
    if alert is None:
        alert = Alert(
            hotspot=hotspot,
            level=hotspot.severity,
            message=message(hotspot),
            simulated=hotspot.simulated,
        )
    elif alert.status != Status.RESOLVED:
        return
    alert.status, alert.suppressed_by = Status.ACTIVE, hotspot.suppressed_by
    alert.acknowledged_at = alert.acknowledged_by = alert.resolved_at = None
    if not alert.suppressed_by:
        storms.admit(alert)
    save(alert, by=_author(hotspot), via=_origin(hotspot))


def _follow_silences(hotspot: Hotspot) -> None:
    for alert in locked_of(hotspot):
        _follow_silence(alert)


def _follow_silence(alert: Alert) -> None:
    """Let an alert be hidden by what hides its hotspot; one that nothing hides any more asks."""
    hotspot, before = alert.hotspot, alert.suppressed_by
    if hotspot is None or alert.status == Status.RESOLVED:
        return
    in_storm = storms.name(alert.storm_id) if alert.storm_id else ""
    alert.suppressed_by = hotspot.suppressed_by or in_storm
    if alert.suppressed_by == before:
        return
    if not alert.suppressed_by and alert.status == Status.ACTIVE:
        storms.admit(alert)
    save(alert, by=_author(hotspot), via=_origin(hotspot))


def _resolve_all(hotspot: Hotspot) -> None:
    at = hotspot.resolved_at or hotspot.updated_at
    for alert in locked_of(hotspot):
        if alert.status != Status.RESOLVED:
            _resolve(alert, by=_author(hotspot), at=at, via=_origin(hotspot))


def _mute(hotspot: Hotspot) -> None:
    for alert in locked_of(hotspot):
        if alert.status == Status.ACTIVE:
            by, via = _author(hotspot), _origin(hotspot)
            _acknowledge(alert, by=by, at=hotspot.updated_at, via=via)


REACTIONS: dict[str, Callable[[Hotspot], None]] = {
    "opened": _raise_first,
    "escalated": _raise_alert,
    "reopened": _raise_alert,
    "acknowledged": _mute,
    "resolved": _resolve_all,
    "ignored": _resolve_all,
    "suppressed": _follow_silences,
    "released": _follow_silences,
}


def _acknowledge(alert: Alert, *, by: User | None, at: datetime, via: str) -> None:
    alert.status, alert.acknowledged_at, alert.acknowledged_by = Status.ACKNOWLEDGED, at, by
    save(alert, by=by, via=via)


def _resolve(alert: Alert, *, by: User | None, at: datetime, via: str) -> None:
    alert.status, alert.resolved_at, alert.storm_running = Status.RESOLVED, at, False
    save(alert, by=by, via=via)


def _state(alert: Alert) -> str:
    return f"alert {alert.pk} is {alert.status}"


def _author(hotspot: Hotspot) -> User | None:
    return getattr(hotspot, "_history_user", None)


def _origin(hotspot: Hotspot) -> str:
    return getattr(hotspot, "_change_reason", None) or "engine"
