"""Pending recommendations whose hotspot ended, or whose time ran out."""

from datetime import datetime

from hotspots.models import Hotspot
from streams.events import batch

from .models import Recommendation
from .requests import request
from .storage import lockable, save

ENDINGS = {"resolved", "ignored"}
#: Rows changed in one transaction: the stream's lock is held for no longer than they take.
BATCH = 200


def follow(hotspot: Hotspot, change: str) -> None:
    """Go along with a change of a hotspot, in its transaction and under its lock.

    One that opens or comes back is advised on; one that ends takes along what was not decided.
    """
    if change in ENDINGS:
        expire_for(hotspot)
    elif change in {"opened", "reopened"}:
        request([hotspot])


def expire_for(hotspot: Hotspot) -> int:
    """Expire what is pending for a hotspot that ended; returns how many."""
    with batch():
        rows = lockable().pending().filter(hotspot=hotspot)
        return _expire(list(rows.select_for_update(no_key=True, of=("self",)).order_by("pk")))


def expire_due(at: datetime) -> int:
    """Expire what nobody decided in time; returns how many."""
    total = 0
    while expired := _expire_some(at):
        total += expired
    return total


def _expire_some(at: datetime) -> int:
    with batch():
        rows = lockable().pending().filter(expires_at__lte=at)
        free = rows.select_for_update(no_key=True, skip_locked=True, of=("self",))
        return _expire(list(free.order_by("pk")[:BATCH]))


def _expire(recommendations: list[Recommendation]) -> int:
    for recommendation in recommendations:
        recommendation.status = Recommendation.Status.EXPIRED
        save(recommendation, by=None, via="engine")
    return len(recommendations)
