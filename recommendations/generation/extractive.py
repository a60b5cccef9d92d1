"""Recommendations out of the playbooks' own sentences: same input, same bytes, no model."""

import logging
from dataclasses import dataclass, field
from decimal import Decimal

from recommendations.knowledge.bm25 import BM25
from recommendations.knowledge.playbook import ACTIONS, REASONS, SIGNS
from recommendations.knowledge.retrieval import Document, Hit, PassageIndex, search_words
from recommendations.knowledge.text import numbers, sentences

from . import grounding
from .effect import Estimate, estimate
from .situation import Situation

logger = logging.getLogger(__name__)

NAME = "extractive"
LIMIT = 3
SEARCHED_PASSAGES = 40
# A proposal far below the best one is a coincidence of words, not a second opinion.
SHARE_OF_BEST = 0.35
NOTHING_FITS = "No playbook fits this situation well enough."


@dataclass(frozen=True, slots=True)
class Draft:
    """A recommendation that is not stored yet; the names are those of the model."""

    playbook: str
    title: str
    action: str
    root_cause: str
    rationale: str
    co2_reduction: float | None
    reduction_pct_low: float | None
    reduction_pct_high: float | None
    arithmetic: str
    cost: str
    feasibility: int
    confidence: float
    citations: list[dict[str, str]]
    score: float


@dataclass(frozen=True, slots=True)
class Advice:
    """What is proposed, best first; nothing, with a reason, if nothing fits."""

    retriever: str
    drafts: list[Draft] = field(default_factory=list)
    reason: str = ""
    generator: str = NAME
    fallback_reason: str = ""


def recommend(situation: Situation, index: PassageIndex, *, limit: int = LIMIT) -> Advice:
    """Propose up to ``limit`` measures, at most one per action family."""
    documents = index.corpus.documents
    for query in situation.queries:
        hits = _choose(situation, index, query)[:limit]
        drafts = [_draft(situation, index, query, hit) for hit in hits]
        grounded = [d for d in drafts if _is_grounded(d, situation, documents[d.playbook])]
        if grounded:
            return Advice(index.name, grounded)
    return Advice(index.name, reason=NOTHING_FITS)


def _choose(situation: Situation, index: PassageIndex, query: str) -> list[Hit]:
    """Return the best hit of each action family that is worth proposing, in order."""
    hits = index.search(
        query,
        entity_type=situation.entity_type,
        metric=situation.metric,
        side=situation.side,
        k=SEARCHED_PASSAGES,
    )
    if not hits:
        return []
    bound = max(index.threshold, SHARE_OF_BEST * hits[0].score)
    documents = index.corpus.documents
    best: dict[str, Hit] = {}
    for hit in hits:
        if hit.score >= bound:
            best.setdefault(documents[hit.playbook].front.action_family, hit)
    return sorted(
        best.values(), key=lambda hit: (-_rank(hit, documents[hit.playbook]), hit.playbook)
    )


def _rank(hit: Hit, document: Document) -> float:
    """Fit decides; effect and feasibility settle what is close."""
    effect = document.front.effect.low_pct if document.front.effect else 0.0
    return hit.score * (1 + effect / 1000) * (1 + document.front.feasibility / 100)


def _draft(situation: Situation, index: PassageIndex, query: str, hit: Hit) -> Draft:
    document = index.corpus.documents[hit.playbook]
    front = document.front
    result: Estimate = estimate(front.effect, situation)
    sign = _best_sign(document, query)
    reason = _reason_sentence(document, query)
    return Draft(
        playbook=front.id,
        title=front.title,
        action=" ".join(front.actions),
        root_cause=f"{situation.finding} Possible cause: {front.cause}.".strip(),
        rationale=f"{reason} Signs to look for: {sign}" if sign else reason,
        co2_reduction=result.amount,
        reduction_pct_low=front.effect.low_pct if front.effect else None,
        reduction_pct_high=front.effect.high_pct if front.effect else None,
        arithmetic=result.arithmetic,
        cost=front.cost_band,
        feasibility=front.feasibility,
        confidence=_confidence(hit, index, from_note=query == situation.note),
        citations=_citations(document, {REASONS: reason, SIGNS: sign, ACTIONS: front.actions[0]}),
        score=round(hit.score, 4),
    )


def _confidence(hit: Hit, index: PassageIndex, *, from_note: bool) -> float:
    """Return a rank between 0 and 1, not a probability: 0.25 at the threshold.

    Halved where nobody said anything and only the reading speaks.
    """
    confidence = hit.score / (hit.score + 3 * index.threshold)
    return round(confidence if from_note else confidence / 2, 2)


def _best_sign(document: Document, query: str) -> str:
    """Return the sign nearest to the query; the possible cause is told as such."""
    passage = document.passage(SIGNS)
    signs = sentences(passage.text)[1:] if passage else []
    return _best_sentence(signs, query)


def _best_sentence(found: list[str], query: str) -> str:
    """Return the sentence that shares most with the query, verbatim; empty if none does."""
    scores = BM25([search_words(sentence) for sentence in found]).scores(search_words(query))
    best = max(scores, default=0.0)
    return found[scores.index(best)] if best else ""


def _reason_sentence(document: Document, query: str) -> str:
    """Return the sentence with the figure; without a figure, the best one or the first."""
    passage = document.passage(REASONS)
    found = sentences(passage.text) if passage else [""]
    if document.front.effect:
        figure = Decimal(str(document.front.effect.low_pct))
        return next((sentence for sentence in found if figure in numbers(sentence)), found[0])
    return _best_sentence(found, query) or found[0]


def _citations(document: Document, quotes: dict[str, str]) -> list[dict[str, str]]:
    """Name for each quote where it stands; only the reasons rest on an outside source."""
    front = document.front
    own = {"title": front.title, "url": ""}
    outside = own
    if front.sources:
        source = front.sources[0]
        outside = {"title": f"{source.title} ({source.publisher})", "url": str(source.url)}
    return [
        {
            "document": front.id,
            "section": heading,
            "quote": quote,
            **(outside if heading == REASONS else own),
        }
        for heading, quote in quotes.items()
        if quote
    ]


def _is_grounded(draft: Draft, situation: Situation, document: Document) -> bool:
    """Check each text of a draft against the passages it cites and the event's numbers."""
    passages = {passage.heading: passage.text for passage in document.passages}
    finding = situation.finding
    claims = {
        draft.action: passages[ACTIONS],
        draft.rationale: f"{passages[SIGNS]} {passages[REASONS]}",
        draft.root_cause: f"{finding} {passages[SIGNS]}",
    }
    quoted = all(cited["quote"] in passages[cited["section"]] for cited in draft.citations)
    verdicts = [grounding.check(claim, passage) for claim, passage in claims.items()]
    if quoted and all(verdict.supported for verdict in verdicts):
        return True
    logger.warning("%s is not grounded and was dropped: %s", draft.playbook, verdicts)
    return False
