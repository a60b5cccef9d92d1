"""A real model that is bad at this: whatever it says, what is stored is grounded."""

import pytest

from recommendations.advising import situation_of
from recommendations.generation import gate
from recommendations.generation.model import wire
from recommendations.generation.model.reasons import Reason
from recommendations.knowledge.corpus import current_index
from tests.recommendations.stock import stock

from .conftest import advise, extracted, shape
from .smollm2 import SmolLM2Server

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.llm,
    pytest.mark.xdist_group("llm"),
]
PATIENCE_SECONDS = 300
#: A short prompt: reading one takes this model seconds.
PLAYBOOKS = ("air-to-sea", "cut-idling")
NOTES = (
    "the vessel was missed, parts were flown in",
    "engines run at the dock for hours while drivers wait",
)
#: What may go wrong with what it says, once nobody looks at the clock.
EXPECTED = {
    Reason.TRUNCATED,
    Reason.INVALID_OUTPUT,
    Reason.UNKNOWN_CITATION,
    Reason.NOT_GROUNDED,
}


@pytest.fixture(scope="module")
def smollm2():
    """The model, loaded."""
    with SmolLM2Server() as server:
        yield server


@pytest.fixture
def playbooks(db):
    """Two of the shipped playbooks."""
    stock(*PLAYBOOKS)


@pytest.fixture
def asked(settings, own_cache, smollm2, monkeypatch):
    """The settings name it, and it has all the time it wants."""
    monkeypatch.setattr(wire, "READ_SECONDS", PATIENCE_SECONDS)
    settings.LLM_BASE_URL = smollm2.url
    settings.LLM_MODEL = smollm2.name
    settings.LLM_TIMEOUT_SECONDS = PATIENCE_SECONDS
    settings.LLM_MAX_OUTPUT_TOKENS = 150


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("note", NOTES)
def test_whatever_it_says_what_is_stored_is_grounded(note, flown):
    hotspot = flown(note)

    rows = advise(hotspot)

    drafts = {draft.playbook: draft for draft in extracted(hotspot)}
    for row in rows:
        draft = drafts[row.playbook]
        written = type(draft)(**shape(row), score=draft.score)
        assert gate.problems(written, situation_of(hotspot), current_index()) == []
        if row.generator == "extractive":
            assert row.fallback_reason in EXPECTED
            assert shape(row) == shape(draft)
        else:
            assert (row.generator, row.fallback_reason) == ("llm:smollm2", "")


@pytest.mark.usefixtures("asked")
def test_an_answer_that_does_not_fit_is_told_as_cut_off(flown, settings):
    settings.LLM_MAX_OUTPUT_TOKENS = 5

    rows = advise(flown())

    assert {(row.generator, row.fallback_reason) for row in rows} == {("extractive", "truncated")}


@pytest.mark.usefixtures("asked")
def test_a_model_that_is_too_slow_is_given_up(flown, settings):
    settings.LLM_TIMEOUT_SECONDS = 0.05

    rows = advise(flown())

    assert {(row.generator, row.fallback_reason) for row in rows} == {("extractive", "timeout")}
