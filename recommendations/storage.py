"""How recommendations are locked and saved."""

from django.contrib.auth.models import User

from streams.errors import NotFoundError

from .models import Recommendation


def locked(recommendation_id: int) -> Recommendation:
    """Return a row, with its names, locked until the transaction ends.

    Raises:
        NotFoundError: there is none.
    """
    rows = Recommendation.objects.with_names().select_for_update(no_key=True, of=("self",))
    recommendation = rows.filter(pk=recommendation_id).first()
    if recommendation is None:
        raise NotFoundError(f"There is no recommendation {recommendation_id}.")
    return recommendation


def save(recommendation: Recommendation, *, by: User | None, via: str) -> None:
    """Save a locked or new row, with who changed it and from where in its history."""
    recommendation._history_user, recommendation._change_reason = by, via  # type: ignore[attr-defined]
    recommendation.save()
