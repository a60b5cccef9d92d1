"""Readings in the back office: pages and searches that cost a page, however many there are."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hotspots.admin import measurement_list
from hotspots.models import Measurement
from tests.factories import AT, make_series
from tests.hotspots.measurements import STEP, measure
from tests.pages import words

URL = "/admin/hotspots/measurement/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client, analyst):
    client.force_login(analyst)
    return client


def shown(response):
    return [row.pk for row in response.context["cl"].result_list]


def all_pages(client, url, way="older_url"):
    """The keys of every page from an address on."""
    found, query = [], url.removeprefix(URL)
    while True:
        response = client.get(URL + query)
        found.append(shown(response))
        query = getattr(response.context["cl"], way)
        if not query:
            return found


def joined(pages):
    return [pk for page in pages for pk in page]


@pytest.fixture
def works():
    """Two series of one entity, read in turns, and one of another entity."""
    energy, gas = make_series("Steel works", "energy"), make_series("Steel works", "gas")
    measure(energy, [1.0] * 90)
    measure(gas, [2.0] * 40, end=AT - STEP / 3)
    measure(make_series("Supplier A"), [3.0] * 70, end=AT + timedelta(days=1))
    return energy, gas


def by_time(**filters):
    rows = Measurement.objects.filter(**filters).order_by("-time", "-pk")
    return list(rows.values_list("pk", flat=True))


def test_all_readings_come_newest_first(reader, works):
    pages = all_pages(reader, URL)
    assert joined(pages) == list(Measurement.objects.order_by("-pk").values_list("pk", flat=True))


def test_those_of_an_entity_come_by_time_over_all_its_series(reader, works):
    pages = all_pages(reader, f"{URL}?q=steel")
    assert [len(page) for page in pages] == [50, 50, 30]
    assert joined(pages) == by_time(series__in=works)


def test_one_can_go_back_through_a_search(reader, works):
    pages = all_pages(reader, f"{URL}?q=steel")
    last = f"{URL}?q=steel&before={pages[1][-1]}"
    back = all_pages(reader, last, "newer_url")
    assert back == [pages[2], pages[1], pages[0]]


def test_readings_of_one_moment_do_not_get_lost_between_pages(reader):
    for metric in ("energy", "gas", "fuel"):
        measure(make_series("Steel works", metric), [1.0] * 40)
    assert joined(all_pages(reader, f"{URL}?q=steel")) == by_time()


def test_a_reading_is_found_by_its_number(reader, works):
    wanted = by_time(series=works[1])[7]
    assert shown(reader.get(f"{URL}?q=%23{wanted}")) == [wanted]
    assert shown(reader.get(f"{URL}?q={wanted}")) == [wanted]


def test_a_search_without_a_match_says_so(reader, works):
    assert "Nothing matches." in words(reader.get(f"{URL}?q=nobody").text)


def test_a_name_of_too_many_series_shows_the_first_and_says_so(reader, works, monkeypatch):
    monkeypatch.setattr(measurement_list, "MOST_SERIES", 1)
    answer = reader.get(f"{URL}?q=steel")
    assert shown(answer) == by_time(series=works[0])[:50]
    assert "More than 1 series match" in words(answer.text)


@pytest.mark.parametrize("query", ["", "?q=steel", "?q=steel&before={pk}", "?q=steel&after={pk}"])
def test_a_page_counts_nothing_and_reads_no_more_than_it_shows(reader, works, query):
    pk = by_time(series=works[0])[45]
    with CaptureQueriesContext(connection) as captured:
        assert reader.get(URL + query.format(pk=pk)).status_code == 200
    queries = [q["sql"] for q in captured.captured_queries if "hotspots_measurement" in q["sql"]]
    assert len(queries) <= 2
    for sql in queries:
        assert "COUNT(" not in sql.upper()
        assert "OFFSET" not in re.sub(r"LIMIT 1 OFFSET 5\d", "", sql)
        assert "LIMIT" in sql


@pytest.mark.postgres
@pytest.mark.parametrize("query", ["?q=steel", "?q=steel&before={pk}", "?q=steel&after={pk}"])
def test_a_search_walks_along_the_index(reader, works, query):
    for number in range(60):
        measure(make_series(f"Supplier {number}"), [1.0] * 200)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE hotspots_measurement, hotspots_series")
    pk = by_time(series=works[0])[45]
    with CaptureQueriesContext(connection) as captured:
        reader.get(URL + query.format(pk=pk))
    page = next(q["sql"] for q in captured.captured_queries if "LIMIT 51" in q["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {page}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "one_measurement_per_time" in plan
    assert "Seq Scan on hotspots_measurement" not in plan
