"""What the numbers around a hotspot explain, and what they leave open."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recommendations.generation.cause import Companion, Surroundings
from recommendations.generation.grounding import unsupported
from recommendations.generation.root_cause import explain
from recommendations.generation.situation import Situation

ROW = {
    "entity": "Northgate",
    "entity_type": "site",
    "metric": "co2e",
    "unit": "kg",
    "value": 122.0,
    "baseline": 80.0,
    "percent_above": 52.5,
    "side": "high",
    "rule": "anomaly",
    "reason": "jump",
    "evidence": {"slot": "weekday 11 h"},
}


def situation(*companions, before=(), gap=None, **changes):
    around = Surroundings(companions, before, gap)
    return Situation.from_row(ROW | changes, surroundings=around)


def energy(value, expected):
    return Companion("energy", "kWh", value, expected)


def cause(*companions, **changes):
    return situation(*companions, **changes).cause


def steady(value, expected, count=40):
    return ((value, expected),) * count


def test_energy_that_rose_along_explains_the_emissions():
    found = cause(energy(150.0, 100.0))

    assert found.kinds[0] == "activity"
    assert found.text.startswith(
        "Energy was 150 kWh where 100 was usual. Of the excess of 42 kg, 40.3 kg (96 %) "
        "go with energy, and 1.7 kg (4 %) with CO2e per kWh."
    )


def test_emissions_that_rose_alone_are_a_matter_of_the_factor():
    found = cause(energy(101.0, 100.0))

    assert found.kinds[0] == "factor"
    assert "so it is not more energy but more CO2e per kWh" in found.text


def test_energy_that_rose_half_as_much_explains_half():
    found = cause(energy(123.5, 100.0))

    assert found.kinds[0] == "mixed"
    assert "21 kg (50 %) go with energy, and 21 kg (50 %) with CO2e per kWh" in found.text


def test_what_went_the_other_way_is_said():
    assert "went the other way" in cause(energy(90.0, 100.0)).text
    assert "explains all of it" in cause(energy(180.0, 100.0)).text


def test_less_is_not_called_more():
    found = cause(
        Companion("demand", "MWh", 101.0, 100.0), side="low", value=40.0, entity_type="grid"
    )

    assert "so it is not less demand but less CO2e per MWh" in found.text


def test_what_an_area_draws_is_the_activity_itself():
    found = cause(entity_type="grid", metric="demand", unit="MWh")

    assert found.text == ""


def test_an_attribute_can_be_the_activity():
    tonnes = Companion("tonne_km", "", 1500.0, 1490.0)
    found = cause(tonnes, metric="fuel", unit="l", entity_type="route")

    assert found.kinds[0] == "intensity"
    assert "not more tonne km but more fuel per tonne km" in found.text


def test_without_any_activity_it_says_so():
    humidity = Companion("humidity", "", 1.0, 2.0)

    assert "Energy and activity are not reported" in cause(humidity).text
    assert "Activity is not reported" in cause(metric="energy", unit="kWh").text


def test_where_nobody_looked_nothing_is_said_of_it():
    assert Situation.from_row(ROW).cause.text == ""


def test_a_target_for_a_period_is_not_split_by_one_moment():
    found = situation(
        energy(150.0, 100.0), rule="policy", evidence={"period": "day", "slot": "weekday 11 h"}
    )

    assert "Energy" not in found.cause.text
    assert found.finding.startswith("122 kg where 80 kg was the target for the day, 52.5 %")


def test_a_target_that_is_only_near_has_no_excess_to_explain():
    nearing = {"rule": "policy", "value": 69.0, "percent_above": -13.8}

    assert cause(energy(150.0, 100.0), **nearing).text == (
        "The target is not passed yet: nothing of it is too much so far."
    )
    assert "Energy was 150 kWh" in cause(energy(150.0, 100.0), rule="policy").text


def test_two_meters_that_fall_together_are_told():
    found = cause(energy(5.0, 100.0), side="low", value=0.0, percent_above=-100.0)

    assert found.kinds == ("stopped",)
    assert "both fell together" in found.text


@pytest.mark.parametrize(
    ("before", "told"),
    [
        (steady(92.0, 80.0), "The 8 readings before were 15 % above what was expected."),
        (steady(82.0, 80.0), ""),
        (steady(92.0, None), ""),
        (steady(92.0, 80.0, count=7), ""),
    ],
)
def test_readings_that_were_off_before_are_told(before, told):
    text = cause(energy(150.0, 100.0), before=before).text

    assert ("readings before" in text) is bool(told)
    assert told in text


def test_a_pause_before_the_reading_is_doubted_first():
    found = situation(gap=12.2, value=900.0)

    assert "a pause 12 times as long as usual and may hold what was not sent" in found.told
    assert "catch-up value" in found.queries[0]


@pytest.mark.parametrize("changes", [{"side": "low", "value": 5.0}, {}])
def test_a_pause_that_the_reading_does_not_make_up_for_is_only_told(changes):
    found = situation(gap=12.2, **changes)

    assert "a pause 12 times as long as usual; what was expected was learned before" in found.told
    assert "catch-up value" not in found.queries[0]


@pytest.mark.parametrize(
    ("slot", "before", "kind"),
    [
        ("weekday 03 h", (), "rest"),
        ("weekend 11 h", (), "rest"),
        ("weekday 06 h", (), "start"),
        ("weekday 11 h", (), "work"),
        ("weekday 03 h", steady(100.0, 100.0), "work"),  # a plant that works at night
        ("weekday 12 h", steady(300.0, 300.0), "work"),
        ("weekday 12 h", (*steady(130.0, 130.0), *steady(80.0, 80.0, 8)), "work"),
    ],
)
def test_the_hour_tells_whether_a_site_should_be_at_rest(slot, before, kind):
    assert cause(before=before, evidence={"slot": slot}).kinds[-1] == kind


def test_a_quiet_hour_with_the_load_of_a_busy_one_is_told():
    found = cause(before=steady(130.0, 130.0), baseline=20.0, percent_above=510.0)

    assert found.kinds[-1] == "shifted"
    assert "as much ran as at busy ones (up to 130 kg" in found.text


DAYS = (*steady(20.0, 20.0, 10), *steady(80.0, 80.0, 30))


@pytest.mark.parametrize(
    ("value", "kinds", "told"),
    [
        (22.0, ("quiet",), "about as little as at quiet hours shortly before (down to 20 kg)"),
        (14.0, ("quiet",), "down to 20 kg"),
        (60.0, (), ""),  # fewer machines, not a standstill
        (0.0, ("dead",), "Not even at quiet hours shortly before was it less than 20 kg"),
        (0.08, ("tiny",), "the meter or the feed may have stopped"),
    ],
)
@pytest.mark.parametrize("entity_type", ["site", "route", "supplier"])
def test_too_little_is_told_from_a_standstill_by_the_quiet_hours(entity_type, value, kinds, told):
    low = {"side": "low", "value": value, "percent_above": None, "entity_type": entity_type}
    found = situation(energy(96.0, 100.0), before=DAYS, **low)

    assert tuple(kind for kind in found.cause.kinds if kind in ("quiet", "dead", "tiny")) == kinds
    assert told in found.told


@pytest.mark.parametrize("before", [DAYS[:20], steady(80.0, 80.0)])
def test_without_quiet_hours_before_nothing_is_said_of_a_standstill(before):
    found = cause(before=before, side="low", value=45.0, percent_above=-43.8)

    assert not {"quiet", "dead", "tiny"} & set(found.kinds)


def test_a_dead_meter_is_not_hidden_by_its_own_zeros():
    zeros = steady(0.0, 80.0, 9)

    assert cause(before=(*DAYS, *zeros), side="low", value=0.0).kinds[-1] == "dead"


def test_an_area_of_the_grid_never_stands_still():
    found = cause(before=DAYS, side="low", value=22.0, entity_type="grid", metric="demand")

    assert "quiet" not in found.kinds
    assert "dead" in cause(before=DAYS, side="low", value=0.0, entity_type="grid").kinds


@pytest.mark.parametrize(
    ("reason", "finding", "words"),
    [
        ("flatline", "again and again: 122 kg", "frozen"),
        ("silent", "the last one was 122 kg", "gateway"),
        ("unit_suspect", "122 kg where 80 kg was expected", "wrong unit"),
    ],
)
def test_a_doubt_about_the_data_is_looked_for_as_such(reason, finding, words):
    found = situation(rule="data_quality", reason=reason)

    assert finding in found.told
    assert words in found.queries[0]


FINITE = st.floats(0, 1e9, allow_nan=False).map(lambda number: float(f"{number:.7g}"))


@example(1.0, 2.0, 5e-324, 2.0, "high", [], None)  # a quotient that is nothing
@example(1.0000000000000002, 1.0, 1.0, 2.0, "high", [], None)
@given(
    FINITE, FINITE, FINITE, FINITE, st.sampled_from(["high", "low"]),
    st.lists(st.tuples(FINITE, st.none() | FINITE), max_size=40), st.none() | FINITE,
)  # fmt: skip
def test_every_number_told_is_one_of_the_events(value, baseline, beside, usual, side, before, gap):
    found = situation(
        energy(beside, usual), before=tuple(before), gap=gap, side=side,
        value=value, baseline=baseline, percent_above=None,
    )  # fmt: skip

    assert unsupported(found.told, "", found.numbers) == ()


@given(st.floats(1.0, 1e6), st.floats(1.0, 1e6), st.floats(1.0, 1e6), st.floats(1.0, 1e6))
def test_the_parts_add_up_to_the_whole(value, baseline, beside, usual):
    found = situation(energy(beside, usual), value=value, baseline=baseline, percent_above=None)
    part = next(iter(found.cause.parts), None)

    if part is not None and len(part.numbers) > 2:
        percent, rest_percent, moved, rest, whole = part.numbers[2:]
        assert percent + rest_percent == 100
        assert moved + rest == whole == pytest.approx(abs(value - baseline), rel=0.02)


def test_a_sentence_with_a_number_of_its_own_would_be_caught():
    found = situation(energy(150.0, 100.0))
    part = found.cause.parts[0]

    assert unsupported(found.told, "", replace(found, surroundings=None).numbers) != ()
    assert explain(found).parts[0] == part
