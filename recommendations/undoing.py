"""How long a decision may be taken back: one rule for the service, the row and the back office."""

from datetime import datetime, timedelta

from django.conf import settings

from .models import Recommendation

DECIDED = (Recommendation.Status.APPROVED, Recommendation.Status.REJECTED)


def undo_until(recommendation: Recommendation) -> datetime | None:
    """Return until when who decided may take it back, that moment included.

    ``None``: there is no decision, it was carried out, or decisions cannot be taken back at all.
    """
    window = timedelta(seconds=settings.DECISION_UNDO_SECONDS)
    decided_at = recommendation.decided_at
    if recommendation.status not in DECIDED or decided_at is None or not window:
        return None
    return decided_at + window


def is_undoable(recommendation: Recommendation, at: datetime) -> bool:
    """Whether the decision is so fresh that whoever made it may take it back."""
    until = undo_until(recommendation)
    return until is not None and at <= until
