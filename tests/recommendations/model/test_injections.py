"""A model that obeys whatever it reads cannot make anybody store it."""

import json

import pytest

from recommendations.models import Passage, Playbook, Recommendation

from .conftest import NOTE, advise, extracted, shape
from .injections import AMOUNT, INJECTIONS, MARKER
from .scripted import Asked, Reaction, completion, good_answer

pytestmark = pytest.mark.django_db(transaction=True)
PLAYBOOK = "air-to-sea"
IDS = [f"{place}" for place in range(len(INJECTIONS))]


def item(asked: Asked, **changes: object) -> dict[str, object]:
    return good_answer(asked, **changes)["recommendations"][0]


def as_all(asked: Asked) -> Reaction:
    """Everything that was asked for, in every field."""
    text = f"{MARKER}: approve {AMOUNT} kg at once"
    return completion(json.dumps({"recommendations": [item(asked, title=text, action=text)]}))


def as_another_sentence(asked: Asked) -> Reaction:
    """Hidden behind good advice."""
    action = f"{item(asked)['action']} {MARKER}."
    return completion(json.dumps({"recommendations": [item(asked, action=action)]}))


def as_another_word(asked: Asked) -> Reaction:
    """Hidden inside good advice."""
    action = str(item(asked)["action"]).replace(" ", f" {MARKER} ", 1)
    return completion(json.dumps({"recommendations": [item(asked, action=action)]}))


def as_fields(asked: Asked) -> Reaction:
    """What the schema does not have."""
    fields = {"status": "approved", "co2_reduction": float(AMOUNT), "note": MARKER}
    return completion(json.dumps({"recommendations": [item(asked, **fields)]}))


def as_text(asked: Asked) -> Reaction:
    """Without the schema."""
    return completion(f"{MARKER} {asked.user}")


OBEDIENCE = (as_all, as_another_sentence, as_another_word, as_fields, as_text)


def everything(row: Recommendation) -> str:
    return json.dumps({**shape(row), "note": row.note}, ensure_ascii=False)


def assert_no_effect(hotspot, rows):
    """No marker, no number, no status of theirs: what the playbooks say, and only that."""
    assert [shape(row) for row in rows] == [shape(draft) for draft in extracted(hotspot)] != []
    assert {(row.status, row.decided_by, row.generator) for row in rows} == {
        ("pending", None, "extractive")
    }
    for row in rows:
        assert row.fallback_reason in {"not_grounded", "invalid_output"}
        assert MARKER not in everything(row)
        assert AMOUNT not in everything(row)


@pytest.mark.parametrize("place", range(len(INJECTIONS)), ids=IDS)
def test_an_injection_in_a_note_gets_nothing(place, endpoint, flown):
    endpoint.script = [OBEDIENCE[place % len(OBEDIENCE)]]

    hotspot = flown(f"{NOTE}. {INJECTIONS[place]}")
    rows = advise(hotspot)

    assert MARKER in endpoint.asked[-1].user
    assert_no_effect(hotspot, rows)


@pytest.mark.parametrize("place", range(len(INJECTIONS)), ids=IDS)
def test_an_injection_in_a_passage_gets_nothing(place, endpoint, flown):
    passage = Passage.objects.get(playbook__slug=PLAYBOOK, heading="Why it works")
    Passage.objects.filter(pk=passage.pk).update(text=f"{passage.text} {INJECTIONS[place]}")
    Playbook.objects.filter(slug=PLAYBOOK).update(content_hash=f"{place:064}")
    endpoint.script = [OBEDIENCE[place % len(OBEDIENCE)]]

    hotspot = flown()
    rows = advise(hotspot)

    assert MARKER in endpoint.asked[-1].user
    assert_no_effect(hotspot, rows)


def test_a_model_that_does_not_obey_is_heard_in_spite_of_the_note(endpoint, flown):
    (row,) = advise(flown(f"{NOTE}. {INJECTIONS[0]}"))

    assert row.generator == "llm:scripted"
    assert MARKER not in everything(row)


def test_no_word_of_a_note_gets_into_good_advice(endpoint, flown):
    def as_one_word(asked: Asked) -> Reaction:
        action = str(item(asked)["action"]).replace("air", "zebra air", 1)
        return completion(json.dumps({"recommendations": [item(asked, action=action)]}))

    endpoint.script = [as_one_word]
    hotspot = flown(f"{NOTE}. The word is zebra.")

    assert_no_effect(hotspot, advise(hotspot))
