"""Series over REST: what is watched and what is known of it; a threshold of one's own."""

import pytest
from django.contrib.auth.models import Permission

from hotspots.models import Hotspot, Metric, Series, Target
from streams.models import StreamEvent
from tests.factories import AT, make_hotspot, make_series
from tests.hotspots.measurements import measure
from tests.ingest.batches import reading, readings, rhythm, take, train, usual

pytestmark = pytest.mark.django_db
PATCH = {"format": "json"}


def image():
    """Everything that a refused change must leave as it is."""
    rows = Series.objects.order_by("pk").values_list("pk", "threshold", "version", "state")
    return list(rows), Series.history.count(), StreamEvent.objects.count()


def test_a_row_says_what_is_known_set_and_open(api, analyst):
    train()
    take(reading(300))
    series = Series.objects.get()
    Target.objects.create(entity=series.entity, metric=series.metric, period="day", value=5000)

    row = api(analyst).get(f"/api/series/{series.pk}").json()

    assert row == {
        "id": series.pk,
        "entity": "Site A",
        "entity_type": "supplier",
        "metric": "energy",
        "unit": "kWh",
        "count": 505,
        "last_time": "2026-01-26T00:00:00.000Z",
        "last_value": 300.0,
        "interval_seconds": 3600.0,
        "learning": False,
        "threshold": None,
        "effective_threshold": 0.168,
        "frozen_until": None,
        "rebuild_offered": False,
        "targets": {"day": 5000.0},
        "hotspot_id": Hotspot.objects.get().pk,
        "provisional_baseline": row["provisional_baseline"],
        "simulated": False,
        "version": 0,
    }


def test_a_series_for_which_nothing_was_ever_set_has_an_empty_history(api, analyst):
    series = make_series()
    Series.history.all().delete()

    answer = api(analyst).get(f"/api/series/{series.pk}/history")

    assert (answer.status_code, answer.json()["results"]) == (200, [])


def test_a_series_that_nothing_is_known_of_is_learning(api, analyst):
    row = api(analyst).get(f"/api/series/{make_series().pk}").json()

    assert (row["learning"], row["interval_seconds"], row["last_value"]) == (True, None, None)
    assert (row["hotspot_id"], row["targets"]) == (None, {})


@pytest.mark.parametrize(("count", "learning"), [(99, True), (100, False)])
def test_a_series_learns_until_the_anomaly_rule_holds(api, analyst, count, learning):
    take(readings([rhythm(hour) for hour in range(count)]))

    assert api(analyst).get("/api/series").json()["results"][0]["learning"] is learning


def test_a_state_of_another_version_is_still_a_row(api, analyst):
    train()
    Series.objects.update(state=b"\x00 written by somebody else")

    row = api(analyst).get(f"/api/series/{Series.objects.get().pk}").json()

    assert (row["learning"], row["count"], row["last_value"]) == (True, 504, rhythm(503))


def test_pages_hold_every_series_once_newest_first(api, analyst):
    made = [make_series(f"Site {number}").pk for number in range(5)]
    client, seen = api(analyst), []

    address = "/api/series?page_size=2"
    while address:
        page = client.get(address).json()
        assert set(page) == {"results", "next"}
        seen += [row["id"] for row in page["results"]]
        address = page["next"]

    assert seen == sorted(made, reverse=True)


def test_a_page_costs_the_same_however_many_rows(api, analyst, django_assert_num_queries):
    client = api(analyst)
    make_hotspot(make_series("Site 0"))
    with django_assert_num_queries(8) as few:
        client.get("/api/series")
    for number in range(1, 6):
        make_hotspot(make_series(f"Site {number}"))
    with django_assert_num_queries(len(few)):
        assert len(client.get("/api/series").json()["results"]) == 6


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("entity=Plant", ["Plant co2e", "Plant energy"]),
        ("entity=Plant&entity=Route 1", ["Plant co2e", "Plant energy", "Route 1 co2e"]),
        ("entity_type=site", ["Plant co2e", "Plant energy"]),
        ("metric=co2e&entity_type=site", ["Plant co2e"]),
        ("metric=nothing", []),
        ("search=LANT", ["Plant co2e", "Plant energy"]),
        ("search=lant&metric=co2e", ["Plant co2e"]),
        ("search=%25", []),
    ],
)
def test_filters(api, analyst, query, found):
    make_series("Plant", entity_type="site")
    make_series("Plant", "energy")
    make_series("Route 1", entity_type="route")

    rows = api(analyst).get(f"/api/series?{query}").json()["results"]

    assert sorted(f"{row['entity']} {row['metric']}" for row in rows) == found


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("page=2", "unknown_parameter"),
        ("cursor=abc", "invalid"),
        ("page_size=501", "invalid"),
    ],
)
def test_a_wrong_query_is_named(api, analyst, query, code):
    answer = api(analyst).get(f"/api/series?{query}")

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert list(answer.json()["errors"]) == [query.partition("=")[0]]


@pytest.mark.parametrize("threshold", [0.21, 10, 1e-6])
def test_a_threshold_of_its_own_holds_and_can_be_taken_back(api, analyst, threshold):
    path = f"/api/series/{make_series().pk}"
    client = api(analyst)

    answer = client.patch(path, {"threshold": threshold}, **PATCH)
    row = answer.json()
    assert answer.status_code == 200
    assert (row["threshold"], row["effective_threshold"]) == (threshold, threshold)
    assert answer["ETag"] == f'"{row["version"]}"'

    row = client.patch(path, {"threshold": None}, **PATCH).json()
    assert (row["threshold"], row["effective_threshold"]) == (None, 0.168)


def test_the_threshold_of_the_metric_holds_where_the_series_has_none(api, analyst):
    series = make_series()
    Metric.objects.filter(pk=series.metric_id).update(threshold=0.3)

    assert api(analyst).get(f"/api/series/{series.pk}").json()["effective_threshold"] == 0.3


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "invalid", "threshold"),
        ({"threshold": 0}, "bad_threshold", "threshold"),
        ({"threshold": -1}, "bad_threshold", "threshold"),
        ({"threshold": 10.5}, "bad_threshold", "threshold"),
        ({"threshold": "0.2"}, "invalid", "threshold"),
        ({"threshold": True}, "invalid", "threshold"),
        ({"threshold": [0.2]}, "invalid", "threshold"),
        ({"threshold": 0.2, "state": ""}, "unknown_field", "state"),
        ([], "invalid", ""),
    ],
)
def test_a_wrong_threshold_changes_nothing(api, analyst, body, code, field):
    path = f"/api/series/{make_series().pk}"
    before = image()

    answer = api(analyst).patch(path, body, **PATCH)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert list(answer.json()["errors"]) == [field]
    assert image() == before


def test_a_change_decided_on_another_version_is_refused(api, analyst):
    path = f"/api/series/{make_series().pk}"
    client = api(analyst)
    tag = client.get(path)["ETag"]
    client.patch(path, {"threshold": 0.3}, **PATCH)
    before = image()

    answer = client.patch(path, {"threshold": 0.4}, **PATCH, headers={"If-Match": tag})

    assert (answer.status_code, answer.json()["code"]) == (412, "version_conflict")
    assert image() == before


@pytest.mark.parametrize("pk", [999, 2**63])
def test_a_series_that_does_not_exist(api, analyst, pk):
    client = api(analyst)
    for answer in (
        client.get(f"/api/series/{pk}"),
        client.get(f"/api/series/{pk}/history"),
        client.patch(f"/api/series/{pk}", {"threshold": 1}, **PATCH),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(("role", "status"), [("ingester", 403), (None, 401)])
def test_whoever_may_not_sees_and_changes_nothing(api, make_user, role, status):
    path = f"/api/series/{make_series().pk}"
    client = api(make_user("somebody", role=role) if role else None)
    before = image()

    for answer in (
        client.get("/api/series"),
        client.get(path),
        client.get(f"{path}/history"),
        client.patch(path, {"threshold": 0.3}, **PATCH),
    ):
        assert answer.status_code == status
    assert image() == before


def test_whoever_may_only_look_changes_nothing(api, make_user):
    reader = make_user("reader")
    reader.user_permissions.add(Permission.objects.get(codename="view_series"))
    path = f"/api/series/{make_series().pk}"
    before = image()

    assert api(reader).get(path).status_code == 200
    assert api(reader).patch(path, {"threshold": 0.3}, **PATCH).status_code == 403
    assert image() == before


def test_the_history_says_who_set_what_and_what_was_before(api, analyst):
    train()  # which makes the series without a first record
    series = Series.objects.get()
    path = f"/api/series/{series.pk}"
    client = api(analyst)
    client.patch(path, {"threshold": 0.3}, **PATCH)
    client.patch(path, {"threshold": 0.3}, **PATCH)  # nothing new
    client.patch(path, {"threshold": None}, **PATCH)

    found = client.get(f"{path}/history").json()["results"]

    assert [(row["by"], row["via"], row["changes"]) for row in found] == [
        ("analyst", "api", {"threshold": {"from": 0.3, "to": None}}),
        ("analyst", "api", {"threshold": {"from": None, "to": 0.3}}),
        (None, "engine", {}),
    ]


def test_readings_leave_no_history(api, analyst):
    train()
    series = Series.objects.get()
    api(analyst).patch(f"/api/series/{series.pk}", {"threshold": 0.3}, **PATCH)
    before = Series.history.count()

    take(readings(usual(0, 30)))

    series.refresh_from_db()
    assert Series.history.count() == before
    assert (series.threshold, series.version, series.count) == (0.3, 1, 534)


@pytest.mark.parametrize(("threshold", "hotspots"), [(None, 1), (10, 0)])
def test_the_threshold_decides_from_the_next_reading(api, analyst, threshold, hotspots):
    train()
    path = f"/api/series/{Series.objects.get().pk}"
    api(analyst).patch(path, {"threshold": threshold}, **PATCH)

    take(reading(300))

    assert Hotspot.objects.count() == hotspots


def test_the_threshold_of_one_series_is_not_that_of_another(api, analyst):
    train()
    train(entity="Site B")
    path = f"/api/series/{Series.objects.get(entity__name='Site A').pk}"
    api(analyst).patch(path, {"threshold": 10}, **PATCH)

    take([reading(300), reading(300, entity="Site B")])

    assert Hotspot.objects.get().series.entity.name == "Site B"


def test_the_newest_value_is_that_of_the_newest_time(api, analyst):
    series = make_series()
    measure(series, [1.0, 2.0, 3.0], end=AT)
    Series.objects.filter(pk=series.pk).update(last_time=AT, count=3)

    assert api(analyst).get(f"/api/series/{series.pk}").json()["last_value"] == 3.0
