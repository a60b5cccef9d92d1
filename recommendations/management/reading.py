"""Advice as a person reads it on a terminal."""

import shutil
import textwrap
from collections.abc import Iterator

from django.core.management.color import Style

from recommendations.generation.drafts import Advice, Draft
from recommendations.generation.situation import Situation

WIDEST = 100
INDENT = "   "
LABEL = 12


def readable(situation: Situation, advice: Advice, style: Style) -> str:
    """Return advice in paragraphs; ``style`` colours nothing where nobody sees colours."""
    told = situation.note or situation.finding or "nothing but where it is"
    place = ", ".join(filter(None, (situation.entity, situation.entity_type, situation.metric)))
    lines = [style.MIGRATE_HEADING(_wrapped(f"{place}: {told}" if place else told, ""))]
    if advice.reason:
        lines.append(style.WARNING(f"{INDENT}{advice.reason}"))
    for number, draft in enumerate(advice.drafts, 1):
        lines.append(style.SUCCESS(f"{number}. {draft.title}"))
        lines += [_labelled(label, text) for label, text in _parts(draft) if text]
    lines.append(style.NOTICE(f"{INDENT}searched by {advice.retriever}"))
    return "\n".join(lines) + "\n"


def _parts(draft: Draft) -> Iterator[tuple[str, str]]:
    yield "do", draft.action
    yield "cause", draft.root_cause
    yield "effect", draft.arithmetic
    yield "cost", f"{draft.cost}, feasibility {draft.feasibility} of 10"
    yield "confidence", f"{draft.confidence:.2f}"
    for cited in draft.citations:
        source = " ".join(filter(None, (cited["title"], cited["url"])))
        yield "says", f'"{cited["quote"]}" ({source}, {cited["section"]})'


def _labelled(label: str, text: str) -> str:
    return _wrapped(text, f"{INDENT}{label:{LABEL}}", " " * (len(INDENT) + LABEL))


def _wrapped(text: str, first: str, others: str = INDENT) -> str:
    width = min(WIDEST, shutil.get_terminal_size().columns)
    return textwrap.fill(
        text,
        width,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )
