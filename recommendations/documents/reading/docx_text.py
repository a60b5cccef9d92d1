"""The text of a Word document. What it packs is looked at before anything is unpacked."""

import re
import zipfile
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import mammoth

from recommendations.documents.errors import DocumentError

from .blocks import Block, Cleaner, Read

MAX_ENTRIES = 2_000
MAX_UNPACKED = 60 * 1024**2  # bytes of all entries together
MAX_RATIO = 100  # XML packs 5 to 30 times
RATIO_FREE = 1024**2  # bytes that may come of anything
DOCUMENT = "word/document.xml"
_KNOWN = {"xl/workbook.xml": "a spreadsheet (XLSX)", "ppt/presentation.xml": "slides (PPTX)"}
_XML = (".xml", ".rels")
_DOCTYPE = re.compile(rb"<!\s*(?:doctype|entity)", re.IGNORECASE)
_HEADINGS = {f"h{level}" for level in range(1, 7)}
_BLOCKS = {"p", "li", "tr", "td", "th", *_HEADINGS}


def read(content: bytes) -> Read:
    """Return the text of a Word document; macros, images and links are not looked at.

    Raises:
        DocumentError: ``wrong_kind``, ``encrypted``, ``too_large_unpacked``, ``doctype``.
    """
    with zipfile.ZipFile(BytesIO(content)) as archive:
        check(archive)
    result = mammoth.convert_to_html(
        BytesIO(content), convert_image=_no_image, external_file_access=False
    )
    return from_html(result.value)


def check(archive: zipfile.ZipFile) -> None:
    """Refuse what is no Word document, or a bomb, by the archive's own list of its entries."""
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if len(entries) > MAX_ENTRIES or len(names) < len(entries):
        detail = (
            f"The document packs {len(entries):,} files, at most {MAX_ENTRIES:,} and each once."
        )
        raise DocumentError(detail, "too_large_unpacked")
    if DOCUMENT not in names:
        what = next((what for name, what in _KNOWN.items() if name in names), "another archive")
        raise DocumentError(f"The file is no Word document: it is {what}.", "wrong_kind")
    if any(entry.flag_bits & 1 for entry in entries):
        raise DocumentError("The document is encrypted: save it without a password.", "encrypted")
    _check_sizes(entries)
    for entry in entries:
        # Word writes none: a DOCTYPE is only good for entities, of other files or without end.
        if entry.filename.endswith(_XML) and _DOCTYPE.search(_bytes_of(archive, entry)):
            detail = f"{entry.filename} has a DOCTYPE or an entity, which Word never writes."
            raise DocumentError(detail, "doctype")


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    total = sum(entry.file_size for entry in entries)
    if total > MAX_UNPACKED:
        detail = f"The document unpacks to {total / 1024**2:,.0f} MiB: at most "
        detail += f"{MAX_UNPACKED // 1024**2} MiB are read."
        raise DocumentError(detail, "too_large_unpacked")
    for entry in entries:
        if entry.file_size > max(RATIO_FREE, MAX_RATIO * entry.compress_size):
            detail = f"{entry.filename[:80]} unpacks to more than {MAX_RATIO} times its size."
            raise DocumentError(detail, "too_large_unpacked")


def _bytes_of(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    return archive.read(entry).replace(b"\x00", b"")  # UTF-16 has a NUL beside each letter


def _no_image(_: Any) -> list[Any]:
    return []


def from_html(html: str) -> Read:
    """Return the blocks of what mammoth wrote."""
    parser = _Blocks()
    parser.feed(html)
    parser.close()
    parser.end_block()
    return Read(parser.blocks, hidden=parser.cleaner.hidden)


class _Blocks(HTMLParser):
    """Collects the text between the tags that begin and end a block."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self.cleaner = Cleaner()
        self._parts: list[str] = []
        self._is_heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block."""
        if tag in _BLOCKS and tag not in ("td", "th"):
            self.end_block()
            self._is_heading = tag in _HEADINGS
        elif tag == "br":
            self._parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """End a block, or a cell in a row."""
        if tag in ("td", "th"):
            self._parts.append(" ")
        elif tag in _BLOCKS:
            self.end_block()

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self._parts.append(data)

    def end_block(self) -> None:
        """Keep what was collected as one block."""
        if text := self.cleaner.line("".join(self._parts)):
            self.blocks.append(Block(text, self._is_heading))
        self._parts, self._is_heading = [], False
