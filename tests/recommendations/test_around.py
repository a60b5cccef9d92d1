"""What is read around a hotspot: bounded, at its own moment, and told in its recommendations."""

import json
from datetime import timedelta

import pytest

from hotspots.models import Measurement, Metric
from recommendations import advising
from recommendations.generation.cause import Companion
from recommendations.models import Recommendation
from tests.factories import AT, make_hotspot, make_series

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
SITE = {"entity_type": "site"}


def measure(series, at, value, expected=None, **attributes):
    Measurement.objects.create(
        series=series, time=at, value=value, expected=expected, received_at=at,
        attributes=json.dumps(attributes) if attributes else "",
    )  # fmt: skip


def history(series, value=80.0, count=40, **attributes):
    for hours in range(count, 0, -1):
        measure(series, AT - hours * HOUR, value, 80.0, **attributes)


def energy():
    Metric.objects.update_or_create(name="energy", defaults={"unit": "kWh"})
    return make_series("Northgate", "energy", **SITE)


@pytest.fixture
def hotspot():
    """A hotspot of emissions at AT, with a reading each hour before."""
    Metric.objects.update_or_create(name="co2e", defaults={"unit": "kg", "is_emission": True})
    series = make_series("Northgate", "co2e", **SITE)
    history(series)
    measure(series, AT, 122.0, 80.0)
    found = make_hotspot(series, evidence={"found_at": "2026-03-04T09:00:00Z"})
    found.refresh_from_db()
    return type(found).objects.with_names().get(pk=found.pk)


def around(hotspot):
    return advising.situation_of(hotspot).surroundings


def test_readings_before_it_opened_are_read_oldest_first(hotspot):
    found = around(hotspot)

    assert found.before == ((80.0, 80.0),) * 40
    assert found.gap == 1.0


def test_a_pause_before_it_is_measured_in_the_usual_time_between_readings(hotspot):
    Measurement.objects.filter(time__gt=AT - 6 * HOUR, time__lt=AT).delete()

    assert around(hotspot).gap == 6.0


def test_another_metric_is_taken_at_the_hotspots_moment(hotspot):
    series = energy()
    for hours, value in ((-1, 100.0), (0, 150.0), (1, 999.0)):
        measure(series, AT + hours * HOUR, value, 100.0)

    assert around(hotspot).companions == (Companion("energy", "kWh", 150.0, 100.0),)


@pytest.mark.parametrize(("at", "expected"), [(AT - 5 * HOUR, 100.0), (AT, None)])
def test_another_metric_without_a_reading_or_an_expectation_then_says_nothing(
    hotspot, at, expected
):
    measure(energy(), at, 150.0, expected)

    assert around(hotspot).companions == ()


def test_other_entities_say_nothing(hotspot):
    measure(make_series("Southgate", "energy", **SITE), AT, 150.0, 100.0)

    assert around(hotspot).companions == ()


def test_a_number_that_came_along_is_held_beside_its_usual_value():
    series = make_series("Lane 12", entity_type="route")
    history(series, tonne_km=500, driver="Mo")
    measure(series, AT, 122.0, 80.0, tonne_km=505, driver="Jo", empty=True)
    hotspot = make_hotspot(series)

    situation = advising.situation_of(hotspot)

    assert situation.surroundings.companions == (Companion("tonne_km", "", 505.0, 500.0),)
    assert situation.note == "Jo"
    assert "tonne km was 505 where 500 was usual".capitalize() in situation.told


def test_it_takes_four_queries_however_much_there_is(hotspot, django_assert_max_num_queries):
    for number in range(12):
        series = make_series("Northgate", f"metric {number}")
        for minutes in range(5):
            measure(series, AT - timedelta(minutes=minutes), 1.0, 1.0)

    with django_assert_max_num_queries(4):
        found = around(hotspot)

    assert len(found.companions) <= 8


@pytest.mark.usefixtures("playbooks")
def test_a_stored_recommendation_tells_what_the_numbers_explain(hotspot):
    measure(energy(), AT, 150.0, 100.0)

    assert advising.generate(hotspot.pk) > 0

    for row in Recommendation.objects.all():
        assert "40.3 kg (96 %) go with energy, and 1.7 kg (4 %) with CO2e per kWh" in row.root_cause
