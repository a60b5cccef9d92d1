"""Sentences of a document that a reviewer may want: what to do, and what has a figure.

Suggestions and nothing more: the reviewer reads the text and picks.
"""

import re
from collections.abc import Iterator

from recommendations.knowledge.text import sentences, words
from recommendations.models import Document

from .suspicion import without_orders

ACTIONS = 24
FIGURES = 40
_LONGEST = 40  # words
_VERBS = frozenset(
    """
    add adjust agree align allow apply ask assign audit avoid balance book bundle buy calculate
    calibrate change charge check choose clean close collect combine compare connect consider
    control cool correct cover cut define deliver demand depressurize design detect document drain
    drive dry eliminate enter establish evaluate examine extend fill find fit fix flush heat hire
    hold identify improve inspect install insulate introduce isolate keep label level limit list
    load log look lower lubricate maintain make map match measure meter minimize monitor mount
    move negotiate note open operate optimize order pay place plan plot prefer prepare prevent
    program provide purchase raise read rebuild recalculate record recover recycle reduce regulate
    remove renew rent repair replace report request require reset restore retrofit return reuse
    review run schedule seal segment select send separate set share shift shut slow sort start stop
    store survey switch tag take test tighten train transfer trim tune turn update upgrade use vent
    verify walk weigh wrap
    """.split()  # noqa: SIM905 - a list of 180 strings is no easier to read
)
_PERCENT = re.compile(r"\d\s*(?:%|per ?cent)", re.IGNORECASE)


def actions(document: Document) -> list[str]:
    """Return the sentences that begin like an order, in their order."""
    return _first(ACTIONS, (s for s in _sentences(document) if words(s)[:1] and _begins(s)))


def figures(document: Document) -> list[str]:
    """Return the sentences that have a percentage, in their order."""
    return _first(FIGURES, (s for s in _sentences(document) if _PERCENT.search(s)))


def _begins(sentence: str) -> bool:
    return words(sentence)[0] in _VERBS and len(sentence.split()) <= _LONGEST


def _sentences(document: Document) -> Iterator[str]:
    for section in document.sections:
        yield from sentences(without_orders(section["text"]))


def _first(count: int, found: Iterator[str]) -> list[str]:
    kept: dict[str, None] = {}
    for sentence in found:
        kept[sentence] = None
        if len(kept) == count:
            break
    return list(kept)
