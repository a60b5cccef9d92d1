"""What a reviewer says of a document, checked: a playbook's front matter, in its own sentences.

A review is kept in ``Document.front_matter``: a playbook's front matter, complete or not, and
beside it ``signs`` and ``reasons`` (sentences of the document for the passages "Signs" and "Why
it works") and ``left_out`` (headings of sections that are not searched).
"""

import hashlib
import json
import re
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from recommendations.knowledge.playbook import (
    ACTIONS,
    PLAYBOOKS,
    PRECONDITIONS,
    REASONS,
    SIGNS,
    PlaybookFile,
    Section,
)
from recommendations.knowledge.schema import FrontMatter
from recommendations.knowledge.text import numbers, sentences
from recommendations.models import Document, Playbook

from .errors import DocumentError
from .reading.sections import pieces
from .suspicion import suspicious, without_orders

BESIDE = ("signs", "reasons", "left_out")
FRONT = tuple(FrontMatter.model_fields)
_MISSING = "needed"
_LEFT_EMPTY = ("missing", "string_too_short", "too_short", "none_required")
_IN_WORDS = {
    "string_pattern_mismatch": "lower case letters, digits and hyphens only: fix-our-leaks",
    "url_scheme": "it begins with https:// or http://",
}
_NUMBERED = ("title", "cause", "preconditions")
_TOLD = (*_NUMBERED, "actions", "signs", "reasons")
_TOLD_OF_EFFECT = ("quote", "basis", "condition")
_AN_ORDER = "it looks like an order to a language model"

Problems = dict[str, list[str]]


class ReviewError(DocumentError):
    """The review is not complete; ``problems`` has sentences by field (``effect.quote``)."""

    def __init__(self, problems: Problems) -> None:
        named = "; ".join(f"{name}: {found[0]}" for name, found in problems.items())
        super().__init__(f"Not reviewed yet. {named}"[:490], "incomplete_review")
        self.problems = problems


def problems(document: Document) -> Problems:
    """Return what is missing or wrong in a review, by field; empty if it is complete."""
    try:
        playbook_of(document)
    except ReviewError as error:
        return error.problems
    return {}


def playbook_of(document: Document) -> PlaybookFile:
    """Return the playbook that a reviewed document makes: the same one every time.

    Raises:
        ReviewError: the review is not complete, or says what the document does not.
    """
    given = document.front_matter or {}
    found: Problems = {}
    front = _front(given, found)
    _check_words(document, given, found)
    _check_orders(given, found)
    if front is None or found:
        raise ReviewError(found)
    sections = tuple(_sections(document, front, given))
    content = [front.model_dump(mode="json"), [[s.heading, s.text] for s in sections]]
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return PlaybookFile(front, sections, digest)


def _front(given: dict[str, Any], found: Problems) -> FrontMatter | None:
    try:
        return FrontMatter.model_validate({n: given[n] for n in FRONT if n in given})
    except ValidationError as error:
        for one in error.errors():
            name = ".".join(str(part) for part in one["loc"] if not isinstance(part, int))
            told = _told(one)
            if told not in found.get(name or "sources", []):
                found.setdefault(name or "sources", []).append(told)
        return None


def _told(error: ErrorDetails) -> str:
    """Return what is wrong with a field, in the words of who fills it in."""
    if error["type"] in _LEFT_EMPTY or error["input"] in ("", None):
        return _MISSING
    return _IN_WORDS.get(error["type"]) or error["msg"].removeprefix("Value error, ")


def _check_words(document: Document, given: dict[str, Any], found: Problems) -> None:
    """Note what is not the document's own: sentences, the quote, any number."""
    texts = [section["text"] for section in document.sections]
    said = {sentence for text in texts for sentence in sentences(text)}
    for name in ("actions", "signs", "reasons"):
        for line in texts_of(given, name):
            if line not in said:
                told = f"not a sentence of the document: {line[:80]}"
                found.setdefault(name, []).append(told)
    effect = given.get("effect")
    effect = effect if isinstance(effect, dict) else {}
    quote = " ".join(texts_of(effect, "quote"))
    if quote and not any(stands(quote, text) for text in texts):
        found.setdefault("effect.quote", []).append("it does not stand in the document")
    if not (effect or texts_of(given, "reasons") or _section(document, given, REASONS)):
        found.setdefault("reasons", []).append(_MISSING)
    known = {number for text in texts for number in numbers(text)}
    written = {name: " ".join(texts_of(given, name)) for name in _NUMBERED}
    written |= {f"effect.{name}": str(effect.get(name) or "") for name in ("basis", "condition")}
    for name, text in written.items():
        if foreign := sorted(numbers(text) - known):
            listed = ", ".join(f"{number:f}" for number in foreign)
            found.setdefault(name, []).append(f"the document has no {listed}")
    if is_taken(given.get("id"), document):
        found.setdefault("id", []).append("another playbook has this name")


def _check_orders(given: dict[str, Any], found: Problems) -> None:
    """Note what looks like an order to a model in what would be shown or quoted."""
    effect = given.get("effect")
    effect = effect if isinstance(effect, dict) else {}
    written = {name: texts_of(given, name) for name in _TOLD}
    written |= {f"effect.{name}": texts_of(effect, name) for name in _TOLD_OF_EFFECT}
    for name in ("title", "publisher"):
        written[f"sources.{name}"] = [
            text for source in _sources(given) for text in texts_of(source, name)
        ]
    for name, texts in written.items():
        found_here = [phrase for text in texts for phrase in suspicious(text)]
        if found_here:
            found.setdefault(name, []).append(f"{_AN_ORDER}: {found_here[0][:80]}")


def _sources(given: dict[str, Any]) -> list[dict[str, Any]]:
    sources = given.get("sources")
    return [one for one in sources if isinstance(one, dict)] if isinstance(sources, list) else []


def is_taken(slug: Any, document: Document) -> bool:
    """Whether another playbook has this name: one of the product, even if not in the tables."""
    if not isinstance(slug, str) or not slug:
        return False
    others = Playbook.objects.filter(slug=slug).exclude(document=document.pk)
    return any(path.stem == slug for path in PLAYBOOKS.glob("*.md")) or others.exists()


def stands(quote: str, text: str) -> bool:
    """Whether a quote stands in a text as whole words: 20 % does not stand in 120 %."""
    return bool(re.search(rf"(?<![\w.,])(?<!-){re.escape(quote)}(?!\w)(?![.,]\d)", text))


def texts_of(given: dict[str, Any], name: str) -> list[str]:
    """Return the texts of a field of a review that is not checked yet."""
    value = given.get(name)
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str) and one]


def used_sections(document: Document) -> list[dict[str, str]]:
    """Return the sections that will be searched."""
    left_out = set(texts_of(document.front_matter or {}, "left_out"))
    return [section for section in document.sections if section["heading"] not in left_out]


def _section(document: Document, given: dict[str, Any], heading: str) -> str:
    left_out = texts_of(given, "left_out")
    found = (s["text"] for s in document.sections if s["heading"] == heading)
    return "" if heading in left_out else without_orders(next(found, ""))


def _sections(document: Document, front: FrontMatter, given: dict[str, Any]) -> list[Section]:
    """Return a playbook's passages: those that each has, then the document's sections."""
    signs = [f"Possible cause: {front.cause}.", *texts_of(given, "signs")]
    reasons = [front.effect.quote] if front.effect else []
    reasons += [line for line in texts_of(given, "reasons") if line not in reasons]
    usual = {
        ACTIONS: " ".join(front.actions),
        PRECONDITIONS: " ".join(front.preconditions),
        SIGNS: " ".join([*signs, _section(document, given, SIGNS)]).strip(),
        REASONS: " ".join([*reasons, _section(document, given, REASONS)]).strip(),
    }
    own = [
        (section["heading"], without_orders(section["text"]))
        for section in used_sections(document)
        if not suspicious(section["heading"])
    ]
    named = {SIGNS, REASONS}
    all_parts = [*usual.items(), *((h, t) for h, t in own if h not in named)]
    sections: dict[str, str] = {}
    for heading, text in all_parts:
        for piece in pieces(text):
            sections[_free(heading, sections)] = piece
    return [Section(heading, text) for heading, text in sections.items()]


def _free(heading: str, taken: dict[str, str]) -> str:
    name, number = heading, 2
    while name in taken:
        name, number = f"{heading} ({number})", number + 1
    return name
