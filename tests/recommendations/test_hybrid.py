"""Which index answers, when embeddings are made, and that models are never mixed."""

import logging
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command

from recommendations.knowledge import corpus, embedding
from recommendations.knowledge.corpus import current_index, state
from recommendations.knowledge.embedding import Embedder, why_not
from recommendations.knowledge.playbook import read_all
from recommendations.knowledge.reference import reference_situations
from recommendations.knowledge.retrieval import Place
from recommendations.knowledge.sync import SlugTakenError, embed_sections, store, sync
from recommendations.models import Document, Passage, Playbook
from tests.recommendations.evaluation import OFF_DOMAIN, indexes, rows

FILES = read_all()[:6]
SLUGS = [file.front.id for file in FILES]
NOTE = {"entity_type": "", "metric": "", "k": 40}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_index_yet(monkeypatch):
    """As a process that has not searched: SQLite gives the numbers of rolled back rows again."""
    monkeypatch.setattr(corpus, "_cached", None)


@pytest.fixture
def without_model(monkeypatch):
    """As on a machine where the model's package is not installed; undone by ``undo``."""
    with monkeypatch.context() as missing:
        gone = replace(embedding.WEIGHTS, package="no-such-model")
        missing.setattr(embedding, "WEIGHTS", gone)
        missing.setattr(embedding, "_loaded", None)
        why_not.cache_clear()
        yield missing
    why_not.cache_clear()


def searched_by():
    return current_index().name


def document():
    return Document.objects.create(name="own.md", kind="markdown", size=1)


def own_playbook(slug="our-own-ovens"):
    """The file of somebody's document."""
    file = read_all()[-1]
    return replace(file, front=file.front.model_copy(update={"id": slug, "title": "Our ovens"}))


def test_what_was_synced_is_searched_by_meaning_and_words():
    changes = sync(FILES)

    assert changes.embedded == sum(len(file.sections) for file in FILES)
    assert searched_by() == "hybrid"
    assert set(Passage.objects.values_list("embedded_by", flat=True)) == {Embedder.sha256}


def test_a_worker_that_warmed_up_has_its_index_and_nothing_before_the_first_sync():
    corpus.warm_up()
    assert corpus._cached is None

    sync(FILES)
    corpus.warm_up()

    _, index = corpus._cached
    assert current_index() is index


def test_a_second_sync_embeds_nothing_and_changes_no_byte():
    sync(FILES)
    before, asked = list(Passage.objects.order_by("pk").values()), []

    changes = sync(FILES, progress=lambda *step: asked.append(step))

    assert (changes.embedded, asked, changes.unchanged) == (0, [], SLUGS)
    assert list(Passage.objects.order_by("pk").values()) == before


def test_only_the_texts_that_changed_are_embedded_again():
    sync(FILES)
    first, *others = FILES
    sections = (*first.sections[:-1], replace(first.sections[-1], text="Another reason."))
    edited = replace(first, sections=sections, content_hash="another")
    asked = []

    changes = sync([edited, *others], progress=lambda *step: asked.append(step))

    assert (changes.changed, asked) == ([first.front.id], [(1, 1)])
    assert searched_by() == "hybrid"


def test_one_passage_without_an_embedding_leaves_words_only_until_the_next_sync(caplog):
    sync(FILES)
    Passage.objects.filter(pk=Passage.objects.first().pk).update(embedding=None, embedded_by="")

    assert searched_by() == "bm25"
    assert "rag_sync makes them" in caplog.text
    assert state().why_words_only
    assert sync(FILES).embedded == 1
    assert searched_by() == "hybrid"


def test_it_is_said_once_and_not_at_every_search(caplog):
    sync(FILES)
    Passage.objects.update(embedding=None, embedded_by="")

    with caplog.at_level(logging.WARNING):
        found = {current_index() for _ in range(3)}

    assert len(found) == 1
    assert caplog.text.count("by words only") == 1


def test_embeddings_of_another_model_are_never_compared_and_made_again():
    sync(FILES)
    store(own_playbook(), document=document(), embeddings=None)
    Passage.objects.update(embedded_by="0" * 64, embedding=b"\x00" * 4 * 384)

    assert searched_by() == "bm25"
    changes = sync(FILES)

    assert changes.embedded == Passage.objects.count()
    assert searched_by() == "hybrid"
    assert not Passage.objects.filter(embedding=b"\x00" * 4 * 384).exists()


def test_without_the_model_everything_works_by_words_and_says_why(without_model, caplog):
    changes = sync(FILES)

    assert "no-such-model is not installed" in changes.why_not_embedded
    assert not Passage.objects.exclude(embedding=None).exists()
    assert searched_by() == "bm25"
    assert "no-such-model is not installed" in caplog.text
    found = current_index().search("steam or air leaks, trucks empty", **NOTE)
    assert all(hit.cosine is None for hit in found)


def test_when_the_model_comes_what_is_missing_is_embedded(without_model):
    sync(FILES)
    without_model.undo()
    why_not.cache_clear()

    changes = sync(FILES)

    assert (changes.unchanged, changes.embedded) == (SLUGS, Passage.objects.count())
    assert searched_by() == "hybrid"


def test_what_a_document_brought_stays_and_keeps_its_name():
    origin, file = document(), own_playbook(SLUGS[0])
    store(file, document=origin, embeddings=embed_sections(file), embedded_by=Embedder.sha256)

    changes = sync(FILES)

    assert (changes.taken, changes.added) == ([SLUGS[0]], SLUGS[1:])
    assert Playbook.objects.get(slug=SLUGS[0]).title == "Our ovens"
    assert sync(FILES[1:]).removed == []
    assert searched_by() == "hybrid"


def test_a_name_that_is_taken_is_refused_and_changes_nothing():
    sync(FILES)

    with pytest.raises(SlugTakenError, match=SLUGS[0]):
        store(own_playbook(SLUGS[0]), document=document())

    assert Playbook.objects.get(slug=SLUGS[0]).document is None
    assert searched_by() == "hybrid"


def test_a_playbook_stored_again_is_found_by_its_new_passages():
    sync(FILES)
    before = current_index()
    store(FILES[0], embeddings=embed_sections(FILES[0]), embedded_by=Embedder.sha256)

    found = {p.id for d in current_index().corpus.documents.values() for p in d.passages}

    assert current_index() is not before
    assert found == set(Passage.objects.values_list("pk", flat=True))


def test_rag_sync_tells_what_it_embedded_and_why_it_did_not(without_model):
    out = StringIO()

    call_command("rag_sync", stdout=out)
    without_model.undo()
    why_not.cache_clear()
    call_command("rag_sync", stdout=out)

    assert "searched by words only: the package no-such-model is not installed." in out.getvalue()
    assert f"{Passage.objects.count()} passages embedded." in out.getvalue()


def test_rag_sync_can_leave_the_embeddings_to_the_next_run():
    out = StringIO()

    call_command("rag_sync", "--no-embeddings", stdout=out)
    searched_at_first = current_index().name
    call_command("rag_sync", stdout=out)

    assert "searched by words only: left to the next run." in out.getvalue()
    assert (searched_at_first, current_index().name) == ("bm25", "hybrid")


def test_the_thresholds_part_situations_from_texts_about_something_else():
    """The calibration: what the constants of the index rest on, on the whole corpus."""
    index = indexes()["hybrid"]
    situations = [(one.text, one.entity_type, one.metric) for one in reference_situations()]
    others = [(r["text"], r["entity_type"], r["metric"]) for r in rows(OFF_DOMAIN["dev"])]

    answered = [bool(found(index, *one)) for one in situations]
    refused = [not found(index, *one) for one in others]
    low = [found(index, *one)[0].low for one in situations if found(index, *one)]

    assert sum(answered) / len(answered) >= 0.97
    assert sum(refused) / len(refused) >= 0.92
    assert sum(low) / len(low) <= 0.35


def found(index, text, entity_type, metric):
    hits = index.search(text, entity_type=entity_type, metric=metric, k=3)
    place = Place.of(index.corpus, entity_type=entity_type, metric=metric, side="")
    assert all(place.fits(index.corpus.documents[hit.playbook].front) for hit in hits)
    assert all(0 <= hit.score <= 1 and 0 <= hit.confidence <= 1 for hit in hits)
    return hits
