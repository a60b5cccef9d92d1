"""A hotspot's page says why it is there, and what became of it."""

import pytest
from django.contrib.auth.models import Permission

from hotspots import services
from tests.factories import (
    AT,
    make_alert,
    make_hotspot,
    make_recommendation,
    make_series,
)  # fmt: skip
from tests.hotspots.measurements import STEP, measure
from tests.pages import page, words

pytestmark = pytest.mark.django_db
EVIDENCE = {
    "slot": "weekday 09 h",
    "slot_count": 128,
    "memory_days": 17.4,
    "severity_score": None,
    "labels": ["level_shift", "adapted"],
    "found_at": "2026-03-04T09:00:00Z",
    "odd": {"a": 1},
}


@pytest.fixture
def reader(client, analyst):
    client.force_login(analyst)
    return client


def test_the_page_shows_explanation_chart_and_facts(reader):
    hotspot = make_hotspot(make_series("Plant", time_zone="Asia/Seoul"))
    measure(hotspot.series, [80.0] * 20, end=AT - STEP, expected=80.0, lower=70.0, upper=90.0)
    measure(hotspot.series, [122.0, 90.0], end=AT + STEP, expected=80.0, lower=70.0, upper=90.0)
    html = reader.get(page(hotspot)).text
    text = words(html)
    assert hotspot.explanation in text
    assert html.count('<polygon class="band"') == 2  # for wide and for narrow screens
    assert html.count('<circle class="anomaly"') == 2
    assert "Times in Asia/Seoul" in text
    assert "122 kg at 2026-03-04 18:00" in text
    assert "+52 %" in text


def test_evidence_is_a_table_in_words(reader):
    text = words(reader.get(page(make_hotspot(evidence=EVIDENCE))).text)
    assert "Compared with weekday 09 h" in text
    assert "Comparable readings 128" in text
    assert "Labels level shift, adapted" in text
    assert "Severity by score —" in text
    assert "Found at 2026-03-04 09:00:00" in text
    assert "Odd a: 1" in text
    assert "{" not in text


def test_a_hotspot_without_readings_or_evidence_has_a_page_too(reader):
    text = words(reader.get(page(make_hotspot(series=make_series(time_zone="nowhere")))).text)
    assert "Too few readings for a chart." in text
    assert "None was kept." in text


def test_alerts_and_recommendations_are_linked(reader):
    hotspot = make_hotspot()
    alert, advice = make_alert(hotspot), make_recommendation(hotspot)
    html = reader.get(page(hotspot)).text
    assert page(alert) in html
    assert page(advice) in html


def test_alerts_are_not_shown_to_those_who_may_not_see_them(client, make_user):
    user = make_user("guest", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_hotspot"))
    client.force_login(user)
    hotspot = make_hotspot()
    alert, advice = make_alert(hotspot), make_recommendation(hotspot)
    html = client.get(page(hotspot)).text
    assert page(alert) not in html
    assert page(advice) not in html


def test_the_page_takes_a_fixed_number_of_queries(reader, django_assert_max_num_queries):
    hotspot = make_hotspot()
    measure(hotspot.series, [1.0] * 300)
    for level in ("info", "warn", "critical"):
        make_alert(hotspot, level=level)
    with django_assert_max_num_queries(10):
        reader.get(page(hotspot))


def test_history_says_who_when_from_where_and_what(reader, analyst):
    hotspot = make_hotspot()
    services.acknowledge(hotspot.pk, by=analyst, at=AT, via="api")
    text = words(reader.get(page(hotspot, "history")).text)
    assert "analyst api status open → acknowledged" in text
    assert "created" in text


def test_history_goes_on_beyond_one_page(reader):
    hotspot = make_hotspot()
    for value in range(60):
        hotspot.value = float(value)
        hotspot.save()
    first = reader.get(page(hotspot, "history"))
    second = reader.get(page(hotspot, "history") + first.context["older_url"])
    assert len(first.context["entries"]) == 50
    assert len(second.context["entries"]) == 11
    assert second.context["entries"][0]["changes"] == [("value", "8", "9")]
    assert second.context["older_url"] == ""


@pytest.mark.parametrize("name", ["change", "history"])
def test_a_hotspot_that_is_not_there_is_not_found(reader, name):
    hotspot = make_hotspot()
    url = page(hotspot, name).replace(f"/{hotspot.pk}/", "/99999/")
    assert reader.get(url).status_code == 404


@pytest.mark.parametrize("name", ["change", "history"])
def test_who_may_not_see_hotspots_sees_no_page(client, make_user, name):
    client.force_login(make_user("guest", is_staff=True))
    assert client.get(page(make_hotspot(), name)).status_code == 403
