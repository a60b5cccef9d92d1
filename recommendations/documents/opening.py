"""What an uploaded file is: its bytes have to agree with its name before anything reads it."""

from pathlib import PurePosixPath

from .errors import DocumentError

PDF, DOCX, MARKDOWN = "pdf", "docx", "markdown"
KIND_OF_SUFFIX = {
    ".pdf": PDF,
    ".docx": DOCX,
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
}
_NAMES = {PDF: "a PDF", DOCX: "a Word document (DOCX)", MARKDOWN: "Markdown"}
_WANTED = "Upload a PDF (.pdf), a Word document (.docx) or Markdown (.md)"
_PDF = b"%PDF-"
_ZIP = b"PK\x03\x04"
_PDF_BEGINS_WITHIN = 1024  # bytes: readers allow for some rubbish before it
_FOREIGN = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"II*\x00": "a TIFF image",
    b"MM\x00*": "a TIFF image",
    b"RIFF": "a sound, a film or an image",
    b"\x00\x00\x00": "a film or an image",
    b"\xd0\xcf\x11\xe0": "an Office file of old (save it as DOCX or PDF)",
    b"{\\rtf": "RTF (save it as DOCX or PDF)",
    b"PK\x05\x06": "an empty archive",
    b"\x1f\x8b": "packed with gzip",
    b"BZh": "packed with bzip2",
    b"\xfd7zXZ": "packed with xz",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"%!PS": "PostScript (save it as PDF)",
    b"PAR1": "a Parquet table",
    b"SQLite format 3": "a database",
}
_WIDE = (b"\xff\xfe", b"\xfe\xff")  # UTF-16 says so in its first bytes


def kind_of(name: str, content: bytes) -> str:
    """Return the kind of a document: ``pdf``, ``docx`` or ``markdown``.

    Raises:
        DocumentError: ``empty``, ``unknown_kind``, ``wrong_kind`` or ``binary``.
    """
    if not content:
        raise DocumentError("The file is empty.", "empty")
    named = KIND_OF_SUFFIX.get(PurePosixPath(name.lower()).suffix)
    if named is None:
        raise DocumentError(f"{_WANTED}: the name has none of these endings.", "unknown_kind")
    found = _found(content)
    if found in _NAMES and found != named:
        raise DocumentError(
            f"The file is named like {_NAMES[named]} but is {_NAMES[found]}: rename it.",
            "wrong_kind",
        )
    if found and found != named:
        raise DocumentError(f"The file is {found}, not {_NAMES[named]}. {_WANTED}.", "wrong_kind")
    if not found:
        _check_text(named, content)
    return named


def _found(content: bytes) -> str:
    """Return what the first bytes say, as a kind or in words; empty for what may be text."""
    if _PDF in content[:_PDF_BEGINS_WITHIN]:
        return PDF
    if content.startswith(_ZIP):
        return DOCX  # or another archive: its reader looks into it, in a process of its own
    return next((what for start, what in _FOREIGN.items() if content.startswith(start)), "")


def _check_text(named: str, content: bytes) -> None:
    if named != MARKDOWN:
        raise DocumentError(f"The file is named like {_NAMES[named]} but is none.", "wrong_kind")
    if b"\x00" in content and not content.startswith(_WIDE):
        raise DocumentError("The file is no text: it has NUL bytes. Save it as UTF-8.", "binary")
