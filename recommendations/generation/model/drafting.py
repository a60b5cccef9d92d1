"""From a model's answer to drafts: its words are checked, everything else is from our rows."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from recommendations.generation import extractive, gate, grounding
from recommendations.generation.drafts import Draft
from recommendations.knowledge.playbook import ACTIONS
from recommendations.knowledge.retrieval import IndexedPlaybook, Passage
from recommendations.knowledge.text import content_words, sentences

from .prompt import Material
from .reasons import Reason, Unusable
from .schema import Answer, Item

NO_FIGURE = "No amount is computed: the model pointed at no figure."


def drafts_of(answer: Answer, about: Material) -> list[Draft]:
    """Return a draft per recommendation, in the model's order.

    Each is the extractive draft of the measure with the model's title and action, and with what
    it cites besides. The model says whether there is an effect, never how much.

    Raises:
        Unusable: one of them cannot be stored.
    """
    _know_the_ids(answer, about)
    extracted = extractive.write(about.situation, about.index, about.selection)
    ours = {draft.playbook: draft for draft in extracted}
    drafts = [_draft(item, about, ours) for item in answer.recommendations]
    if len({draft.playbook for draft in drafts}) < len(drafts):
        raise Unusable(Reason.INVALID_OUTPUT, "two recommendations rest on the same measure")
    if found := list(chain.from_iterable(_unsupported(d, about) for d in drafts)):
        raise Unusable(Reason.NOT_GROUNDED, "; ".join(found))
    return drafts


def _know_the_ids(answer: Answer, about: Material) -> None:
    for item in answer.recommendations:
        pointed_at = {item.effect.passage_id} - {None}
        if unknown := {*item.citations, *pointed_at} - set(about.passages):
            raise Unusable(Reason.UNKNOWN_CITATION, f"{len(unknown)} of the ids do not exist")


def _draft(item: Item, about: Material, ours: dict[str, Draft]) -> Draft:
    effect = item.effect
    pointed_at = [effect.passage_id] if effect.kind == "passage" else []
    if None in pointed_at:
        raise Unusable(Reason.INVALID_OUTPUT, "effect: kind passage needs a passage_id")
    cited = [about.passages[key] for key in [*item.citations, *pointed_at] if key is not None]
    playbooks = {passage.playbook for passage in cited}
    if len(playbooks) > 1:
        raise Unusable(Reason.INVALID_OUTPUT, "passages of several measures in one recommendation")
    draft = ours[playbooks.pop()]
    document = about.index.corpus.documents[draft.playbook]
    citations = _citations(draft, document, cited, item.action)
    written = replace(draft, title=item.title, action=item.action, citations=citations)
    return written if effect.kind == "passage" else _without_effect(written)


def _without_effect(draft: Draft) -> Draft:
    return replace(
        draft,
        co2_reduction=None,
        predicted_reduction=None,
        reduction_pct_low=None,
        reduction_pct_high=None,
        arithmetic=NO_FIGURE,
    )


def _citations(
    draft: Draft, document: IndexedPlaybook, cited: list[Passage], action: str
) -> list[dict[str, str]]:
    """Quote what our own texts rest on, what the model cites, and what is to be done."""
    quotes = {citation["section"]: citation["quote"] for citation in draft.citations}
    quoted = [passage for passage in document.passages if passage.heading in quotes]
    for passage in [*cited, *quoted]:
        if passage.heading not in quotes or passage.heading.startswith(ACTIONS):
            found = sentences(passage.text)
            quotes[passage.heading] = extractive.nearest_sentence(found, action) or found[0]
    return extractive.citations_of(document, quotes)


def _unsupported(draft: Draft, about: Material) -> Iterator[str]:
    """Yield what of a draft nothing bears out: the gate's problems, and more than the gate asks.

    What is ordered must be ordered by the playbook, not only stand in some passage of it; and the
    note, which anybody may have written, is never repeated.
    """
    situation, document = about.situation, about.index.corpus.documents[draft.playbook]
    yield from gate.problems(draft, situation, about.index)
    orders = f"{document.front.title}. {' '.join(document.front.actions)}"
    for sentence in (draft.title, *sentences(draft.action)):
        if not grounding.check(sentence, orders, situation.numbers).supported:
            yield f"not said under {ACTIONS!r}: {sentence!r}"
    texts = [orders, situation.told, *(passage.text for passage in document.passages)]
    repeated = content_words(f"{draft.title} {draft.action}") & content_words(situation.note)
    if repeated - content_words(" ".join(texts)):
        yield "words of the event's note are repeated"
