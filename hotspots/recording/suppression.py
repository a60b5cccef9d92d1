"""Which silence hides a hotspot, asked when it opens, escalates or re-opens.

A silence counts that was in force at the time of the reading behind the change, whenever that
came in. What happens as silences begin and end is in ``silencing``.
"""

from collections.abc import Sequence
from datetime import datetime

from hotspots.clock import moment
from hotspots.detection.lifecycle import Change
from hotspots.models import Hotspot, Series, Silence

from .surroundings import BEGINNINGS

NAME_LENGTH = 100


class Suppression:
    """The silences that matter to a transaction.

    Args:
        silences: all that were in force at a time at which something begins to ask, or more.
    """

    def __init__(self, silences: Sequence[Silence]) -> None:
        self.silences = silences

    def hide(self, hotspot: Hotspot, change: Change) -> None:
        """Let the row say what hides it as of this change.

        One that escalates stays as hidden as it is: only the end of its silence releases it.
        """
        if change.kind not in BEGINNINGS or (change.kind == "escalated" and hotspot.suppressed_by):
            return
        suppress(hotspot, choose(self.silences, hotspot.series, moment(change.at)))


def choose(silences: Sequence[Silence], series: Series, at: datetime) -> Silence | None:
    """The silence that covers a series at a moment: of several the one that lasts longest."""
    covering = [
        silence
        for silence in silences
        if silence.starts_at <= at < silence.until
        and silence.covers(
            entity_id=series.entity_id,
            entity_type=series.entity.entity_type,
            metric_id=series.metric_id,
        )
    ]
    return max(covering, key=lambda silence: (silence.until, -silence.pk), default=None)


def suppress(hotspot: Hotspot, silence: Silence | None) -> None:
    """Let the row say that a silence hides it, or that none does."""
    hotspot.silence = silence
    hotspot.suppressed_by = "" if silence is None else label(silence)


def label(silence: Silence) -> str:
    """What ``suppressed_by`` says: ``silence 12: boiler service``, cut to the field's length."""
    return f"silence {silence.pk}: {silence.reason}"[:NAME_LENGTH]
