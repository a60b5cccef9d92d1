"""Documents made for the tests: PDFs, Word documents, Markdown, honest and hostile."""

import zipfile
import zlib
from collections.abc import Iterable, Sequence
from io import BytesIO

PAGE = "/MediaBox [0 0 595 842]"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="word/document.xml" Type="http://schemas.openxmlformats.org'
    '/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
STYLES = (
    f"<w:styles {W}>"
    '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style></w:styles>'
)
STYLES_RELATION = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="styles.xml" Type="http://schemas.openxmlformats.org'
    '/officeDocument/2006/relationships/styles"/></Relationships>'
)

Line = tuple[str, int]  # text, size in points


def pdf_file(objects: Sequence[bytes], *, trailer: bytes = b"") -> bytes:
    """A PDF of numbered objects; the first one is its catalog."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (len(objects) + 1, trailer)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def stream(content: bytes, extra: bytes = b"") -> bytes:
    """A packed stream object."""
    packed = zlib.compress(content, 9)
    head = b"<< /Filter /FlateDecode /Length %d %s >>" % (len(packed), extra)
    return head + b"\nstream\n" + packed + b"\nendstream"


def drawn(lines: Iterable[Line]) -> bytes:
    """What draws lines of text from the top of a page."""
    parts = [b"BT 1 0 0 1 50 790 Tm"]
    for text, size in lines:
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        parts.append(b"/F1 %d Tf 0 -%d Td (%s) Tj" % (size, size + 4, escaped.encode("latin-1")))
    return b"\n".join([*parts, b"ET"])


def pdf(pages: Sequence[Sequence[Line]]) -> bytes:
    """A PDF with text."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} {PAGE} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, lines in enumerate(pages):
        page = f"<< /Type /Page /Parent 2 0 R /Contents {5 + 2 * number} 0 R "
        page += "/Resources << /Font << /F1 3 0 R >> >> >>"
        objects += [page.encode(), stream(drawn(lines))]
    return pdf_file(objects)


def pages_of_text(count: int, words: int = 300) -> list[list[Line]]:
    """Pages of plain sentences, all different, with a header and a page number."""
    pages = []
    for page in range(1, count + 1):
        body = [
            (f"On page {page} line {line} the compressor of hall {page * line % 97} ran idle", 10)
            for line in range(1, words // 11)
        ]
        pages.append([("Energy report of the plant", 8), *body, (f"Page {page} of {count}", 8)])
    return pages


def scanned_pdf(count: int = 3) -> bytes:
    """A PDF whose pages are pictures."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(count))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} {PAGE} >>".encode(),
        stream(
            bytes(64 * 64),
            b"/Type /XObject /Subtype /Image /Width 64 /Height 64 "
            b"/ColorSpace /DeviceGray /BitsPerComponent 8",
        ),
    ]
    for number in range(count):
        page = f"<< /Type /Page /Parent 2 0 R /Contents {5 + 2 * number} 0 R "
        page += "/Resources << /XObject << /I1 3 0 R >> >> >>"
        objects += [page.encode(), stream(b"q 595 0 0 842 0 0 cm /I1 Do Q")]
    return pdf_file(objects)


def encrypted_pdf(user: str = "user") -> bytes:
    """A PDF that asks for a password; with an empty one, everybody may read it."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf([[("Secret savings of air.", 12)]]))))
    writer.encrypt(user, "owner", algorithm="AES-256")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def looping_pdf() -> bytes:
    """A PDF whose tree of pages has itself as a branch."""
    return pdf_file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 2 >>",
            b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 3 0 R] /Count 2 >>",
        ]
    )


def bomb_pdf(mebibytes: int = 400) -> bytes:
    """A PDF whose one page unpacks to very much."""
    packer = zlib.compressobj(9)
    chunk = b"BT ET " * (1024 * 1024 // 6)
    packed = b"".join(packer.compress(chunk) for _ in range(mebibytes)) + packer.flush()
    head = b"<< /Filter /FlateDecode /Length %d >>" % len(packed)
    return pdf_file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            f"<< /Type /Pages /Kids [3 0 R] /Count 1 {PAGE} >>".encode(),
            b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << >> >>",
            head + b"\nstream\n" + packed + b"\nendstream",
        ]
    )


def object_stream_bomb_pdf(mebibytes: int = 300) -> bytes:
    """A PDF whose catalog is in a packed stream of objects that unpacks to very much."""
    packer = zlib.compressobj(9)
    head = b"1 0 2 40 " + b" " * 1000
    packed = packer.compress(head)
    packed += b"".join(packer.compress(b" " * 1024 * 1024) for _ in range(mebibytes))
    packed += packer.flush()
    out = bytearray(b"%PDF-1.7\n")
    place = len(out)
    out += b"3 0 obj\n<< /Type /ObjStm /N 2 /First 100 /Filter /FlateDecode /Length %d >>" % len(
        packed
    )
    out += b"\nstream\n" + packed + b"\nendstream\nendobj\n"
    start = len(out)
    rows = [b"\0\0\0\0\0\xff", b"\x02\0\0\0\x03\0", b"\x02\0\0\0\x03\x01"]
    rows += [b"\x01" + place.to_bytes(4, "big") + b"\0", b"\x01" + start.to_bytes(4, "big") + b"\0"]
    table = zlib.compress(b"".join(rows))
    out += b"4 0 obj\n<< /Type /XRef /Size 5 /W [1 4 1] /Root 1 0 R /Filter /FlateDecode "
    out += b"/Length %d >>\nstream\n" % len(table) + table + b"\nendstream\nendobj\n"
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def paragraph(text: str, style: str = "") -> str:
    """A paragraph of a Word document."""
    about = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{about}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def docx(body: str, *, before: str = "", more: dict[str, bytes] | None = None) -> bytes:
    """A Word document; ``before`` stands between the XML declaration and the root."""
    document = f'<?xml version="1.0" encoding="UTF-8"?>{before}<w:document {W}><w:body>'
    document += f"{body}</w:body></w:document>"
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("word/_rels/document.xml.rels", STYLES_RELATION)
        archive.writestr("word/styles.xml", STYLES)
        archive.writestr("word/document.xml", document)
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return out.getvalue()


def bomb_docx(mebibytes: int = 1024) -> bytes:
    """A Word document with an entry that unpacks to very much."""
    out = BytesIO(docx(paragraph("Harmless.")))
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/media/image1.xml", "w") as entry,
    ):
        for _ in range(mebibytes):
            entry.write(bytes(1024 * 1024))
    return out.getvalue()


def xxe_docx(target: str = "file:///etc/passwd") -> bytes:
    """A Word document that asks its reader for another file."""
    entity = f'<!DOCTYPE w:document [<!ENTITY other SYSTEM "{target}">]>'
    return docx(paragraph("&other;"), before=entity)


LAUGHS = "\n".join(
    [
        "---",
        "a: &a [ha, ha, ha, ha, ha, ha, ha, ha, ha]",
        *(
            f"{name}: &{name} [{', '.join([f'*{former}'] * 9)}]"
            for former, name in zip("abcdefgh", "bcdefghi", strict=True)
        ),
        "---",
        "# Laughs",
        "",
        "Text.",
        "",
    ]
)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


def archive(entries: dict[str, bytes]) -> bytes:
    """Any ZIP archive."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return out.getvalue()
