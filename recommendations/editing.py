"""Change what a pending recommendation proposes. What is said of numbers must stay borne out."""

import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User

from hotspots.rows import hotspot_row
from streams.events import batch

from .decisions import require_pending
from .errors import InvalidEditError, NotGroundedError
from .generation.grounding import unsupported
from .knowledge.models import Passage
from .models import Recommendation
from .storage import locked, save
from .texts import is_visible, unreadable

FIELDS = ("title", "action", "cost", "feasibility")
TEXTS = {"title": 200, "action": 2000}  # characters at most


def edit(
    recommendation_id: int,
    *,
    changes: Mapping[str, Any],
    by: User,
    at: datetime,
    via: str,
    version: int | None = None,
) -> Recommendation:
    """Change title, action, cost or feasibility of a pending recommendation.

    What changes nothing leaves no trace. With ``four_eyes`` the editor can no longer approve it.

    Args:
        changes: new values by name; the names are those of ``FIELDS``.
        version: the row's version that the editor saw, if the caller knows it.

    Raises:
        NotFoundError: no such recommendation.
        AlreadyDecidedError: it is not pending any more.
        VersionConflictError: the row changed since ``version``.
        InvalidEditError: a value cannot be stored.
        NotGroundedError: a text has numbers that nothing bears out; the message names them.
    """
    changes = {name: _checked(name, value) for name, value in changes.items()}
    with batch():
        recommendation = locked(recommendation_id)
        require_pending(recommendation)
        recommendation.require_version(version)
        new = {n: value for n, value in changes.items() if value != getattr(recommendation, n)}
        if not new:
            return recommendation
        _require_grounded(recommendation, new)
        for name, value in new.items():
            setattr(recommendation, name, value)
        recommendation.edited_by, recommendation.edited_at = by, at
        save(recommendation, by=by, via=via)
    return recommendation


def _checked(name: str, value: Any) -> Any:
    if name in TEXTS:
        return _checked_text(name, value)
    if name == "cost" and value in Recommendation.Cost.values:
        return value
    if name == "feasibility" and type(value) is int and 1 <= value <= 10:
        return value
    raise InvalidEditError(f"{name}: this cannot be stored.", name)


def _checked_text(name: str, value: Any) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not is_visible(text):
        raise InvalidEditError(f"{name}: say something.", name)
    if len(text) > TEXTS[name]:
        raise InvalidEditError(f"{name}: more than {TEXTS[name]} characters.", name)
    if character := unreadable(text):
        raise InvalidEditError(f"{name}: it has {character}, which nobody can read.", name)
    return text


def _require_grounded(recommendation: Recommendation, new: Mapping[str, Any]) -> None:
    said, given = _said(recommendation), set(_given(recommendation))
    found = {name: unsupported(new[name], said, given) for name in TEXTS if name in new}
    foreign = {name: numbers for name, numbers in found.items() if numbers}
    if foreign:
        raise NotGroundedError(foreign)


def _said(recommendation: Recommendation) -> str:
    """Return what a recommendation rests on: the cited passages whole, and its own reasons."""
    cited = [(str(c.get("document")), str(c.get("section"))) for c in recommendation.citations]
    passages = Passage.objects.filter(playbook__slug__in={slug for slug, _ in cited})
    whole = passages.values_list("playbook__slug", "heading", "text")
    return "\n".join(
        [text for slug, heading, text in whole if (slug, heading) in cited]
        + [f"{c.get('title')}\n{c.get('quote')}" for c in recommendation.citations]
        + [recommendation.root_cause, recommendation.rationale, recommendation.arithmetic]
        + [recommendation.hotspot.explanation]
    )


def _given(recommendation: Recommendation) -> Iterator[Decimal]:
    """Yield the hotspot's own numbers, and those that were computed for this recommendation."""
    row = hotspot_row(recommendation.hotspot)
    names = ("value", "baseline", "expected_low", "expected_high", "percent_above")
    computed = ("co2_reduction", "predicted_reduction", "reduction_pct_low", "reduction_pct_high")
    values = [row[name] for name in names] + [*row["evidence"].values()]
    for value in values + [getattr(recommendation, name) for name in computed]:
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            yield abs(Decimal(repr(value)))
