"""How alerts are locked and saved.

Who acknowledged one is read when it is asked for: where a lock was waited for, PostgreSQL gives
the row as it is now, but what is joined to it as it was before.
"""

from django.contrib.auth.models import User

from hotspots.models import Hotspot
from streams.errors import NotFoundError

from .models import Alert


def locked(alert_id: int, version: int | None) -> Alert:
    """Return a row, with its names, locked until the transaction ends.

    Raises:
        NotFoundError: there is none.
        VersionConflictError: ``version`` is not the row's.
    """
    rows = Alert.objects.select_related("hotspot__series__entity", "hotspot__series__metric")
    rows = rows.select_for_update(no_key=True, of=("self",))
    alert = rows.filter(pk=alert_id).first()
    if alert is None:
        raise NotFoundError(f"There is no alert {alert_id}.")
    alert.require_version(version)
    return alert


def locked_of(hotspot: Hotspot) -> list[Alert]:
    """Return a hotspot's alerts, locked in the order that every service keeps."""
    rows = Alert.objects.select_for_update(no_key=True).filter(hotspot=hotspot)
    alerts = list(rows.order_by("pk"))
    for alert in alerts:
        alert.hotspot = hotspot  # its names are loaded
    return alerts


def save(alert: Alert, *, by: User | None, via: str) -> None:
    """Save a locked or new row, with who changed it and from where in its history."""
    alert._history_user, alert._change_reason = by, via  # type: ignore[attr-defined]
    alert.save()
