"""How recommendations are locked and saved."""

from django.contrib.auth.models import User

from streams.errors import NotFoundError

from .models import Recommendation, RecommendationQuerySet


def lockable() -> RecommendationQuerySet:
    """Return the rows with their names, to be locked.

    People are read when they are asked for: where a lock was waited for, PostgreSQL gives the row
    as it is now, but what is joined to it as it was before.
    """
    return Recommendation.objects.select_related("hotspot__series__entity")


def locked(recommendation_id: int) -> Recommendation:
    """Return a row, with its names, locked until the transaction ends.

    Raises:
        NotFoundError: there is none.
    """
    rows = lockable().select_for_update(no_key=True, of=("self",))
    recommendation = rows.filter(pk=recommendation_id).first()
    if recommendation is None:
        raise NotFoundError(f"There is no recommendation {recommendation_id}.")
    return recommendation


def save(recommendation: Recommendation, *, by: User | None, via: str) -> None:
    """Save a locked or new row, with who changed it and from where in its history."""
    recommendation._history_user, recommendation._change_reason = by, via  # type: ignore[attr-defined]
    recommendation.save()
