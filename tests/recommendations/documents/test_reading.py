"""What is read of each kind of document: text below headings, in whole sentences, and no more."""

import pytest

from recommendations.documents import parsing
from recommendations.documents.errors import DocumentError
from recommendations.documents.reading.sections import MAX_SECTION_WORDS

from . import files

PROSE = "This sentence is here so that the page has more words than headings have, as pages do."


def read(kind, content):
    """The sections of a document, by heading."""
    found = parsing.parse(kind, content if isinstance(content, bytes) else content.encode())
    return {section["heading"]: section["text"] for section in found.sections}


def refusal(kind, content):
    with pytest.raises(DocumentError) as refused:
        parsing.parse(kind, content)
    return refused.value.code


def test_headings_of_a_pdf_are_known_by_size_and_number():
    page = [("Compressed air", 18), (PROSE, 10), (PROSE, 10), ("2.1 Leaks", 10), (PROSE, 10)]

    assert list(read("pdf", files.pdf([page]))) == ["Compressed air", "2.1 Leaks"]


def test_a_pdf_without_headings_is_read_by_page():
    found = read("pdf", files.pdf([[("Air leaks here.", 10)], [("Steam leaks there.", 10)]]))

    assert found == {"Page 1": "Air leaks here.", "Page 2": "Steam leaks there."}


def test_a_hyphenated_word_is_whole_and_a_list_item_ends():
    page = [("Leaks waste compres-", 10), ("sor air.", 10), ("- Walk the lines", 10),
            ("- Tag each leak", 10)]  # fmt: skip

    text = "Leaks waste compressor air. Walk the lines. Tag each leak."
    assert read("pdf", files.pdf([page])) == {"Page 1": text}


def test_what_stands_on_every_page_is_left_out():
    halls = ("North", "South", "East", "West")
    pages = [
        [("Energy report", 8), *[(f"{hall} has leak {n}.", 10) for n in "abcd"], (f"{hall}.", 10),
         (f"Page {n} of 4", 8)]
        for n, hall in enumerate(halls, 1)
    ]  # fmt: skip

    text = read("pdf", files.pdf(pages))["Page 3"]
    assert text.startswith("East has leak a.")
    assert text.endswith("leak d. East.")


def test_headings_lists_and_tables_of_a_word_document():
    row = "<w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>"
    table = row.format(files.paragraph("Hall"), files.paragraph("12 kWh"))
    body = files.paragraph("Leaks", "H1") + files.paragraph("Walk the lines")

    found = read("docx", files.docx(f"{body}<w:tbl>{table}</w:tbl>"))

    assert found == {"Leaks": "Walk the lines. Hall. 12 kWh."}


def test_macros_of_a_word_document_are_not_looked_at():
    content = files.docx(files.paragraph("Text."), more={"word/vbaProject.bin": b"Sub AutoOpen()"})

    assert read("docx", content) == {"Introduction": "Text."}


def test_markdown_drops_html_and_keeps_the_words_of_links():
    text = (
        "# Air\n\n<script>alert(1)</script>\n\nSee <b>this</b> [guide](http://x.example/a).\n\n"
        "![a hose](http://x.example/p.png)\n\n| a | b |\n|---|---|\n| c | d |\n\n```\ncode\n```\n"
    )

    assert read("markdown", text) == {"Air": "See this guide. a hose. a b. c d. code."}


def test_sections_are_short_and_end_with_a_sentence():
    text = "# Air\n\n" + "Every leak costs money in the night. " * 200

    found = read("markdown", text)

    assert len(found) > 1
    assert all(len(part.split()) <= MAX_SECTION_WORDS for part in found.values())
    assert all(part.endswith("night.") for part in found.values())
    assert list(found)[:2] == ["Air", "Air (2)"]


def test_headings_that_are_alike_are_told_apart():
    found = read("markdown", "# A\n\nx.\n\n# A\n\ny.\n\n# A (2)\n\nz.\n")

    assert sorted(found.values()) == ["x.", "y.", "z."]


def test_a_heading_above_nothing_is_not_lost():
    assert read("markdown", "# One\n\n# Two\n\nText.\n") == {"Two": "One. Text."}


def test_invisible_letters_are_left_out_and_counted():
    text = "ig\u200bnore \u202ethis\u202c\U000e0041 soft\u00adly, ﬁne"
    found = parsing.parse("markdown", text.encode())

    assert found.sections[0]["text"] == "ignore this softly, fine."
    assert found.hidden == 4


def test_front_matter_of_a_playbook_is_kept_with_its_sentences():
    text = "---\nid: air\nactions: [Walk the lines.]\naccessed: 2026-01-01\n---\n# Air\n\nText.\n"
    found = parsing.parse("markdown", text.encode())

    assert found.front_matter == {
        "id": "air", "actions": ["Walk the lines."], "accessed": "2026-01-01"
    }  # fmt: skip
    assert found.sections[-1] == {"heading": "Front matter", "text": "Walk the lines."}


def test_a_reader_that_wants_too_much_memory_dies_alone(monkeypatch):
    monkeypatch.setattr(parsing, "MEMORY_BYTES", 48 * 1024**2)
    body = "".join(files.paragraph(f"Walk line {n * 7919}.") for n in range(60_000))

    assert refusal("docx", files.docx(body)) in {"too_much_memory", "reader_died"}


def test_a_reader_that_takes_too_long_is_killed(settings):
    settings.DOCUMENT_PARSE_SECONDS = 1
    body = "".join(files.paragraph(f"Walk line {n * 7919}.") for n in range(60_000))

    assert refusal("docx", files.docx(body)) == "too_slow"


def test_a_reader_that_only_waits_is_killed_too(settings, monkeypatch, tmp_path):
    settings.DOCUMENT_PARSE_SECONDS = 1
    child = tmp_path / "child.py"
    child.write_text("import time\ntime.sleep(600)\n")
    monkeypatch.setattr(parsing, "CHILD", child)

    assert refusal("markdown", b"x") == "too_slow"


def test_a_reader_is_killed_once_its_document_is_in_other_hands():
    body = "".join(files.paragraph(f"Walk line {n * 7919}.") for n in range(60_000))
    with pytest.raises(parsing.NotOursError):
        parsing.parse("docx", files.docx(body), still_ours=lambda: False)


def test_a_reader_knows_nothing_of_our_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", "secret")
    child = tmp_path / "child.py"
    child.write_text(
        "import json, os, sys\n"
        "text = ' '.join(sorted(os.environ))\n"
        "sys.stdout.write(json.dumps(dict(pages=None, words=1, hidden=0, front_matter=None,"
        " sections=[dict(heading='x', text=text)])))\n"
    )
    monkeypatch.setattr(parsing, "CHILD", child)

    names = parsing.parse("markdown", b"x").sections[0]["text"].split()
    assert set(names) <= {"PATH", "LD_LIBRARY_PATH", "LC_CTYPE", "SYSTEMROOT"}
