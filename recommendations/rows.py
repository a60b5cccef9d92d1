"""The public shape of a recommendation: the same over REST and on the socket."""

from typing import Any

from streams.rows import moment, user_name

from .models import Recommendation

PLAIN = [
    "id",
    "hotspot_id",
    "playbook",
    "title",
    "action",
    "root_cause",
    "rationale",
    "retriever",
    "generator",
    "fallback_reason",
    "co2_reduction",
    "reduction_pct_low",
    "reduction_pct_high",
    "arithmetic",
    "realised_reduction",
    "cost",
    "feasibility",
    "confidence",
    "citations",
    "status",
    "note",
    "simulated",
    "version",
]
MOMENTS = ("created_at", "updated_at", "decided_at", "expires_at")


def recommendation_row(recommendation: Recommendation) -> dict[str, Any]:
    """Return the row as JSON-ready values; times are ISO 8601 in UTC."""
    row: dict[str, Any] = {name: getattr(recommendation, name) for name in PLAIN}
    row |= {name: moment(getattr(recommendation, name)) for name in MOMENTS}
    row["entity"] = recommendation.hotspot.series.entity.name
    row["decided_by"] = user_name(recommendation.decided_by)
    return row
