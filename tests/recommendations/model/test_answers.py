"""What a good answer becomes: the model's words, and everything else out of our rows."""

import pytest

from recommendations.models import Recommendation

from .conftest import NOTE, advise, extracted
from .scripted import says, writes

pytestmark = pytest.mark.django_db(transaction=True)

OURS = ("playbook", "root_cause", "rationale", "cost", "feasibility", "confidence", "retriever")
EFFECT = ("co2_reduction", "predicted_reduction", "reduction_pct_low", "reduction_pct_high")
ACTION = "Keep a safety stock for the parts that were flown most often."


@pytest.mark.usefixtures("endpoint")
def test_a_good_answer_is_stored_under_the_models_name(flown):
    (row,) = advise(flown())

    assert (row.generator, row.fallback_reason, row.status) == ("llm:scripted", "", "pending")
    assert row.title == "Bring air freight back to sea"
    assert row.action.startswith("List the air shipments of the last weeks")


def test_only_title_and_action_are_the_models(endpoint, flown):
    endpoint.script = [writes(title="Keep a safety stock for flown parts", action=ACTION)]
    hotspot = flown()

    (row,) = advise(hotspot)

    ours = next(draft for draft in extracted(hotspot) if draft.playbook == row.playbook)
    names = (*OURS[:-1], *EFFECT, "arithmetic")
    assert {n: getattr(row, n) for n in names} == {n: getattr(ours, n) for n in names}
    assert row.predicted_reduction == 118.34
    assert (row.title, row.action) == ("Keep a safety stock for flown parts", ACTION)


def test_quotes_are_sentences_of_our_passages_the_nearest_to_what_is_to_be_done(endpoint, flown):
    endpoint.script = [
        lambda asked: writes(
            action=ACTION, citations=[asked.passages("Before you start")[0]["id"]]
        )(asked)
    ]

    (row,) = advise(flown())

    quotes = {cited["section"]: cited["quote"] for cited in row.citations}
    assert quotes["What to do"].endswith("stock for the parts that were flown most often.")
    assert set(quotes) == {"What to do", "Before you start", "Signs", "Why it works"}
    outside = [cited for cited in row.citations if cited["url"]]
    assert [cited["section"] for cited in outside] == ["Why it works"]


def test_without_an_effect_no_amount_is_told(endpoint, flown):
    endpoint.script = [writes(effect={"kind": "none", "passage_id": None})]

    (row,) = advise(flown())

    assert {getattr(row, name) for name in EFFECT} == {None}
    assert row.arithmetic == "No amount is computed: the model pointed at no figure."


def test_a_second_attempt_is_told_what_was_wrong_and_counts(endpoint, flown):
    invented = writes(action=lambda text: text[:-1] + ", which saves 37 percent.")
    endpoint.script = [invented, writes()]

    (row,) = advise(flown())

    assert (row.generator, row.fallback_reason) == ("llm:scripted", "")
    first, second = endpoint.asked
    assert second.body["messages"][:2] == first.body["messages"]
    assert "37" in second.body["messages"][2]["content"]
    assert second.body["messages"][2]["role"] == "assistant"
    assert "cannot be used" in second.body["messages"][3]["content"]
    assert "37" in second.body["messages"][3]["content"]


def test_there_is_no_third_attempt(endpoint, flown):
    endpoint.script = [says("no"), says("no"), writes()]

    assert {row.fallback_reason for row in advise(flown())} == {"invalid_output"}
    assert len(endpoint.asked) == 2


@pytest.mark.usefixtures("endpoint", "playbooks")
def test_the_history_says_that_the_engine_wrote_it_and_who_helped(flown):
    advise(flown())

    record = Recommendation.objects.get().history.get()
    assert (record.history_change_reason, record.generator) == ("engine", "llm:scripted")


def test_the_same_situation_is_not_asked_twice(endpoint, flown):
    advise(flown())

    (row,) = advise(flown(entity="Lane R13"))

    assert (row.generator, row.fallback_reason) == ("llm:scripted", "")
    assert len(endpoint.asked) == 1


def test_another_note_another_model_or_another_passage_is_asked_for(endpoint, flown, settings):
    from recommendations.models import Passage, Playbook

    advise(flown())
    advise(flown(f"{NOTE} again", entity="Lane R13"))
    settings.LLM_MODEL = "another"
    advise(flown(entity="Lane R14"))
    passage = Passage.objects.get(playbook__slug="air-to-sea", heading="Signs")
    Passage.objects.filter(pk=passage.pk).update(text=f"{passage.text} A plane was chartered.")
    Playbook.objects.filter(slug="air-to-sea").update(content_hash="0" * 64)
    advise(flown(entity="Lane R15"))

    assert len(endpoint.asked) == 4


def test_what_could_not_be_used_is_not_remembered(endpoint, flown):
    endpoint.script = [says("no"), says("no"), writes()]
    advise(flown())

    (row,) = advise(flown(entity="Lane R13"))

    assert row.generator == "llm:scripted"


def test_nothing_is_remembered_where_that_is_switched_off(endpoint, flown, settings):
    settings.LLM_CACHE_SECONDS = 0
    advise(flown())
    advise(flown(entity="Lane R13"))

    assert len(endpoint.asked) == 2


def test_a_remembered_answer_is_checked_like_a_new_one(endpoint, flown, monkeypatch):
    advise(flown())
    monkeypatch.setattr(
        "recommendations.generation.model.cache.remembered",
        lambda name: '{"recommendations": "out of a poisoned cache"}',
    )

    rows = advise(flown(entity="Lane R13"))

    assert {row.generator for row in rows} == {"extractive"}
    assert {row.fallback_reason for row in rows} == {"invalid_output"}


def test_without_a_model_nobody_is_asked(endpoint, flown, settings):
    settings.LLM_MODEL = ""

    rows = advise(flown())

    assert {(row.generator, row.fallback_reason) for row in rows} == {("extractive", "")}
    assert endpoint.asked == []
