"""The text of Markdown: raw HTML is dropped, links are words, front matter is read apart."""

import re
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from recommendations.documents.errors import DocumentError

from . import front_matter
from .blocks import Block, Cleaner, Read

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
MAX_CHARACTERS = 3_000_000
GIVEN = "Front matter"  # the heading of what the front matter says in sentences


def read(content: bytes) -> Read:
    """Return the text of Markdown in UTF-8, or in UTF-16 with its mark.

    Raises:
        DocumentError: ``bad_encoding``, ``too_many_words``, ``bad_front_matter``.
    """
    text = decoded(content)
    if len(text) > MAX_CHARACTERS:
        detail = f"The text has {len(text):,} characters: at most {MAX_CHARACTERS:,} are read."
        raise DocumentError(detail, "too_many_words")
    found = _FRONT_MATTER.match(text)
    given = front_matter.load(found[1]) if found else None
    cleaner = Cleaner()
    blocks = _blocks(text[found.end() :] if found else text, cleaner)
    if given:
        said = [cleaner.line(sentence) for sentence in front_matter.sentences_of(given)]
        blocks += [Block(GIVEN, is_heading=True), *(Block(line) for line in said if line)]
    return Read(blocks, front_matter=given, hidden=cleaner.hidden)


def decoded(content: bytes) -> str:
    """Return the text of a file; raises ``DocumentError``."""
    encoding = _WIDE.get(content[:2], "utf-8-sig")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        detail = f"The text is not in UTF-8 (byte {error.start:,}): save it as UTF-8."
        raise DocumentError(detail, "bad_encoding") from error
    if "\x00" in text:
        raise DocumentError("The file is no text: it has NUL characters.", "binary")
    return text


def _blocks(text: str, cleaner: Cleaner) -> list[Block]:
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": 20}).enable("table")
    blocks: list[Block] = []
    is_heading = False
    row: list[str] | None = None
    for token in parser.parse(text):
        if token.type == "heading_open":
            is_heading = True
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            _keep(blocks, cleaner.line(" ".join(row)))
            row = None
        elif token.type == "inline":
            words = cleaner.line(_words(token))
            if row is None:
                _keep(blocks, words, is_heading=is_heading)
            else:
                row.append(words)
            is_heading = False
        elif token.type in ("fence", "code_block"):
            _keep(blocks, cleaner.line(token.content))
    return blocks


def _keep(blocks: list[Block], text: str, *, is_heading: bool = False) -> None:
    if text:
        blocks.append(Block(text, is_heading))


def _words(token: Token) -> str:
    """Return the words of a paragraph: of a link what it is named, of HTML nothing."""
    parts: list[Any] = []
    for child in token.children or ():
        if child.type in ("text", "code_inline", "image"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return "".join(parts)
