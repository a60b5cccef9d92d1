"""Nothing gets past the gate: every text, quote, address and amount of a draft is held to it."""

from dataclasses import replace

import pytest

from hotspots.models import Hotspot
from recommendations import advising
from recommendations.generation import gate
from recommendations.generation.drafts import Fallback
from recommendations.generation.recommending import NOT_BORNE_OUT, recommend
from recommendations.generation.situation import Situation
from recommendations.knowledge.corpus import file_index
from recommendations.models import Playbook, Recommendation
from streams.models import StreamEvent
from tests.factories import make_hotspot

INDEX = file_index()
ROW = {
    "entity": "Lane 12",
    "entity_type": "route",
    "metric": "co2e",
    "unit": "kg",
    "value": 122.0,
    "baseline": 80.0,
    "percent_above": 52.5,
    "side": "high",
    "rule": "anomaly",
    "evidence": {"slot": "weekday 09 h"},
}
AIR = Situation.from_row(ROW, note="The vessel was missed, so the parts were flown in. 777 kg!")
DRAFT = recommend(AIR, INDEX).drafts[0]


def found(**changes):
    return gate.problems(replace(DRAFT, **changes), AIR, INDEX, retrieved={DRAFT.playbook})


def cited(**changes):
    return [DRAFT.citations[0] | changes, *DRAFT.citations[1:]]


def test_what_the_playbooks_say_passes():
    assert DRAFT.playbook == "air-to-sea"
    assert found() == []


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"title": "Bring 40 % of air freight back to sea"}, "title: the numbers 40"),
        ({"action": f"{DRAFT.action} Save 99 t."}, "action: the numbers 99"),
        ({"action": f"{DRAFT.action} Save forty tonnes."}, "action: the numbers 40"),
        ({"action": f"{DRAFT.action} Plant trees along every motorway."}, "of its words"),
        ({"action": f"{DRAFT.action} Do not list the air shipments."}, "the opposite"),
        ({"rationale": f"{DRAFT.rationale} It saves 12.5 kg."}, "rationale: the numbers 12.5"),
        ({"root_cause": f"{DRAFT.root_cause} Up by 777 kg."}, "root_cause: the numbers 777"),
        ({"predicted_reduction": 119.0}, "effect: "),
        ({"co2_reduction": 119.0}, "effect: "),
        ({"reduction_pct_high": 99.0}, "effect: "),
        ({"arithmetic": "97 % of 122 kg = 118.34 kg."}, "effect: "),
        ({"playbook": "no-such-playbook"}, "is not published"),
        ({"citations": []}, "nothing is cited"),
        ({"citations": cited(document="no-such-playbook")}, "is not published"),
        ({"citations": cited(section="No such section")}, "is not published"),
        ({"citations": cited(document="cut-idling")}, "was not retrieved"),
        ({"citations": cited(quote="Ships are nice.")}, "quote not in"),
        ({"citations": cited(quote=" ")}, "quote not in"),
        ({"citations": cited(url="https://example.org/")}, "none of the playbook's sources"),
    ],
)
def test_what_is_not_borne_out_is_named(changes, complaint):
    problems = found(**changes)

    assert complaint in "; ".join(problems)


def test_no_amount_may_be_claimed_away_but_none_may_hide_in_words():
    none = dict.fromkeys(("co2_reduction", "predicted_reduction"))
    none |= dict.fromkeys(("reduction_pct_low", "reduction_pct_high"))

    assert found(**none, arithmetic="No amount is computed.") == []
    assert "effect: " in found(**none, arithmetic="No amount, or 5 kg.")[0]


def test_the_events_own_numbers_may_be_told():
    text = f"{DRAFT.action} List the air shipments behind the 122 kg of lane 12."

    assert found(action=text) == []


class Inventive:
    """A writer that makes up a figure, as a bad model would."""

    name = "llm:inventive"

    def write(self, situation, index, selection):
        return [replace(DRAFT, action=f"{DRAFT.action} This saves 64 %.")]


class Silent:
    name = "llm:silent"

    def write(self, situation, index, selection):
        raise Fallback("timeout")


@pytest.mark.parametrize(("writer", "why"), [(Inventive(), "not_grounded"), (Silent(), "timeout")])
def test_what_a_model_makes_up_or_leaves_out_is_said_by_the_playbooks(writer, why):
    advice = recommend(AIR, INDEX, model=writer)

    assert (advice.generator, advice.fallback_reason) == ("extractive", why)
    assert advice.drafts == recommend(AIR, INDEX).drafts


def test_what_is_dropped_is_logged_with_the_reason(caplog):
    recommend(AIR, INDEX, model=Inventive())

    assert "air-to-sea was dropped: action: the numbers 64" in caplog.text


def twist(monkeypatch, **changes):
    """Let everything that advice proposes go wrong after it was written."""

    def twisted(*args, **kwargs):
        advice = recommend(*args, **kwargs)
        return replace(advice, drafts=[replace(draft, **changes) for draft in advice.drafts])

    monkeypatch.setattr(advising, "recommend", twisted)


@pytest.mark.django_db
@pytest.mark.usefixtures("playbooks")
@pytest.mark.parametrize("changes", [{"title": "Save 31 %"}, {"citations": []}])
def test_what_passes_by_the_first_check_is_not_stored(monkeypatch, changes):
    hotspot = make_hotspot()
    twist(monkeypatch, **changes)

    assert advising.generate(hotspot.pk) == 0

    hotspot.refresh_from_db()
    assert not Recommendation.objects.exists()
    assert not StreamEvent.objects.filter(stream="recommendations").exists()
    assert (hotspot.advice, hotspot.advice_reason) == (Hotspot.Advice.NONE, NOT_BORNE_OUT)


@pytest.mark.django_db
@pytest.mark.usefixtures("playbooks")
def test_a_playbook_withdrawn_meanwhile_is_not_stored(monkeypatch):
    hotspot = make_hotspot()

    def slow(*args, **kwargs):
        advice = recommend(*args, **kwargs)
        Playbook.objects.filter(slug__in=[draft.playbook for draft in advice.drafts]).delete()
        return advice

    monkeypatch.setattr(advising, "recommend", slow)

    assert advising.generate(hotspot.pk) == 0
    assert not Recommendation.objects.exists()
