"""The list of hotspots reads well, loads at the same cost on every page, and is found by entity."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hotspots.models import Hotspot, Measurement, Series
from tests.factories import AT, make_hotspot, make_series
from tests.hotspots.measurements import measure
from tests.pages import listing, words

URL = "/admin/hotspots/hotspot/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client, analyst):
    client.force_login(analyst)
    return client


def make_many(count: int, *, first: int = 0) -> list[Hotspot]:
    rows = []
    for number in range(first, first + count):
        series = make_series(f"Supplier {number}", entity_type=f"kind {number % 3}")
        measure(series, [1.0, 2.0, 3.0])
        rows.append(make_hotspot(series))
    return rows


def shown(response) -> list[int]:
    return [row.pk for row in response.context["cl"].result_list]


def queries_of(client, url: str) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in caught.captured_queries]


def test_the_number_of_queries_does_not_grow_with_the_rows(reader):
    make_many(2)
    few = queries_of(reader, URL)
    make_many(70, first=2)
    many = queries_of(reader, URL)
    assert len(many) == len(few) <= 9


def test_nothing_is_counted_and_measurements_are_read_once(reader):
    make_many(60)
    queries = queries_of(reader, URL)
    assert [sql for sql in queries if "COUNT(" in sql.upper()] == []
    assert sum("hotspots_measurement" in sql for sql in queries) == 1


def test_pages_follow_each_other_without_gap_or_repeat(reader):
    ids = [row.pk for row in make_many(120)]
    url, seen = URL, []
    while url:
        response = reader.get(url)
        seen += shown(response)
        older = response.context["cl"].older_url
        url = f"{URL}{older}" if older else ""
    assert seen == sorted(ids, reverse=True)


def test_one_can_go_back_to_newer_pages(reader):
    make_many(120)
    first = reader.get(URL)
    second = reader.get(URL + first.context["cl"].older_url)
    third = reader.get(URL + second.context["cl"].older_url)
    back = reader.get(URL + third.context["cl"].newer_url)
    assert shown(back) == shown(second)
    assert first.context["cl"].newer_url == third.context["cl"].older_url == ""
    assert third.context["cl"].newest_url == "?"


def test_a_page_keeps_its_filter(reader):
    for row in make_many(60):
        make_hotspot(row.series, status="resolved")
    first = reader.get(f"{URL}?status__exact=resolved")
    second = reader.get(URL + first.context["cl"].older_url)
    assert len(shown(second)) == 10
    assert {row.status for row in second.context["cl"].result_list} == {"resolved"}


@pytest.mark.parametrize("position", ["x", "-1", "9" * 30, "", "1.5"])
def test_a_position_that_is_none_shows_the_newest(reader, position):
    row = make_hotspot()
    assert shown(reader.get(f"{URL}?before={position}")) == [row.pk]


def test_hotspots_are_found_by_a_part_of_their_entity(reader):
    wanted = make_hotspot(make_series("Gwangyang steel plant"))
    make_hotspot(make_series("Supplier A"))
    assert shown(reader.get(f"{URL}?q=steel pl")) == [wanted.pk]


def test_hotspots_are_found_by_number(reader):
    wanted = make_many(2)[0]
    assert wanted.pk in shown(reader.get(f"{URL}?q=%23{wanted.pk}"))


def test_a_search_without_a_match_says_so(reader):
    make_hotspot()
    assert "Nothing matches." in words(reader.get(f"{URL}?q=nobody").text)


@pytest.mark.parametrize(
    "query",
    [
        "status__exact=open",
        "severity__exact=critical",
        "rule__exact=policy",
        "label__exact=true_positive",
        "series__entity__entity_type=site",
        "series__metric__name__exact=energy",
        "simulated__exact=1",
        f"opened_at__gte={timezone.now() - timedelta(days=2):%Y-%m-%d}+00:00:00%2B00:00",
    ],
)
def test_each_filter_leaves_out_what_does_not_match(reader, query):
    make_hotspot(make_series("Other"), status="ignored", severity="info")
    wanted = make_hotspot(
        make_series("Plant", "energy", entity_type="site"),
        rule="policy",
        label="true_positive",
        simulated=True,
        opened_at=timezone.now(),
    )
    assert shown(reader.get(f"{URL}?{query}")) == [wanted.pk]


def test_a_row_shows_severity_status_value_age_and_trend(reader):
    hotspot = make_hotspot(opened_at=timezone.now() - timedelta(minutes=3), simulated=True)
    measure(hotspot.series, [1.0, 2.0, 3.0], end=hotspot.last_seen_at)
    html = reader.get(URL).text
    assert '<span class="chip severity-critical">critical</span>' in html
    assert '<span class="chip status-open">open</span>' in html
    assert f'title="{hotspot.opened_at:%Y-%m-%d %H:%M:%S} UTC">3 min ago</time>' in html
    assert '<svg class="spark"' in html
    assert '<span class="mark">simulated</span>' in html
    assert "122 kg" in html


def test_names_are_escaped(reader):
    make_hotspot(make_series("<script>alert(1)</script>"))
    html = reader.get(URL).text
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


@pytest.mark.parametrize("model", [Series, Measurement])
def test_series_and_measurements_are_lists_of_fixed_cost_too(reader, model):
    make_many(2)
    few = queries_of(reader, listing(model))
    make_many(70, first=2)
    many = queries_of(reader, listing(model))
    assert len(many) == len(few) <= 8
    assert [sql for sql in many if "COUNT(" in sql.upper()] == []


def test_a_measurement_shows_what_was_sent(reader):
    series = make_series()
    measure(series, [122.0])
    Measurement.objects.update(raw_value=0.122, raw_unit="t", previous_value=99.0, late=True)
    text = words(reader.get(listing(Measurement)).text)
    assert "122 kg sent 0.122 t was 99 kg" in text
    assert "late" in text


def test_the_page_of_a_series_draws_its_last_readings(reader):
    series = make_series()
    measure(series, [1.0, 2.0, 3.0], end=AT)
    html = reader.get(f"/admin/hotspots/series/{series.pk}/change/").text
    assert '<svg class="chart"' in html
