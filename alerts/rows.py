"""The public shape of an alert: the same over REST and on the socket."""

from typing import Any

from streams.rows import moment, user_name

from .models import Alert

PLAIN = ["id", "hotspot_id", "level", "message", "status", "suppressed_by", "simulated", "version"]
MOMENTS = ("created_at", "updated_at", "acknowledged_at", "resolved_at")


def alert_row(alert: Alert) -> dict[str, Any]:
    """Return the row as JSON-ready values; times are ISO 8601 in UTC."""
    series = alert.hotspot.series
    row: dict[str, Any] = {name: getattr(alert, name) for name in PLAIN}
    row |= {name: moment(getattr(alert, name)) for name in MOMENTS}
    row |= {"entity": series.entity.name, "entity_type": series.entity.entity_type}
    row |= {"metric": series.metric_id, "acknowledged_by": user_name(alert.acknowledged_by)}
    return row
