"""The public shape of an alert: the same over REST and on the socket."""

from typing import Any

from streams.rows import moment, user_name

from .models import Alert

PLAIN = [
    "id",
    "hotspot_id",
    "hotspots",
    "storm_id",
    "level",
    "message",
    "status",
    "suppressed_by",
    "simulated",
    "version",
]
MOMENTS = ("created_at", "updated_at", "acknowledged_at", "resolved_at")


def alert_row(alert: Alert) -> dict[str, Any]:
    """Return the row as JSON-ready values; times are ISO 8601 in UTC."""
    row: dict[str, Any] = {name: getattr(alert, name) for name in PLAIN}
    row |= {name: moment(getattr(alert, name)) for name in MOMENTS}
    row |= _subject(alert) | {"acknowledged_by": user_name(alert.acknowledged_by)}
    return row


def _subject(alert: Alert) -> dict[str, str]:
    """What the alert is about; a storm is about no one thing."""
    if alert.hotspot is None:
        return {"entity": "", "entity_type": "", "metric": ""}
    series = alert.hotspot.series
    entity = series.entity
    return {"entity": entity.name, "entity_type": entity.entity_type, "metric": series.metric_id}
