"""The citation gate: what is not borne out by what it cites, or by the event, is not stored."""

from collections.abc import Collection, Iterator

from recommendations.knowledge.figures import figures
from recommendations.knowledge.retrieval import IndexedPlaybook, PassageIndex
from recommendations.knowledge.text import sentences

from . import grounding
from .drafts import Draft
from .effect import Estimate, estimate
from .situation import Situation


def problems(
    draft: Draft,
    situation: Situation,
    index: PassageIndex,
    *,
    retrieved: Collection[str] | None = None,
) -> list[str]:
    """Return what of a draft is borne out by nothing, in words; empty if it is grounded.

    Args:
        index: its corpus holds what is published.
        retrieved: the playbooks that this call found; ``None`` where nothing was searched.
    """
    if draft.playbook not in index.corpus.documents:
        return [f"the playbook {draft.playbook} is not published"]
    if found := list(_bad_citations(draft, index, retrieved)):
        return found
    return [*_bad_texts(draft, situation, index), *_bad_effect(draft, situation, index)]


def _bad_citations(
    draft: Draft, index: PassageIndex, retrieved: Collection[str] | None
) -> Iterator[str]:
    if not draft.citations:
        yield "nothing is cited"
    for cited in draft.citations:
        document = index.corpus.documents.get(cited["document"])
        passage = document.passage(cited["section"]) if document else None
        if document is None or passage is None:
            yield f"{cited['document']}, {cited['section']!r} is not published"
        elif retrieved is not None and cited["document"] not in retrieved:
            yield f"{cited['document']} was not retrieved"
        elif not cited["quote"].strip() or cited["quote"] not in passage.text:
            yield f"quote not in {cited['section']!r}: {cited['quote']!r}"
        elif cited["url"] not in _addresses(document):
            yield f"the address {cited['url']!r} is none of the playbook's sources"


def _addresses(document: IndexedPlaybook) -> set[str]:
    return {"", *(str(source.url) for source in document.front.sources)}


def _bad_texts(draft: Draft, situation: Situation, index: PassageIndex) -> Iterator[str]:
    """Check each sentence against the passages that are cited, and against the event."""
    said = "\n".join(_cited_texts(draft, index))
    own = situation.numbers
    if foreign := grounding.unsupported(situation.told, "", own):
        yield f"root_cause tells {', '.join(foreign)}, which the event does not have"
    front = index.corpus.documents[draft.playbook].front
    cause = draft.root_cause.replace(situation.told, "", 1)
    texts = {
        "title": (draft.title, f"{front.title}.\n{said}"),
        "action": (draft.action, said),
        "rationale": (draft.rationale, said),
        "root_cause": (cause, f"{said}\nPossible cause: {front.cause}."),
    }
    for name, (text, passage) in texts.items():
        for sentence in sentences(text):
            verdict = grounding.check(sentence, passage, own)
            if not verdict.supported:
                yield f"{name}: {verdict.problem}: {sentence!r}"


def _cited_texts(draft: Draft, index: PassageIndex) -> list[str]:
    cited = {(citation["document"], citation["section"]) for citation in draft.citations}
    found = (
        index.corpus.documents[document].passage(section) for document, section in sorted(cited)
    )
    return [passage.text for passage in found if passage is not None]


def _bad_effect(draft: Draft, situation: Situation, index: PassageIndex) -> Iterator[str]:
    """Compute the effect again: an amount is the source's figure times the event's, or none."""
    front = index.corpus.documents[draft.playbook].front
    told = Estimate(
        draft.predicted_reduction,
        draft.arithmetic,
        draft.reduction_pct_low,
        draft.reduction_pct_high,
    )
    computed = estimate(front.effect, situation)
    is_none = (told.amount, told.low_pct, told.high_pct) == (None,) * 3
    if told != computed and (not is_none or figures(told.arithmetic)):
        yield f"effect: {told} is not what source and event give: {computed}"
    if draft.co2_reduction != (told.amount if situation.is_emission else None):
        yield f"effect: {draft.co2_reduction} of emissions is not the amount {told.amount}"
