"""The public shape of a silence."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils import timezone

from hotspots.models import Hotspot, Silence
from streams.rows import moment, user_name

PLAIN = ["id", "kind", "reason", "everything", "entity_type", "version"]
MOMENTS = ("starts_at", "ends_at", "ended_at", "created_at")


def silence_rows(silences: Sequence[Silence]) -> list[dict[str, Any]]:
    """Return rows as JSON-ready values, with what they hide just now, in one query."""
    hidden, now = hidden_by(silence.pk for silence in silences), timezone.now()
    return [_row(silence, hidden.get(silence.pk, 0), now) for silence in silences]


def silence_row(silence: Silence) -> dict[str, Any]:
    """Return one row."""
    return silence_rows([silence])[0]


def hidden_by(silence_ids: Iterable[int]) -> dict[int, int]:
    """How many active hotspots each silence hides; those that hide none are left out."""
    rows = Hotspot.objects.active().filter(silence__in=list(silence_ids)).order_by()
    return dict(rows.values_list("silence").annotate(number=Count("pk")))


def _row(silence: Silence, hidden: int, now: datetime) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(silence, name) for name in PLAIN}
    row |= {name: moment(getattr(silence, name)) for name in MOMENTS}
    row |= {
        "entity": silence.entity.name if silence.entity else None,
        "metric": silence.metric_id,
        "ended_early": silence.ended_at is not None,
        "state": silence.state(now),
        "suppressed": hidden,
        "created_by": user_name(silence.created_by),
    }
    return row
