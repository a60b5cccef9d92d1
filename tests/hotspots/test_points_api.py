"""``GET /api/series/{id}/points``: what it takes, what it answers, whom it refuses."""

import pytest

from tests.factories import make_series
from tests.hotspots.test_points import LATER, feed, only_series

NAMES = ["time", "value", "low", "high", "count", "expected", "lower", "upper", "score"]


@pytest.fixture
def url(db):
    feed(3 * 288)
    return f"/api/series/{only_series().pk}/points"


def test_by_default_the_90_days_up_to_the_newest_reading(api, analyst, url):
    answer = api(analyst).get(url)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["entity"], body["metric"], body["unit"]) == ("Site A", "energy", "kWh")
    assert body["resolution_seconds"] == 21_600
    assert list(body["points"][0]) == NAMES
    assert body["points"][0]["time"] == "2026-01-05T00:00:00.000Z"
    assert sum(point["count"] for point in body["points"]) == 3 * 288


def test_a_part_in_single_readings(api, analyst, url):
    query = {"from": "2026-01-05T00:00:00Z", "to": "2026-01-05T00:10:00Z"}
    body = api(analyst).get(url, query).json()
    assert body["resolution_seconds"] == 0
    assert [point["value"] for point in body["points"]] == [100.0, 101.001, 102.002]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "2026-01-06T00:00:00Z", "to": "2026-01-05T00:00:00Z"}, "from"),
        ({"from": "1066-10-14T00:00:00Z"}, "from"),
        ({"to": "9999-12-31T23:59:59Z"}, "to"),
        ({"to": "yesterday"}, "to"),
        ({"points": "0"}, "points"),
        ({"points": "2001"}, "points"),
        ({"until": "2026-01-05T00:00:00Z"}, "until"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_field(api, analyst, url, query, field):
    answer = api(analyst).get(url, query)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


def test_the_whole_of_time_is_a_range_like_another(api, analyst, url):
    query = {"from": "1900-01-01T00:00:00Z", "to": "2200-01-01T00:00:00Z", "points": 10}
    body = api(analyst).get(url, query).json()
    assert sum(point["count"] for point in body["points"]) == 3 * 288


def test_a_series_without_readings_has_no_points(api, analyst, db):
    answer = api(analyst).get(f"/api/series/{make_series().pk}/points", {"to": LATER.isoformat()})
    assert answer.json()["points"] == []


@pytest.mark.parametrize("number", [0, 4711, 2**63])
def test_a_series_that_is_not_there_is_404(api, analyst, number):
    answer = api(analyst).get(f"/api/series/{number}/points")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_nobody_and_who_may_not_are_refused(api, ingester, url):
    assert api().get(url).status_code == 401
    assert api(ingester).get(url).status_code == 403
