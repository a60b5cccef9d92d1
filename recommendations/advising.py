"""Write a hotspot's recommendations: once, whatever crashes or runs again."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.utils import timezone

from hotspots.advice import advise
from hotspots.models import Hotspot, Measurement
from hotspots.rows import hotspot_row
from streams.events import batch

from .generation.extractive import Advice, Draft, recommend
from .generation.situation import Situation
from .knowledge.corpus import current_index
from .models import Recommendation
from .storage import save

DATA_IN_DOUBT = "The data is in doubt: nothing to act on yet."
ENDED = "The hotspot ended before advice was written."
ALL_DECIDED = "Everything that fits was decided before."
Status = Recommendation.Status
LIVE = (Status.PENDING, Status.APPROVED)


def generate(hotspot_id: int) -> int:
    """Store what fits a hotspot and note on it that advice is ready, or why there is none.

    Does nothing unless the hotspot waits for advice, so it is safe to repeat. The slow part
    runs outside the transaction; the lock covers only the writes.

    Returns:
        The number of recommendations written.
    """
    hotspot = Hotspot.objects.with_names().filter(pk=hotspot_id).first()
    if hotspot is None or hotspot.advice != Hotspot.Advice.PENDING:
        return 0
    reason = _why_none(hotspot)
    advice = (
        Advice("", reason=reason) if reason else recommend(situation_of(hotspot), current_index())
    )
    return _store(hotspot_id, advice, at=timezone.now())


def situation_of(hotspot: Hotspot) -> Situation:
    """Return what is known about a hotspot, with the note that came with its readings."""
    is_emission = hotspot.series.metric.is_emission
    return Situation.from_row(hotspot_row(hotspot), note=_note(hotspot), is_emission=is_emission)


def give_up(hotspot: Hotspot, reason: str) -> None:
    """Note on a locked hotspot that its recommendations could not be made."""
    advise(hotspot, advice=Hotspot.Advice.FAILED, reason=reason)


def _store(hotspot_id: int, advice: Advice, *, at: datetime) -> int:
    with batch():
        rows = Hotspot.objects.with_names().select_for_update(no_key=True, of=("self",))
        hotspot = rows.filter(pk=hotspot_id, advice=Hotspot.Advice.PENDING).first()
        if hotspot is None:
            return 0
        earlier = hotspot.recommendations.exclude(status=Status.EXPIRED)
        known = dict(earlier.values_list("playbook", "status"))
        if any(status in LIVE for status in known.values()):
            advise(hotspot, advice=Hotspot.Advice.READY)
            return 0
        reason = _why_none(hotspot) or advice.reason
        drafts = [] if reason else [d for d in advice.drafts if d.playbook not in known]
        for draft in drafts:
            save(_row(hotspot, draft, advice, at), by=None, via="engine")
        if drafts:
            advise(hotspot, advice=Hotspot.Advice.READY)
        else:
            advise(hotspot, advice=Hotspot.Advice.NONE, reason=reason or ALL_DECIDED)
    return len(drafts)


def _why_none(hotspot: Hotspot) -> str:
    if hotspot.rule == Hotspot.Rule.DATA_QUALITY:
        return DATA_IN_DOUBT
    return "" if hotspot.is_active else ENDED


def _row(hotspot: Hotspot, draft: Draft, advice: Advice, at: datetime) -> Recommendation:
    # Not asdict(): a draft's score is a matter of this search, not of the row.
    copied = {name: getattr(draft, name) for name in Draft.__slots__ if name != "score"}
    return Recommendation(
        hotspot=hotspot,
        retriever=advice.retriever,
        generator=advice.generator,
        fallback_reason=advice.fallback_reason,
        expires_at=at + timedelta(hours=settings.RECOMMENDATION_EXPIRY_HOURS),
        simulated=hotspot.simulated,
        **copied,
    )


def _note(hotspot: Hotspot) -> str:
    """Return the words that the newest reading of the hotspot brought along."""
    readings = Measurement.objects.filter(
        series_id=hotspot.series_id, time__range=(hotspot.opened_at, hotspot.last_seen_at)
    )
    attributes = readings.exclude(attributes="").order_by("-time").values_list("attributes").first()
    if attributes is None:
        return ""
    values: Any = msgspec.json.decode(attributes[0])
    texts = values.values() if isinstance(values, dict) else []
    return " ".join(text for text in texts if isinstance(text, str))
