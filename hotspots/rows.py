"""The public shape of a hotspot: the same over REST and on the socket."""

from typing import Any

from streams.rows import moment

from .models import Hotspot

PLAIN = [
    "id",
    "value",
    "baseline",
    "expected_low",
    "expected_high",
    "percent_above",
    "score",
    "severity",
    "rule",
    "reason",
    "side",
    "status",
    "label",
    "occurrences",
    "flapping",
    "explanation",
    "evidence",
    "advice",
    "advice_reason",
    "incident_id",
    "suppressed_by",
    "simulated",
    "version",
]
MOMENTS = ("opened_at", "last_seen_at", "resolved_at", "created_at", "updated_at")


def hotspot_row(hotspot: Hotspot) -> dict[str, Any]:
    """Return the row as JSON-ready values; times are ISO 8601 in UTC."""
    entity, metric = hotspot.series.entity, hotspot.series.metric
    row: dict[str, Any] = {name: getattr(hotspot, name) for name in PLAIN}
    row |= {name: moment(getattr(hotspot, name)) for name in MOMENTS}
    row |= {"entity": entity.name, "entity_type": entity.entity_type}
    row |= {"metric": metric.name, "unit": metric.unit}
    return row
