"""What the recommendations say about themselves on the hotspot's row."""

from .models import Hotspot


def advise(hotspot: Hotspot, *, advice: Hotspot.Advice, reason: str = "") -> None:
    """Note on a hotspot, which the caller has locked, how far its recommendations are.

    Args:
        hotspot: as read under its lock.
        advice: ready, none, failed, or pending when it is asked for again.
        reason: one sentence where there are none, at most 300 characters.
    """
    hotspot.advice, hotspot.advice_reason = advice, reason[:300]
    hotspot._history_user, hotspot._change_reason = None, "engine"  # type: ignore[attr-defined]
    hotspot.save(update_fields=["advice", "advice_reason"])
