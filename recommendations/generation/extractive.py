"""Recommendations out of the playbooks' own sentences: same input, same bytes, no model."""

import re
from decimal import Decimal

from recommendations.knowledge import confidence
from recommendations.knowledge.bm25 import BM25
from recommendations.knowledge.figures import figures
from recommendations.knowledge.playbook import ACTIONS, PRECONDITIONS, REASONS, SIGNS
from recommendations.knowledge.retrieval import Hit, IndexedPlaybook, PassageIndex
from recommendations.knowledge.text import sentences
from recommendations.knowledge.vocabulary import search_words

from .drafts import Draft
from .effect import Estimate, estimate
from .selection import Selection
from .situation import Situation

# Sections in which a playbook speaks for itself; the others rest on its sources.
OWN_WORDS = (ACTIONS, PRECONDITIONS, SIGNS)
# A sentence that cannot be understood without the one before.
_LEANS = re.compile(
    r"^(?:It|They|This|That|These|Those|Both|Such|Then|So)\b|\b(?:it wrote|therefore|then emits)\b"
)


def write(situation: Situation, index: PassageIndex, selection: Selection) -> list[Draft]:
    """Return one draft per passage selected, in that order."""
    return [_draft(situation, index, selection.query, hit) for hit in selection.hits]


def _draft(situation: Situation, index: PassageIndex, query: str, hit: Hit) -> Draft:
    document = index.corpus.documents[hit.playbook]
    front = document.front
    result: Estimate = estimate(front.effect, situation)
    sign = _best_sign(document, query)
    section, reason = _reason(document, query)
    return Draft(
        playbook=front.id,
        title=front.title,
        action=" ".join(front.actions),
        root_cause=f"{situation.told} Possible cause: {front.cause}.".strip(),
        rationale=f"{reason} Signs to look for: {sign}".strip() if sign else reason,
        co2_reduction=result.amount if situation.is_emission else None,
        predicted_reduction=result.amount,
        reduction_pct_low=result.low_pct,
        reduction_pct_high=result.high_pct,
        arithmetic=result.arithmetic,
        cost=front.cost_band,
        feasibility=front.feasibility,
        confidence=confidence.shown(hit.confidence, from_note=query == situation.note),
        citations=citations_of(document, _orders(document) | {SIGNS: sign, section: reason}),
        score=round(hit.score, 4),
    )


def _best_sign(document: IndexedPlaybook, query: str) -> str:
    """Return the sign nearest to the query; the possible cause is told as such."""
    passage = document.passage(SIGNS)
    signs = sentences(passage.text)[1:] if passage else []
    return nearest_sentence(signs, query)


def nearest_sentence(found: list[str], query: str) -> str:
    """Return the sentence that shares most with the query, verbatim; empty if none does."""
    scores = BM25([search_words(sentence) for sentence in found]).scores(search_words(query))
    best = max(scores, default=0.0)
    return found[scores.index(best)] if best else ""


def _reason(document: IndexedPlaybook, query: str) -> tuple[str, str]:
    """Return a heading and what stands there of why: with the figure if there is one.

    A document of somebody else has other headings: then whatever is neither actions nor signs.
    """
    own = document.passage(REASONS)
    told = [p for p in document.passages if not p.heading.startswith(OWN_WORDS)]
    found = [
        (passage.heading, text)
        for passage in ([own] if own else told)
        for text in _in_context(sentences(passage.text))
        if not any(action in text for action in document.front.actions)
    ]
    if document.front.effect:
        figure = Decimal(str(document.front.effect.low_pct))
        for heading, text in found:
            if any(figure == one.value for one in figures(text)):
                return heading, text
    nearest = nearest_sentence([text for _, text in found], query)
    return next((one for one in found if one[1] == nearest), found[0] if found else (REASONS, ""))


def _in_context(told: list[str]) -> list[str]:
    """Return sentences, those that lean on the one before together with it."""
    pairs = zip(["", *told], told, strict=False)
    return [f"{before} {one}" if before and _LEANS.search(one) else one for before, one in pairs]


def _orders(document: IndexedPlaybook) -> dict[str, str]:
    """Return the first action of each passage that holds actions, by its heading."""
    found: dict[str, str] = {}
    for action in document.front.actions:
        for passage in document.passages:
            if action in passage.text:
                found.setdefault(passage.heading, action)
                break
    return found


def citations_of(document: IndexedPlaybook, quotes: dict[str, str]) -> list[dict[str, str]]:
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
            **(own if heading.startswith(OWN_WORDS) else outside),
        }
        for heading, quote in quotes.items()
        if quote
    ]
