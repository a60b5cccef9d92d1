"""Write a hotspot's recommendations: once, whatever crashes or runs again."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from hotspots.advice import advise
from hotspots.models import Hotspot
from hotspots.rows import hotspot_row
from streams.events import batch

from . import around
from .generation.drafts import Advice, Draft
from .generation.model import configured
from .generation.recommending import NOT_BORNE_OUT, grounded, recommend
from .generation.situation import Situation
from .knowledge.corpus import current_index
from .models import Recommendation
from .storage import save

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
    situation = situation_of(hotspot)
    advice = _advice_on(situation) if hotspot.is_active else Advice("", reason=ENDED)
    return _store(hotspot_id, advice, situation, at=timezone.now())


def situation_of(hotspot: Hotspot) -> Situation:
    """Return what is known about a hotspot, and what was measured and noted around it."""
    readings = around.readings_of(hotspot)
    return Situation.from_row(
        hotspot_row(hotspot),
        note=around.note_of(hotspot, readings),
        is_emission=hotspot.series.metric.is_emission,
        surroundings=around.surroundings_of(hotspot, readings),
    )


def _advice_on(situation: Situation) -> Advice:
    return recommend(situation, current_index(), model=configured())


def give_up(hotspot: Hotspot, reason: str) -> None:
    """Note on a locked hotspot that its recommendations could not be made."""
    advise(hotspot, advice=Hotspot.Advice.FAILED, reason=reason)


def _store(hotspot_id: int, advice: Advice, situation: Situation, *, at: datetime) -> int:
    # Asked for again: a model takes its time, and a document may be withdrawn meanwhile.
    index = current_index()
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
        drafts, reason = _storable(hotspot, advice, known)
        kept = grounded(drafts, situation, index, retrieved=advice.retrieved)
        for draft in kept:
            save(_row(hotspot, draft, advice, at), by=None, via="engine")
        if kept:
            advise(hotspot, advice=Hotspot.Advice.READY)
        else:
            advise(hotspot, advice=Hotspot.Advice.NONE, reason=reason or NOT_BORNE_OUT)
    return len(kept)


def _storable(hotspot: Hotspot, advice: Advice, known: Collection[str]) -> tuple[list[Draft], str]:
    """Return what of an advice is still wanted; if nothing is, why."""
    if reason := advice.reason if hotspot.is_active else ENDED:
        return [], reason
    drafts = [draft for draft in advice.drafts if draft.playbook not in known]
    return drafts, "" if drafts else ALL_DECIDED


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
        four_eyes=settings.DECISION_FOUR_EYES,
        **copied,
    )
