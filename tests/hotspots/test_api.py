"""Finding and looking at hotspots over REST."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from hotspots.models import Hotspot, Measurement
from hotspots.rows import hotspot_row
from hotspots.serializers import HotspotSerializer
from streams import events
from tests.factories import AT, make_hotspot, make_series

pytestmark = pytest.mark.django_db


@pytest.fixture
def four():
    """Four hotspots, each different in every field that can be filtered."""
    site = make_series("Site B", "energy", entity_type="site")
    return [
        make_hotspot(make_series("Supplier A"), severity="info", status="open"),
        make_hotspot(make_series("Supplier, Inc."), severity="warn", status="acknowledged"),
        make_hotspot(site, status="resolved", opened_at=AT + timedelta(days=1)),
        make_hotspot(site, status="ignored", opened_at=AT + timedelta(days=2)),
    ]


def test_a_list_is_newest_first_with_the_position_to_go_on_from(api, analyst, four):
    body = api(analyst).get("/api/hotspots").json()

    assert [row["id"] for row in body["results"]] == [row.pk for row in reversed(four)]
    assert body["next"] is None
    assert body["seq"] == events.head("hotspots") == 4


def test_a_row_is_the_same_as_on_the_socket(api, analyst, four):
    row = hotspot_row(Hotspot.objects.get(pk=four[0].pk))
    client = api(analyst)

    assert client.get(f"/api/hotspots/{four[0].pk}").json() == row
    assert client.get("/api/hotspots").json()["results"][-1] == row
    assert set(HotspotSerializer().fields) == set(row)


def test_pages_join_without_gap_or_repeat_while_rows_come_in(api, analyst):
    series = make_series()
    ids = [make_hotspot(series, status="resolved").pk for _ in range(7)]
    client, url, seen = api(analyst), "/api/hotspots?page_size=3&status=resolved", []
    while url:
        body = client.get(url).json()
        seen += [row["id"] for row in body["results"]]
        make_hotspot(series, status="resolved")
        url = body["next"]

    assert seen == ids[::-1]


def test_pages_of_a_time_range_go_by_that_time(api, analyst):
    series = make_series()
    hours = [3, 1, 2, 1, 1, 0, 4]
    rows = [
        make_hotspot(series, status="resolved", opened_at=AT + timedelta(hours=hour))
        for hour in hours
    ]
    expected = sorted(rows, key=lambda row: (row.opened_at, row.pk), reverse=True)
    client, seen = api(analyst), []
    url = "/api/hotspots?page_size=2&opened_before=2027-01-01T00:00:00Z"
    while url:
        body = client.get(url).json()
        seen += [row["id"] for row in body["results"]]
        url = body["next"]

    assert seen == [row.pk for row in expected]


def test_a_cursor_belongs_to_its_order(api, analyst):
    series = make_series()
    for _ in range(2):
        make_hotspot(series, status="resolved")
    following = api(analyst).get("/api/hotspots?page_size=1").json()["next"]

    answer = api(analyst).get(f"{following}&opened_after=2020-01-01T00:00:00Z")

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["cursor"])


def test_the_number_of_queries_does_not_depend_on_the_rows(
    api, analyst, django_assert_num_queries, four
):
    client = api(analyst)
    with django_assert_num_queries(6) as few:
        client.get("/api/hotspots?page_size=1")
    with django_assert_num_queries(len(few)):
        client.get("/api/hotspots?page_size=4")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"status": "open"}, [0]),
        ({"status": ["open", "ignored"]}, [3, 0]),
        ({"status": "open,resolved"}, [2, 0]),
        ({"severity": "critical"}, [3, 2]),
        ({"entity": "Supplier A"}, [0]),
        ({"entity": "Supplier, Inc."}, [1]),
        ({"entity": "supplier a"}, []),
        ({"entity_type": "site"}, [3, 2]),
        ({"metric": "energy"}, [3, 2]),
        ({"metric": "co2e", "severity": "warn"}, [1]),
        ({"opened_after": "2026-03-05T09:00:00Z"}, [3, 2]),
        ({"opened_before": "2026-03-05T09:00:00Z"}, [1, 0]),
        ({"opened_after": "2026-03-05T10:30:00+02:00", "opened_before": "2026-03-06"}, [2]),
        ({"opened_after": "2026-03-05T10:30:00+02:00"}, [3, 2]),
    ],
)
def test_filters(api, analyst, four, query, found):
    answer = api(analyst).get("/api/hotspots?" + urlencode(query, doseq=True))

    assert [row["id"] for row in answer.json()["results"]] == [four[i].pk for i in found]


@pytest.mark.parametrize(
    ("query", "code", "named"),
    [
        ("status=closed", "invalid", "status.0"),
        ("status=", "invalid", "status.0"),
        ("severity=open", "invalid", "severity.0"),
        ("entity=", "invalid", "entity.0"),
        ("entity=a%00b", "invalid", "entity.0"),
        ("opened_after=yesterday", "invalid", "opened_after"),
        ("opened_after=0001-01-01T00:00:00%2B14:00", "invalid", "opened_after"),
        ("page_size=0", "invalid", "page_size"),
        ("page_size=501", "invalid", "page_size"),
        ("page_size=ten", "invalid", "page_size"),
        ("cursor=nonsense", "invalid", "cursor"),
        ("cursor=LTU=", "invalid", "cursor"),
        ("offset=5", "unknown_parameter", "offset"),
        ("statuss=open", "unknown_parameter", "statuss"),
    ],
)
def test_a_wrong_query_names_the_parameter(api, analyst, query, code, named):
    answer = api(analyst).get(f"/api/hotspots?{query}")

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert list(answer.json()["errors"]) == [named]


def test_the_slash_at_the_end_makes_no_difference(api, analyst, four):
    client = api(analyst)

    assert client.get("/api/hotspots/").json() == client.get("/api/hotspots").json()
    assert client.get(f"/api/hotspots/{four[0].pk}/").status_code == 200


@pytest.mark.parametrize("pk", ["999", "0", str(2**63), "9" * 60, "-1", "one", "1.0", "%D9%A1"])
@pytest.mark.parametrize("rest", ["", "/series", "/history"])
def test_an_id_that_no_row_has_is_not_found(api, analyst, pk, rest):
    answer = api(analyst).get(f"/api/hotspots/{pk}{rest}")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["", "/1", "/1/series", "/1/history"])
def test_reading_needs_the_permission(api, ingester, path):
    refused = api(ingester).get(f"/api/hotspots{path}")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")

    unknown = api().get(f"/api/hotspots{path}")
    assert (unknown.status_code, unknown.json()["code"]) == (401, "not_signed_in")
    assert unknown["WWW-Authenticate"] == "Bearer"


@pytest.fixture
def measured():
    """A hotspot in the middle of 20 readings, one a minute; others belong to another series."""
    hotspot = make_hotspot()
    for series in (hotspot.series, make_series("Supplier B")):
        Measurement.objects.bulk_create(
            Measurement(
                series=series,
                time=AT + timedelta(minutes=minute),
                value=100.0 + minute,
                raw_value=100.0 + minute,
                raw_unit="kg",
                expected=100.0,
                lower=90.0,
                upper=110.0,
                score=0.1 if minute < 0 else None,
                received_at=AT,
            )
            for minute in range(-10, 10)
        )
    return hotspot


def test_the_series_shows_the_readings_around_the_opening(api, analyst, measured):
    body = api(analyst).get(f"/api/hotspots/{measured.pk}/series?before=2&after=3").json()

    assert {name: body[name] for name in ("entity", "metric", "unit")} == {
        "entity": "Supplier A",
        "metric": "co2e",
        "unit": "kg",
    }
    assert [point["value"] for point in body["points"]] == [98.0, 99.0, 100.0, 101.0, 102.0]
    assert body["points"][1] == {
        "time": "2026-03-04T08:59:00.000Z",
        "value": 99.0,
        "expected": 100.0,
        "lower": 90.0,
        "upper": 110.0,
        "score": 0.1,
    }
    assert body["points"][2]["score"] is None


def test_the_series_is_bounded_and_has_a_sensible_default(api, analyst, measured):
    client = api(analyst)

    assert len(client.get(f"/api/hotspots/{measured.pk}/series").json()["points"]) == 20
    for query in ("before=1001", "after=1001", "before=-1", "after=0", "before=x", "since=3"):
        assert client.get(f"/api/hotspots/{measured.pk}/series?{query}").status_code == 400
