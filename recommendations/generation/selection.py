"""Which playbooks are worth proposing: retrieval, one per action family, in order."""

from dataclasses import dataclass

from recommendations.knowledge.retrieval import Hit, IndexedPlaybook, PassageIndex
from recommendations.knowledge.schema import FrontMatter

from .situation import Situation

SEARCHED_PLAYBOOKS = 40


@dataclass(frozen=True, slots=True)
class Selection:
    """The passages found by ``query``, one per action family, best first; never empty."""

    query: str
    hits: tuple[Hit, ...]


def select(situation: Situation, index: PassageIndex, *, limit: int) -> Selection | None:
    """Return up to ``limit`` passages of the first query that finds any, ``None`` if none does."""
    for query in situation.queries:
        if hits := _choose(situation, index, query)[:limit]:
            return Selection(query, tuple(hits))
    return None


def _choose(situation: Situation, index: PassageIndex, query: str) -> list[Hit]:
    """Return the best hit of each action family that is worth proposing, in order."""
    hits = index.search(
        query,
        entity_type=situation.entity_type,
        metric=situation.metric,
        side=situation.side,
        k=SEARCHED_PLAYBOOKS,
    )
    documents = index.corpus.documents
    best: dict[str, Hit] = {}
    for hit in hits:
        front = documents[hit.playbook].front
        if situation.rule != "data_quality" or _is_about_data(front):
            best.setdefault(front.action_family, hit)
    return sorted(
        best.values(), key=lambda hit: (-_rank(hit, documents[hit.playbook]), hit.playbook)
    )


def _is_about_data(front: FrontMatter) -> bool:
    """Whether a playbook is for any reading of any place: about the data, not about the use."""
    return not front.applies_to.entity_type and not front.applies_to.metric


def _rank(hit: Hit, document: IndexedPlaybook) -> float:
    """Fit decides; effect and feasibility settle what is close."""
    effect = document.front.effect.low_pct if document.front.effect else 0.0
    return hit.score * (1 + effect / 1000) * (1 + document.front.feasibility / 100)
