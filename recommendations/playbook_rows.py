"""The public shape of a playbook: where it applies, on what it rests, what came of it."""

from typing import Any

from streams.rows import moment

from .knowledge.schema import Effect, FrontMatter
from .models import Playbook
from .outcomes import Outcome, Reduction

SHIPPED, DOCUMENT = "shipped", "document"
ORIGINS = (SHIPPED, DOCUMENT)


def front_of(playbook: Playbook) -> FrontMatter:
    """Return what the playbook says of itself."""
    return FrontMatter.model_validate(playbook.front_matter)


def origin_of(playbook: Playbook) -> str:
    """Whether it came with the product or from a document that somebody published."""
    return DOCUMENT if playbook.document_id else SHIPPED


def playbook_row(playbook: Playbook, front: FrontMatter, outcome: Outcome) -> dict[str, Any]:
    """Return the row as JSON-ready values, without its passages."""
    return {
        "slug": playbook.slug,
        "title": playbook.title,
        "edition": playbook.edition,
        "origin": origin_of(playbook),
        "applies_to": front.applies_to.model_dump(),
        "action_family": front.action_family,
        "cause": front.cause,
        "actions": front.actions,
        "preconditions": front.preconditions,
        "cost": front.cost_band,
        "feasibility": front.feasibility,
        "payback_months": front.payback_months,
        "effect": effect_row(front.effect) if front.effect else None,
        "sources": [source.model_dump(mode="json") for source in front.sources],
        "outcomes": outcome_row(outcome),
        "synced_at": moment(playbook.synced_at),
    }


def effect_row(effect: Effect) -> dict[str, Any]:
    """Return the effect; each calculation is one line of arithmetic."""
    row = effect.model_dump(mode="json", exclude={"calculations"})
    return {**row, "calculations": [str(calculation) for calculation in effect.calculations]}


def outcome_row(outcome: Outcome) -> dict[str, Any]:
    """Return the counts by status, and predicted against realised by unit."""
    statuses = ("pending", "approved", "rejected", "implemented", "expired")
    return {
        "proposed": outcome.proposed,
        **{status: outcome.by_status.get(status, 0) for status in statuses},
        "measured": outcome.measured,
        "units": [reduction_row(reduction) for reduction in outcome.reductions],
    }


def reduction_row(reduction: Reduction) -> dict[str, Any]:
    """Return predicted against realised; amounts are in the unit."""
    ratio = reduction.ratio
    return {
        "unit": reduction.unit,
        "measured": reduction.measured,
        "predicted": reduction.predicted,
        "realised": reduction.realised,
        "ratio": None if ratio is None else round(ratio, 4),
    }


def passage_rows(playbook: Playbook) -> list[dict[str, str]]:
    """Return what can be cited of it, in order."""
    passages = playbook.passages.order_by("position").values_list("heading", "text")
    return [{"section": heading, "text": text} for heading, text in passages]
