"""The text of a PDF with its headings, as far as sizes and numbers tell them."""

import logging
import re
from collections import Counter
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from typing import Any

from pypdf import PageObject, PdfReader, apply_configuration
from pypdf.errors import FileNotDecryptedError, LimitReachedError

from recommendations.documents.errors import DocumentError

from .blocks import Block, Cleaner, Read

STREAM_BYTES = 32 * 1024**2  # what one packed stream may become
_BOUNDS: dict[str, Any] = {
    f"{name}_maximum_output_length": STREAM_BYTES
    for name in ("zlib", "lzw", "run_length", "brotli", "array_based_stream")
}
MAX_CHARACTERS = 3_000_000
HEADING_GROWS = 1.15  # times the size of the text
HEADING_WORDS = 14
SECTION_WORDS = 25  # on average: with fewer, what was taken for headings is none
EDGE_LINES = 2  # at the top and the foot of a page
WORDS_OF_A_STAMP = 3  # a page: fewer are a stamp on a picture, or nothing
_NUMBERED = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+[A-Z][^.!?;:,]*")
_ITEM = re.compile(r"(?:[•▪◦‣·●■\u2013\u2014*-]|\(?\d{1,2}[.)])\s+(?=\S)")
_DIGITS = re.compile(r"\d+")


@dataclass(slots=True)
class Line:
    """A line of a page; ``size`` is of most of its letters, in points."""

    text: str
    size: float
    page: int


def read(content: bytes, *, max_pages: int) -> Read:
    """Return the text of a PDF.

    Raises:
        DocumentError: ``encrypted``, ``too_many_pages``, ``too_large_unpacked``, ``no_text``.
    """
    logging.disable(logging.CRITICAL)
    try:
        with apply_configuration(**_BOUNDS):
            return _read(PdfReader(BytesIO(content), strict=False), max_pages)
    except LimitReachedError as error:
        detail = f"The PDF unpacks to more than can be honest: {error}"
        raise DocumentError(detail, "too_large_unpacked") from error
    except FileNotDecryptedError as error:
        detail = "The PDF is encrypted: save it without a password first."
        raise DocumentError(detail, "encrypted") from error


def _read(reader: PdfReader, max_pages: int) -> Read:
    count = len(reader.pages)
    if count > max_pages:
        detail = f"The PDF has {count:,} pages: at most {max_pages:,} are read. Split it."
        raise DocumentError(detail, "too_many_pages")
    cleaner = Cleaner()
    pages = []
    characters = 0
    for number in range(count):
        pages.append(lines_of(reader.pages[number], number + 1, cleaner))
        characters += sum(len(line.text) for line in pages[-1])
        if characters > MAX_CHARACTERS:
            raise DocumentError("The PDF has too much text: split it.", "too_many_words")
    pages = without_edges(pages)
    if sum(len(line.text.split()) for page in pages for line in page) < WORDS_OF_A_STAMP * count:
        detail = f"no text found: the PDF has {count} pages of images or nothing. Run OCR first."
        raise DocumentError(detail, "no_text")
    return Read(blocks_of(pages), count, hidden=cleaner.hidden)


def lines_of(page: PageObject, number: int, cleaner: Cleaner) -> list[Line]:
    """Return the lines of a page that have text, each with the size of its letters."""
    written: list[tuple[str, float]] = []

    def visit(text: str, matrix: Any, text_matrix: Any, _font: Any, size: float) -> None:
        if text:
            scale = abs(text_matrix[3] * matrix[3]) or abs(text_matrix[1] * matrix[2]) or 1.0
            written.append((text, round(2 * abs(size or 0) * scale) / 2))

    page.extract_text(visitor_text=visit)
    found: list[Line] = []
    parts: list[str] = []
    sizes: Counter[float] = Counter()
    for text, size in chain(written, [("\n", 0.0)]):
        head, *rest = text.split("\n")
        parts.append(head)
        sizes[size] += len(head.strip())
        for start in rest:
            if line := cleaner.line("".join(parts)):
                found.append(Line(line, sizes.most_common(1)[0][0], number))
            parts, sizes = [start], Counter({size: len(start.strip())})
    return found


def without_edges(pages: list[list[Line]]) -> list[list[Line]]:
    """Leave out the lines at the edges that stand on half of the pages, whatever their number."""
    seen = Counter(
        key for page in pages for key in {_DIGITS.sub("#", line.text) for line in _edges(page)}
    )
    repeated = {key for key, times in seen.items() if times >= max(3, len(pages) / 2)}
    if not repeated:
        return pages
    return [_trimmed(page, repeated) for page in pages]


def _edges(page: list[Line]) -> list[Line]:
    """Return the lines that may be a header or a footer; a page of few lines has neither."""
    if len(page) <= 2 * EDGE_LINES:
        return []
    return page[:EDGE_LINES] + page[EDGE_LINES:][-EDGE_LINES:]


def _trimmed(page: list[Line], repeated: set[str]) -> list[Line]:
    edges = {id(line) for line in _edges(page)}
    return [
        line
        for line in page
        if id(line) not in edges or _DIGITS.sub("#", line.text) not in repeated
    ]


def blocks_of(pages: list[list[Line]]) -> list[Block]:
    """Return paragraphs below the headings that were found, else below their pages."""
    lines = list(chain.from_iterable(pages))
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    body = sizes.most_common(1)[0][0]
    headings = sum(is_heading(line, body) for line in lines)
    words = sum(len(line.text.split()) for line in lines)
    if headings and words / headings >= SECTION_WORDS:
        return list(_paragraphs(lines, body))
    return [
        Block(block.text, place=f"Page {page[0].page}")
        for page in pages
        if page
        for block in _paragraphs(page, None)
    ]


def is_heading(line: Line, body: float) -> bool:
    """Whether a line is a heading, by its size or by its number."""
    words = line.text.split()
    if len(words) > HEADING_WORDS or not any(mark.isalpha() for mark in line.text):
        return False
    return line.size >= HEADING_GROWS * body or bool(_NUMBERED.fullmatch(line.text))


def _paragraphs(lines: list[Line], body: float | None) -> list[Block]:
    """Join lines; a heading or a list item begins anew. Without ``body`` there are no headings."""
    blocks: list[Block] = []
    size = None  # of the heading that the last line belongs to
    for line in lines:
        if body is not None and is_heading(line, body):
            if size == line.size and blocks:
                blocks[-1] = Block(f"{blocks[-1].text} {line.text}", is_heading=True)
            else:
                blocks.append(Block(line.text, is_heading=True))
            size = None if _NUMBERED.fullmatch(line.text) else line.size
            continue
        size = None
        item = _ITEM.match(line.text)
        if item:
            blocks.append(Block(line.text[item.end() :]))
        elif blocks and not blocks[-1].is_heading:
            blocks[-1] = Block(joined(blocks[-1].text, line.text))
        else:
            blocks.append(Block(line.text))
    return blocks


def joined(text: str, line: str) -> str:
    """Return a text with its next line; a word that was hyphenated there is whole again."""
    if text[-2:-1].islower() and text.endswith("-") and line[:1].islower():
        return text[:-1] + line
    return f"{text} {line}"
