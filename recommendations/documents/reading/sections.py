"""Cut a document into sections that can be found and cited: headed, short, whole sentences."""

from collections.abc import Iterable, Iterator
from itertools import islice

from recommendations.documents.errors import DocumentError
from recommendations.knowledge.text import sentences

from .blocks import Block

#: A passage has 200 words with the playbook's title, which has at most 80 characters.
MAX_SECTION_WORDS = 180
MAX_SECTIONS = 2_000
MAX_HEADING = 90  # characters; a number may follow
MAX_WORD = 100  # characters
_ENDS = (".", "!", "?", ":", ";", "…", ",")
_CLOSING = "\"')]”\u2019»"


def cut(blocks: Iterable[Block], fallback: str) -> list[dict[str, str]]:
    """Return the sections: ``{"heading", "text"}``, each heading once.

    Args:
        fallback: the heading of what stands before the first one.

    Raises:
        DocumentError: ``too_many_sections``.
    """
    named: dict[str, int] = {}
    sections = []
    for heading, text in islice(_parts(blocks, fallback), MAX_SECTIONS + 1):
        shown = heading[:MAX_HEADING].strip() or fallback
        named[shown.lower()] = number = named.get(shown.lower(), 0) + 1
        sections.append({"heading": f"{shown} ({number})" if number > 1 else shown, "text": text})
    if len(sections) > MAX_SECTIONS:
        raise DocumentError(
            f"The text has more than {MAX_SECTIONS:,} sections: split the document.",
            "too_many_sections",
        )
    return _unique(sections)


def _unique(sections: list[dict[str, str]]) -> list[dict[str, str]]:
    """Number what is still named alike: a document may itself have a heading ``Leaks (2)``."""
    seen: set[str] = set()
    for section in sections:
        first, number = section["heading"], 2
        while section["heading"].lower() in seen:
            section["heading"], number = f"{first} [{number}]", number + 1
        seen.add(section["heading"].lower())
    return sections


def _parts(blocks: Iterable[Block], fallback: str) -> Iterator[tuple[str, str]]:
    for heading, texts in _headed(blocks, fallback):
        for text in pieces(" ".join(texts)):
            yield heading, text


def _headed(blocks: Iterable[Block], fallback: str) -> Iterator[tuple[str, list[str]]]:
    """Group blocks below their headings; a heading above nothing is text, so that none is lost."""
    heading, place, texts = "", "", list[str]()
    for block in blocks:
        if not block.is_heading and block.place == place:
            texts.append(ended(block.text))
            continue
        if texts:
            yield heading or place or fallback, texts
            texts = []
        elif heading:
            texts = [ended(heading)]
        if block.is_heading:
            heading = block.text
        else:
            heading = heading if not block.place else ""
            texts.append(ended(block.text))
        place = block.place
    if heading and not texts:
        texts = [ended(heading)]
    if texts:
        yield heading or place or fallback, texts


def ended(text: str) -> str:
    """Return a block with a full stop, where it has none: its last sentence ends with it."""
    return text if not text or text.rstrip(_CLOSING).endswith(_ENDS) else f"{text}."


def pieces(text: str) -> Iterator[str]:
    """Cut a text into pieces of whole sentences; only one that is too long is cut itself."""
    piece: list[str] = []
    for sentence in sentences(text):
        for part in _bounded(sentence.split()):
            if piece and len(piece) + len(part) > MAX_SECTION_WORDS:
                yield " ".join(piece)
                piece = []
            piece += part
    if piece:
        yield " ".join(piece)


def _bounded(words: list[str]) -> Iterator[list[str]]:
    short = [word[i : i + MAX_WORD] for word in words for i in range(0, len(word), MAX_WORD)]
    for start in range(0, len(short), MAX_SECTION_WORDS):
        yield short[start : start + MAX_SECTION_WORDS]
