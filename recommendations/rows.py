"""The public shape of a recommendation: the same over REST and on the socket."""

from typing import Any

from streams.rest.history import history_rows
from streams.rows import moment, user_name

from .chain import positions
from .knowledge.confidence import is_low
from .models import Recommendation
from .undoing import undo_until

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
    "predicted_reduction",
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
    "four_eyes",
    "simulated",
    "version",
]
MOMENTS = ("created_at", "updated_at", "decided_at", "edited_at", "expires_at")


def recommendation_row(recommendation: Recommendation) -> dict[str, Any]:
    """Return the row as JSON-ready values; times are ISO 8601 in UTC."""
    row: dict[str, Any] = {name: getattr(recommendation, name) for name in PLAIN}
    row |= {name: moment(getattr(recommendation, name)) for name in MOMENTS}
    row["undo_until"] = moment(undo_until(recommendation))
    row["low_confidence"] = is_low(recommendation.confidence, recommendation.retriever)
    row["entity"] = recommendation.hotspot.series.entity.name
    row["decided_by"] = user_name(recommendation.decided_by)
    row["edited_by"] = user_name(recommendation.edited_by)
    return row


def history_entries(records: list[Any]) -> list[dict[str, Any]]:
    """Return consecutive records of one row, each with its ``position`` in the chain."""
    places = positions(record.pk for record in records)
    told = zip(history_rows(records), records, strict=True)
    return [{**entry, "position": places.get(record.pk)} for entry, record in told]
