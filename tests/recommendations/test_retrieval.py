"""What is found for a situation, what is filtered away, and what is refused."""

import math

import pytest

from recommendations.knowledge.bm25 import BM25
from recommendations.knowledge.corpus import current_index, file_corpus, file_index
from recommendations.knowledge.kinds import kind_of
from recommendations.knowledge.retrieval import BM25Index
from recommendations.knowledge.spelling import Spelling
from recommendations.models import Playbook

INDEX = file_index()


def search(text, *, entity_type="", metric="", side="", k=40):
    return INDEX.search(text, entity_type=entity_type, metric=metric, side=side, k=k)


def kinds_found(text, **place):
    documents = INDEX.corpus.documents
    fronts = [documents[hit.playbook].front for hit in search(text, **place)]
    return {kind for front in fronts for kind in front.applies_to.entity_type or ["any"]}


def test_bm25_follows_the_formula():
    index = BM25([["steam", "trap", "steam"], ["steam", "pipe"], ["truck"]])
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    norm = 1.2 * (1 - 0.75 + 0.75 * 3 / 2)

    scores = index.scores(["steam", "steam", "unknown"])

    assert scores == pytest.approx([idf * 2 / (2 + norm), idf * 1 / (1 + 1.2), 0.0])


def test_bm25_of_nothing_finds_nothing():
    assert BM25([]).scores(["steam"]) == []
    assert BM25([[]]).scores(["steam"]) == [0.0]


def test_the_best_passages_come_first_and_no_more_than_asked():
    hits = search("hissing hoses, the compressor never unloads", entity_type="site", k=3)

    assert hits[0].playbook == "compressed-air-leaks"
    assert len(hits) == 3
    assert hits == sorted(hits, key=lambda hit: -hit.score)


@pytest.mark.parametrize(
    ("entity_type", "kind"),
    [("factory", "site"), ("Warehouse", "site"), ("fleet", "route"), ("ship", None), ("", None)],
)
def test_kinds_of_kinds_are_known(entity_type, kind):
    assert kind_of(entity_type) == kind


@pytest.mark.parametrize("entity_type", ["route", "fleet"])
def test_a_route_never_gets_what_is_for_sites_only(entity_type):
    text = "steam traps, compressed air, boiler, insulation, lighting, furnace, leaks, trucks"

    assert kinds_found(text, entity_type=entity_type) >= {"route"}
    assert all(
        "route" in front.applies_to.entity_type or not front.applies_to.entity_type
        for hit in search(text, entity_type=entity_type)
        for front in [INDEX.corpus.documents[hit.playbook].front]
    )


@pytest.mark.parametrize("place", [{"entity_type": "spaceship"}, {"metric": "smiles"}, {}])
def test_what_is_not_known_filters_nothing(place):
    assert kinds_found("steam traps and empty trucks", **place) >= {"site", "route"}


def test_a_metric_filters_what_it_does_not_fit():
    found = {hit.playbook for hit in search("steam traps, air leaks", metric="gas")}

    assert "steam-traps" in found
    assert "compressed-air-leaks" not in found


def test_a_drop_is_no_reason_to_reduce():
    found = {hit.playbook for hit in search("the value dropped, trucks, leaks", side="low")}

    assert found <= {"check-the-measurement", "supplier-data", "grid-forecast"}
    assert found


def test_field_words_and_misspellings_are_understood():
    british = search("tyres soft on the lorries", entity_type="fleet")[0]
    misspelled = search("recyled alu, remelt down", entity_type="supplier")[0]

    assert british.playbook == "truck-drag-and-tires"
    assert misspelled.playbook == "secondary-aluminum"


@pytest.mark.parametrize(
    ("word", "meant"),
    [("vesel", "vessel"), ("vessels", "vessel"), ("vessel", "vessel"), ("velcro", "velcro")],
)
def test_one_letter_is_forgiven(word, meant):
    assert Spelling(["vessel", "leak"]).correct(word) == meant


def test_short_words_are_not_corrected():
    assert Spelling(["leaks"]).correct("leak") == "leak"


@pytest.mark.parametrize("text", ["", "   ", "12 34 56", "the of and", "\x00 \ud800", "¿?"])
def test_a_text_without_words_finds_nothing(text):
    assert search(text) == []


def test_a_long_text_is_searched_like_any_other():
    assert search("leak " * 50_000, entity_type="site")[0].playbook == "compressed-air-leaks"


def test_two_indexes_of_one_corpus_agree():
    text = "trucks come back empty and idle at the dock"
    place = {"entity_type": "route", "metric": "fuel", "k": 40}

    again = BM25Index(file_corpus()).search(text, **place)

    assert again == INDEX.search(text, **place)


@pytest.mark.django_db
def test_an_install_that_was_never_synced_searches_the_shipped_files():
    assert current_index().corpus.version == INDEX.corpus.version
    assert current_index() is current_index()


@pytest.mark.django_db
def test_tables_and_files_give_the_same_ranks(playbooks):
    text, place = "hissing at night", {"entity_type": "site", "metric": "energy", "k": 10}

    stored = current_index().search(text, **place)

    assert [(hit.playbook, hit.score) for hit in stored] == [
        (hit.playbook, hit.score) for hit in INDEX.search(text, **place)
    ]


@pytest.mark.django_db
def test_the_index_follows_the_tables(playbooks):
    before = current_index()

    Playbook.objects.filter(slug="cut-idling").update(content_hash="0" * 64)

    assert current_index().corpus.version != before.corpus.version
