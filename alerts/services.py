"""Every write to alerts: they follow their hotspot, and people acknowledge or resolve them."""

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.models import User

from hotspots.models import Hotspot
from streams import events
from streams.errors import IllegalStateError, NotFoundError

from .messages import message
from .models import Alert

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
        alert = _locked(alert_id, version)
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
        alert = _locked(alert_id, version)
        if alert.status == Status.RESOLVED:
            raise IllegalStateError(f"Only an unresolved alert can be resolved: {_state(alert)}.")
        _resolve(alert, by=by, at=at, via=via)
    return alert


def _raise_alert(hotspot: Hotspot) -> None:
    """One alert per hotspot and level: a level that comes back wakes its alert up."""
    alert = next((a for a in _of(hotspot) if a.level == hotspot.severity), None)
    if alert is None:
        alert = Alert(
            hotspot=hotspot,
            level=hotspot.severity,
            message=message(hotspot),
            suppressed_by=hotspot.suppressed_by,
            simulated=hotspot.simulated,
        )
    elif alert.status != Status.RESOLVED:
        return
    alert.status = Status.ACTIVE
    alert.acknowledged_at = alert.acknowledged_by = alert.resolved_at = None
    _save(alert, by=_author(hotspot), via=_origin(hotspot))


def _resolve_all(hotspot: Hotspot) -> None:
    at = hotspot.resolved_at or hotspot.updated_at
    for alert in _of(hotspot):
        if alert.status != Status.RESOLVED:
            _resolve(alert, by=_author(hotspot), at=at, via=_origin(hotspot))


def _mute(hotspot: Hotspot) -> None:
    for alert in _of(hotspot):
        if alert.status == Status.ACTIVE:
            by, via = _author(hotspot), _origin(hotspot)
            _acknowledge(alert, by=by, at=hotspot.updated_at, via=via)


REACTIONS: dict[str, Callable[[Hotspot], None]] = {
    "opened": _raise_alert,
    "escalated": _raise_alert,
    "reopened": _raise_alert,
    "acknowledged": _mute,
    "resolved": _resolve_all,
    "ignored": _resolve_all,
}


def _acknowledge(alert: Alert, *, by: User | None, at: datetime, via: str) -> None:
    alert.status, alert.acknowledged_at, alert.acknowledged_by = Status.ACKNOWLEDGED, at, by
    _save(alert, by=by, via=via)


def _resolve(alert: Alert, *, by: User | None, at: datetime, via: str) -> None:
    alert.status, alert.resolved_at = Status.RESOLVED, at
    _save(alert, by=by, via=via)


def _save(alert: Alert, *, by: User | None, via: str) -> None:
    alert._history_user, alert._change_reason = by, via  # type: ignore[attr-defined]
    alert.save()


def _locked(alert_id: int, version: int | None) -> Alert:
    rows = Alert.objects.with_names().select_for_update(no_key=True, of=("self",))
    alert = rows.filter(pk=alert_id).first()
    if alert is None:
        raise NotFoundError(f"There is no alert {alert_id}.")
    alert.require_version(version)
    return alert


def _of(hotspot: Hotspot) -> list[Alert]:
    """Return a hotspot's alerts, locked in the order that every service keeps."""
    rows = Alert.objects.select_related("acknowledged_by").filter(hotspot=hotspot)
    alerts = list(rows.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    for alert in alerts:
        alert.hotspot = hotspot  # its names are loaded
    return alerts


def _state(alert: Alert) -> str:
    return f"alert {alert.pk} is {alert.status}"


def _author(hotspot: Hotspot) -> User | None:
    return getattr(hotspot, "_history_user", None)


def _origin(hotspot: Hotspot) -> str:
    return getattr(hotspot, "_change_reason", None) or "engine"
