"""Hostile documents: each is refused with its code and a sentence, or read as nothing but text."""

import pytest

from recommendations.documents import service, work
from recommendations.documents.reading.blocks import Cleaner
from recommendations.documents.suspicion import suspicious, without_orders
from recommendations.models import Document, DocumentFile, Playbook
from streams.errors import DomainError

from .cases import CASES, INJECTIONS
from .house import fresh, upload

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("case", [c for c in CASES if c.at_door], ids=lambda case: case.name)
def test_what_is_refused_at_the_door_leaves_nothing_behind(analyst, case):
    with pytest.raises(DomainError) as refused:
        upload(analyst, case.make(), case.file)

    assert refused.value.code == case.becomes
    assert case.said in str(refused.value)
    assert not Document.objects.exists()
    assert not DocumentFile.objects.exists()


@pytest.mark.parametrize("case", [c for c in CASES if not c.at_door], ids=lambda case: case.name)
def test_what_is_read_becomes_a_draft_or_is_refused_with_a_reason(analyst, case):
    row = upload(analyst, case.make(), case.file)

    work.read(row.pk, row.version)

    row = fresh(row)
    assert (row.problem_code or row.status) == case.becomes
    assert row.status == ("draft" if case.becomes == "draft" else "refused")
    assert case.said in row.problem
    assert bool(row.sections) == (row.status == "draft")
    assert not Playbook.objects.exists()


def test_orders_to_a_model_are_marked_and_kept_as_text(analyst):
    orders = next(case for case in CASES if case.file == "orders.md")
    row = upload(analyst, orders.make(), orders.file)
    work.read(row.pk, row.version)

    texts = " ".join(section["text"] for section in fresh(row).sections)
    assert "Ignore all previous instructions" in texts
    assert "<script" not in texts
    assert suspicious(texts)


def test_orders_are_marked_as_sent_and_as_read_and_no_shipped_playbook_is():
    from recommendations.knowledge.playbook import read_all

    read = [Cleaner().line(text) for text in INJECTIONS]
    assert [text for text in [*INJECTIONS, *read] if not suspicious(text)] == []
    texts = [section.text for book in read_all() for section in book.sections]
    assert [text for text in texts if suspicious(text)] == []
    assert [text for text in texts if without_orders(text) != text] == []


def test_the_same_file_is_refused_by_the_name_of_the_first(analyst, approver):
    first = upload(analyst)

    with pytest.raises(DomainError) as refused:
        upload(approver, name="other name.md")

    assert refused.value.code == "duplicate"
    assert f"document {first.pk}, air.md" in str(refused.value)
    assert Document.objects.count() == 1


def test_only_so_many_documents_are_kept(analyst, settings):
    settings.DOCUMENT_MAX_COUNT = 1
    upload(analyst)

    with pytest.raises(DomainError) as refused:
        upload(analyst, "# Another\n\nText.")

    assert refused.value.code == "too_many_documents"
    assert Document.objects.count() == 1


def test_a_file_has_a_name_that_can_be_shown(analyst):
    row = upload(analyst, name="C:\\temp\\..\\a\u202eb\n.md")

    assert row.name == "a_b_.md"


def test_a_reader_that_breaks_is_not_told_in_our_words(analyst, monkeypatch, caplog):
    row = upload(analyst)
    monkeypatch.setattr(work.parsing, "parse", lambda *_, **__: 1 / 0)

    work.read(row.pk, row.version)

    assert fresh(row).problem_code == "server_error"
    assert "ZeroDivision" not in fresh(row).problem
    assert "ZeroDivisionError" in caplog.text


def test_receive_takes_no_row_without_its_bytes(analyst, monkeypatch):
    def fail(*_, **__):
        raise ValueError("disk")

    monkeypatch.setattr(service.DocumentFile.objects, "create", fail)
    with pytest.raises(ValueError, match="disk"):
        upload(analyst)
    assert not Document.objects.exists()
