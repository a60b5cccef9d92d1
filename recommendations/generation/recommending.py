"""The one way from a situation to advice: select, write, and let through what is grounded."""

import logging
from collections.abc import Collection

from recommendations.knowledge.retrieval import PassageIndex

from . import extractive, gate
from .drafts import Advice, Draft, Fallback, Writer
from .selection import Selection, select
from .situation import Situation

logger = logging.getLogger(__name__)

LIMIT = 3
NOTHING_FITS = "No playbook fits this situation well enough."
NOT_BORNE_OUT = (
    "What was found could not be shown to rest on a playbook and on the readings, "
    "so nothing is proposed."
)
UNIT_IN_DOUBT = (
    "The reading looks as if it came in another unit: decide first whether it is real or wrong."
)
NOT_GROUNDED = "not_grounded"


def recommend(
    situation: Situation,
    index: PassageIndex,
    *,
    limit: int = LIMIT,
    model: Writer | None = None,
) -> Advice:
    """Propose up to ``limit`` measures, at most one per action family.

    The model writes if one is given; what it cannot write, the playbooks' own sentences say.
    """
    if situation.is_in_doubt:
        return Advice(index.name, reason=UNIT_IN_DOUBT)
    selection = select(situation, index, limit=limit)
    if selection is None:
        return Advice(index.name, reason=NOTHING_FITS)
    found = frozenset(hit.playbook for hit in selection.hits)
    fallback_reason = ""
    if model is not None:
        try:
            written = model.write(situation, index, selection)
            if drafts := grounded(written, situation, index, retrieved=found)[:limit]:
                return Advice(index.name, drafts, generator=model.name, retrieved=found)
            fallback_reason = NOT_GROUNDED
        except Fallback as fallback:
            fallback_reason = fallback.reason
    return _extract(situation, index, selection, fallback_reason, retrieved=found)


def grounded(
    drafts: Collection[Draft],
    situation: Situation,
    index: PassageIndex,
    *,
    retrieved: Collection[str],
) -> list[Draft]:
    """Return the drafts that pass the gate; why the others do not is logged."""
    kept = []
    for draft in drafts:
        if found := gate.problems(draft, situation, index, retrieved=retrieved):
            logger.warning("%s was dropped: %s", draft.playbook, "; ".join(found))
        else:
            kept.append(draft)
    return kept


def _extract(
    situation: Situation,
    index: PassageIndex,
    selection: Selection,
    fallback_reason: str,
    *,
    retrieved: frozenset[str],
) -> Advice:
    written = extractive.write(situation, index, selection)
    drafts = grounded(written, situation, index, retrieved=retrieved)
    reason = "" if drafts else NOT_BORNE_OUT
    return Advice(index.name, drafts, reason, fallback_reason=fallback_reason, retrieved=retrieved)
