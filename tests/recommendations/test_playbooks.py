"""The knowledge base says only what its sources say."""

import re
from decimal import Decimal

import pytest
from pydantic import ValidationError

from recommendations.knowledge.playbook import (
    MAX_PASSAGE_WORDS,
    PlaybookError,
    parse,
    read,
    read_all,
)
from recommendations.knowledge.schema import Calculation
from recommendations.knowledge.text import numbers, sentences, tokens

PLAYBOOKS = {playbook.front.id: playbook for playbook in read_all()}
TOPICS = {
    "freight by road": {
        "cut-empty-miles", "driving-style", "low-carbon-fuels", "raise-load-factor",
        "refrigerated-transport", "route-planning", "truck-drag-and-tires",
    },
    "freight by air and sea": {
        "air-to-sea", "inland-waterways", "larger-container-ships", "shore-power", "slow-steaming",
    },
    "freight by rail": {"rail-operations", "road-to-rail"},
    "fleets and last mile": {
        "cut-idling", "depot-charging", "electric-vans", "last-mile-density", "vehicle-maintenance",
    },
    "warehouses and cold chain": {
        "cold-store-doors", "dock-doors", "forklift-charging", "refrigeration-plant",
    },
    "refrigerants": {"low-gwp-refrigerants", "refrigerant-leaks"},
    "buildings": {
        "building-envelope", "chilled-water", "heat-pumps", "hvac-control", "lighting-control",
        "server-rooms", "site-idle-load",
    },
    "compressed air": {"compressed-air-leaks", "compressed-air-pressure"},
    "steam and process heat": {
        "boiler-blowdown", "boiler-tuning", "condensate-return", "drying", "furnaces-and-ovens",
        "process-heat-electrification", "steam-insulation", "steam-traps", "waste-heat",
    },
    "motors and production": {
        "fan-systems", "motors-and-drives", "production-scheduling", "pump-systems",
        "site-start-up",
    },
    "calendar of work": {"planned-stop"},
    "electricity": {
        "diesel-generators", "grid-flexible-load", "grid-forecast", "hourly-electricity",
        "own-solar", "power-factor", "renewable-electricity",
    },
    "purchased materials and suppliers": {
        "low-carbon-concrete", "lower-carbon-supplier", "material-yield", "packaging",
        "recycled-plastics", "secondary-aluminum", "secondary-steel", "supplier-volume",
    },
    "data quality": {
        "check-the-measurement", "double-counting", "emission-factor-change",
        "fuel-reconciliation", "silent-feed", "supplier-data", "unit-mix-up",
    },
}  # fmt: skip
UNDATED = "The copy that was read carries no date."
#: What these licences say may be quoted; everything else is restated in our own words.
QUOTABLE = ("US government work", "Open Government Licence")
KNOWN = re.compile(r"\b(gain|saving|amount|depends|measure|reduction|compare)", re.IGNORECASE)
TEMPLATE = """---
id: sample
title: Sample
version: 1
applies_to: {{entity_type: [{kind}], metric: [co2e], sector: []}}
action_family: sample
cause: something
actions: [Do it.]
effect: {effect}
cost_band: low
payback_months: null
feasibility: 5
preconditions: []
sources:
  - title: A source
    publisher: Somebody
    url: https://example.org/
    year: null
    licence: own words
    accessed: 2026-11-23
    quote: "saves 20 % of 50 kg"
---

## Signs

It looks odd.

## Why it works

{reasons}
"""
GOOD = {"kind": "site", "effect": "null", "reasons": "It just does."}


def sample(**changes):
    return TEMPLATE.format(**GOOD | changes)


def effect(low, high, quote):
    figures = f"low_pct: {low}, high_pct: {high}, quote: {quote}"
    return f"{{{figures}, basis: b, scope: total, condition: c}}"


@pytest.fixture(params=sorted(PLAYBOOKS))
def playbook(request):
    return PLAYBOOKS[request.param]


def test_at_least_forty_playbooks_cover_every_kind_of_entity():
    kinds = {kind for p in PLAYBOOKS.values() for kind in p.front.applies_to.entity_type}

    assert len(PLAYBOOKS) >= 40
    assert kinds == {"supplier", "site", "route", "grid"}


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_every_topic_is_covered(topic):
    assert TOPICS[topic] <= PLAYBOOKS.keys()


def test_every_playbook_belongs_to_a_topic():
    assert set().union(*TOPICS.values()) == PLAYBOOKS.keys()


def test_what_stands_in_a_site_is_proposed_for_sites_only():
    topics = ("steam and process heat", "compressed air", "motors and production", "buildings")
    inside = set().union(*(TOPICS[topic] for topic in (*topics, "refrigerants")))

    assert {tuple(PLAYBOOKS[name].front.applies_to.entity_type) for name in inside} == {("site",)}


def test_metrics_are_those_that_are_measured(playbook):
    assert set(playbook.front.applies_to.metric) <= {"co2e", "energy", "fuel", "gas", "demand"}


def test_only_what_may_show_as_too_little_is_proposed_for_it():
    low = {name for name, p in PLAYBOOKS.items() if "low" in p.front.applies_to.side}
    of_data = TOPICS["data quality"] - {"fuel-reconciliation"}

    assert low == of_data | {"grid-forecast", "own-solar", "planned-stop"}


def test_what_to_do_fits_a_monday(playbook):
    actions = playbook.front.actions

    assert 2 <= len(actions) <= 4
    assert all(action.endswith(".") and len(action.split()) >= 5 for action in actions)
    assert playbook.front.preconditions


def test_a_source_says_who_where_when_and_under_what_licence(playbook):
    for source in playbook.front.sources:
        assert all([source.title, source.publisher, source.url.host, source.licence])
        assert source.year or UNDATED in source.facts
        assert source.quote or source.facts


def test_a_quote_is_short_and_only_from_a_source_that_may_be_quoted(playbook):
    for source in playbook.front.sources:
        assert len(sentences(source.quote)) <= 2
        assert len(source.quote.split()) <= 50
        assert not source.quote or source.licence.startswith(QUOTABLE)


def test_a_source_is_said_in_the_reasons(playbook):
    reasons = next(s.text for s in playbook.sections if s.heading == "Why it works")

    for source in playbook.front.sources:
        assert numbers(reasons) & numbers(source.figures)


def test_an_effect_comes_from_the_first_source_because_that_one_is_cited(playbook):
    effect = playbook.front.effect

    assert not effect or effect.quote in playbook.front.sources[0].figures


def test_without_a_source_there_is_no_effect_and_the_reasons_say_how_the_gain_is_known(playbook):
    if not playbook.front.sources:
        assert playbook.front.effect is None
        assert KNOWN.search(next(s.text for s in playbook.sections if s.heading == "Why it works"))


def test_headings_are_told_apart(playbook):
    headings = [section.heading for section in playbook.sections]

    assert len(set(headings)) == len(headings)


def test_every_number_in_a_body_is_in_a_source_or_in_a_stated_calculation(playbook):
    said = numbers(" ".join(source.figures for source in playbook.front.sources))
    for calculation in playbook.front.effect.calculations if playbook.front.effect else []:
        said |= numbers(str(calculation))

    assert numbers(" ".join(section.text for section in playbook.sections)) <= said


def test_every_percentage_of_an_effect_is_said_in_the_reasons(playbook):
    effect = playbook.front.effect
    percentages = {Decimal(str(p)) for p in (effect.low_pct, effect.high_pct)} if effect else set()
    reasons = next(s.text for s in playbook.sections if s.heading == "Why it works")

    assert percentages <= numbers(reasons)


def test_passages_are_short_enough_to_be_quoted(playbook):
    words = [len(f"{playbook.front.title} {s.text}".split()) for s in playbook.sections]

    assert max(words) <= MAX_PASSAGE_WORDS


def test_each_action_family_has_one_playbook():
    families = [playbook.front.action_family for playbook in PLAYBOOKS.values()]

    assert len(set(families)) == len(families)


@pytest.mark.parametrize(
    ("before", "after", "percent"),
    [
        (0.10163, 0.02779, 72.7),
        (0.12226, 0.07431, 39.2),
        (0.89939, 0.01612, 98.2),
        (0.5313, 0.01612, 97.0),
        (0.6313, 0.21992, 65.2),
        (0.03675, 0.01266, 65.6),
    ],
)
def test_a_calculation_gives_the_published_reduction(before, after, percent):
    assert Calculation(before=before, after=after).percent == percent


def test_a_calculation_shows_its_figures():
    assert str(Calculation(before=0.5313, after=0.01612)) == "1 - 0.01612 / 0.5313 = 97.0 %"


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"kind": "satellite"}, "satellite"),
        ({"effect": effect("30", "30", '"saves 20 % of 50 kg"')}, "neither quoted"),
        ({"effect": effect("20", "20", '"saves 20 % of 60 kg"')}, "none of the sources"),
        ({"effect": effect("50", "20", '"saves 20 % of 50 kg"')}, "above high_pct"),
        ({"reasons": ""}, "required"),
        ({"reasons": "word " * 201}, "over 200 words"),
    ],
)
def test_a_playbook_that_claims_too_much_is_refused(changes, complaint):
    with pytest.raises((ValueError, ValidationError), match=complaint):
        parse(sample(**changes))


def test_a_malformed_file_is_named(tmp_path):
    path = tmp_path / "broken.md"
    path.write_text("no front matter")

    with pytest.raises(PlaybookError, match=r"broken\.md: no front matter"):
        read(path)


def test_a_file_is_named_after_its_id(tmp_path):
    path = tmp_path / "other.md"
    path.write_text(sample())

    with pytest.raises(PlaybookError, match="the id is sample"):
        read(path)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("20%-30% of 2,000 gallons", {"20", "30", "2000"}),
        ("CO2 and PM10 per m3", set()),
        ("half of two trucks, one left", {"0.5", "2"}),
        ("from 0.10163 to -39.2", {"0.10163", "39.2"}),
        ("45kWh at 09:00", {"45", "9", "0"}),
    ],
)
def test_numbers_are_read_as_people_write_them(text, found):
    assert numbers(text) == {Decimal(number) for number in found}


def test_sentences_are_cut_without_changing_them():
    text = "It is 0.5 kg. It was 1.5 kg! Why?"

    assert sentences(text) == ["It is 0.5 kg.", "It was 1.5 kg!", "Why?"]


def test_words_are_stemmed_and_function_words_left_out():
    assert tokens("The leaking hoses are leaking") == ["leak", "hose", "leak"]
