"""What is found for a situation, what is filtered away, and what is refused."""

import math

import bm25s
import pytest

from recommendations.knowledge.bm25 import BM25
from recommendations.knowledge.corpus import current_index, file_corpus
from recommendations.knowledge.index_hybrid import DOUBT, FLOOR
from recommendations.knowledge.index_words import BM25Index, WordIndex
from recommendations.knowledge.kinds import kind_of
from recommendations.knowledge.query import searched
from recommendations.knowledge.retrieval import searched_text
from recommendations.knowledge.spelling import Spelling
from recommendations.knowledge.vocabulary import search_words
from recommendations.models import Playbook
from tests.recommendations.evaluation import indexes, reference

INDEX = indexes()["hybrid"]
WORDS = indexes()["bm25"]


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

    assert all("low" in INDEX.corpus.documents[name].front.applies_to.side for name in found)
    assert found


def test_field_words_and_misspellings_are_understood():
    british = search("tyres soft on the lorries", entity_type="fleet")[0]
    misspelled = search("recyled alu, remelt down", entity_type="supplier")[0]

    assert british.playbook == "truck-drag-and-tires"
    assert misspelled.playbook == "secondary-aluminum"


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("vesel", "vessel"),
        ("vessels", "vessel"),
        ("vessel", "vessel"),
        ("velcro", "velcro"),
        ("vesesl", "vessel"),
    ],
)
def test_one_letter_is_forgiven(word, meant):
    assert Spelling(["vessel", "leak"]).correct(word) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("idlnig", "idling"),  # a slip in the ending, that no stem would show
        ("lagging", "lagging"),
        ("45kw twice on tues", "kw tues"),
        ("3rd compressor, runs 24hrs", "compressor runs"),
    ],
)
def test_words_are_searched_as_they_were_meant(written, meant):
    index = WordIndex(INDEX.corpus)

    assert index.look_up(written) == index.look_up(meant)


def test_a_word_of_the_corpus_in_another_form_is_not_corrected():
    index = WordIndex(INDEX.corpus)

    assert index.look_up("compressors").terms == index.look_up("compressor").terms


def test_beside_what_is_near_there_may_be_what_is_a_little_farther_off():
    note = "truck 12: DPF, oil, glow plug"
    cosines = [hit.cosine for hit in search(note, entity_type="fleet", metric="fuel")]

    assert max(cosines) >= DOUBT
    assert FLOOR <= min(cosines) < DOUBT


def test_short_words_are_not_corrected():
    assert Spelling(["leaks"]).correct("leak") == "leak"


@pytest.mark.parametrize("text", ["", "   ", "12 34 56", "the of and", "\x00 \ud800", "¿?"])
def test_a_text_without_words_finds_nothing(text):
    assert search(text) == []


def test_a_long_text_is_searched_like_any_other():
    text = "air hoses hiss and leak at night. " * 10_000

    assert search(text, entity_type="site")[0].playbook == "compressed-air-leaks"


@pytest.mark.parametrize(
    ("note", "rest"),
    [
        ("not lights, not heating: air hoses whistle", "air hoses whistle"),
        ("The boiler is fine, but the traps blow steam", "the traps blow steam"),
        ("reading -9999, not possible", "reading -9999, not possible"),
        ("trucks are not full", "trucks are not full"),
        ("header 9.2 bar, tools need 6", "header 9.2 bar, tools need 6"),
        ("not the tires", "not the tires"),
        ("", ""),
    ],
)
def test_what_a_note_rules_out_is_not_searched(note, rest):
    assert searched(note) == rest


def test_what_is_ruled_out_is_not_proposed_first():
    note = "not the tires nor the load: engines run for hours at the gate"

    for index in (INDEX, WORDS):
        hits = index.search(note, entity_type="fleet", metric="fuel", k=1)
        assert [hit.playbook for hit in hits] == ["cut-idling"]


def test_a_library_ranks_the_corpus_by_words_as_we_do():
    texts = [
        search_words(" ".join(searched_text(d.front.title, p.heading, p.text) for p in d.passages))
        for d in INDEX.corpus.documents.values()
    ]
    theirs = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
    theirs.index(texts, show_progress=False)
    ours = WordIndex(INDEX.corpus)

    for one in reference.reference_situations():
        words = ours.look_up(one.text)
        known = [term for term in words.terms if term in theirs.vocab_dict]
        scores = theirs.get_scores(known)
        assert list(words.scores.values()) == pytest.approx(scores.tolist(), abs=1e-4)


def test_two_indexes_of_one_corpus_agree():
    text = "trucks come back empty and idle at the dock"
    place = {"entity_type": "route", "metric": "fuel", "k": 40}

    again = BM25Index(file_corpus()).search(text, **place)

    assert again == WORDS.search(text, **place)


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
