"""A series' page shows the last readings, or a long range in buckets."""

import pytest

from hotspots.measurements.rollup import roll_up
from tests.hotspots.test_points import DAY, START, feed, only_series
from tests.ingest.batches import readings, take
from tests.pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(client, analyst):
    client.force_login(analyst)
    feed(8 * 288)
    take(readings([9000.0], start=START + 8 * DAY))  # anomalous, in an hour of its own
    roll_up()
    return f"/admin/hotspots/series/{only_series().pk}/change/"


def title(response):
    return response.context["chart_title"]


@pytest.mark.parametrize(
    ("query", "shown"),
    [("", "Last readings"), ("?days=7", "A week"), ("?days=365", "A year"),
     ("?days=8", "Last readings"), ("?days=x", "Last readings"), ("?days=-1", "Last readings")],
)  # fmt: skip
def test_the_address_chooses_the_range(client, url, query, shown):
    answer = client.get(url + query)
    assert title(answer) == shown
    assert [one.is_chosen for one in answer.context["ranges"]].count(True) == 1


def test_a_range_shows_all_of_it_and_the_anomaly_at_its_height(client, url):
    last, week = client.get(url), client.get(f"{url}?days=7")
    assert "256 readings from" in last.context["chart"]
    assert "256 readings from" not in week.context["chart"]
    assert "9000 kWh at 2026-01-13" in week.context["chart"]
    assert "a week" in words(week.text)


def test_a_series_without_readings_has_its_page(client, url):
    series = only_series()
    series.measurements.all().delete()
    assert "Too few readings" in words(client.get(f"{url}?days=90").text)
