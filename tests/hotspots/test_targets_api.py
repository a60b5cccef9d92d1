"""Targets over REST: set, change, take back; and what the policy rule makes of them."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission

from hotspots.models import Hotspot, Target
from tests.factories import make_series
from tests.ingest.batches import HOUR, LIVE, reading, readings, take

pytestmark = pytest.mark.django_db
BODY = {"entity": "Site A", "metric": "energy", "period": "reading", "value": 100}
JSON = {"format": "json"}


@pytest.fixture
def site(db):
    """A series whose entity and metric are known."""
    return make_series("Site A", "energy", entity_type="site")


@pytest.fixture
def client(api, analyst):
    return api(analyst)


def create(client, **changed):
    """A target that was set over REST: its row."""
    answer = client.post("/api/targets", BODY | changed, **JSON)
    assert answer.status_code == 201, answer.json()
    return answer.json()


def image():
    """Everything that a refused change must leave as it is."""
    return list(Target.objects.order_by("pk").values()), Target.history.count()


def test_a_target_is_set_changed_and_taken_back(client, site):
    answer = client.post("/api/targets", BODY, **JSON)
    row = answer.json()
    path = f"/api/targets/{row['id']}"
    assert (answer.status_code, answer["ETag"]) == (201, '"1"')
    assert row == BODY | {"id": row["id"], "unit": "kWh", "value": 100.0, "version": 1}
    assert client.get(path).json() == row
    assert client.get("/api/targets").json() == {"results": [row], "next": None}

    changed = client.patch(path, {"value": 80}, **JSON)
    assert (changed.json(), changed["ETag"]) == (row | {"value": 80.0, "version": 2}, '"2"')

    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert not Target.objects.exists()


def test_the_history_outlives_the_target(client, site):
    path = f"/api/targets/{create(client)['id']}"
    client.patch(path, {"value": 80}, **JSON)
    client.patch(path, {"value": 80}, **JSON)  # nothing new
    client.delete(path)

    page = client.get(f"{path}/history").json()

    told = [(row["change"], row["by"], row["via"], row["changes"]) for row in page["results"]]
    assert told == [
        ("deleted", "analyst", "api", whole("reading", None, 80.0, None)),
        ("changed", "analyst", "api", {"value": {"from": 100.0, "to": 80.0}}),
        ("created", "analyst", "api", whole(None, "reading", None, 100.0)),
    ]


def whole(period_before, period, value_before, value):
    """What the history tells of a target that came or went."""
    return {
        "period": {"from": period_before, "to": period},
        "value": {"from": value_before, "to": value},
    }


@pytest.mark.parametrize(
    ("value", "unit", "stored"),
    [(2, "MWh", 2000.0), (500, "Wh", 0.5), (3.6, "GJ", 1000.0), (7, "kWh", 7.0)],
)
def test_a_unit_is_converted(client, site, value, unit, stored):
    row = create(client, value=value, unit=unit)
    assert (row["value"], row["unit"]) == (pytest.approx(stored), "kWh")

    changed = client.patch(f"/api/targets/{row['id']}", {"value": 2 * value, "unit": unit}, **JSON)
    assert changed.json()["value"] == pytest.approx(2 * stored)


@pytest.mark.parametrize(
    ("changed", "status", "code", "field"),
    [
        ({"value": 0}, 400, "bad_target", "value"),
        ({"value": -1}, 400, "bad_target", "value"),
        ({"value": "100"}, 400, "invalid", "value"),
        ({"value": True}, 400, "invalid", "value"),
        ({"value": None}, 400, "invalid", "value"),
        ({"value": 1e308, "unit": "GWh"}, 400, "bad_target", "value"),
        ({"period": "week"}, 400, "invalid", "period"),
        ({"entity": "Nobody"}, 400, "unknown_entity", "entity"),
        ({"metric": "joy"}, 400, "unknown_metric", "metric"),
        ({"unit": "kg"}, 400, "unit_mismatch", "unit"),
        ({"unit": "smoot"}, 400, "bad_unit", "unit"),
        ({"unit": ""}, 400, "invalid", "unit"),
        ({"entity": "x" * 201}, 400, "invalid", "entity"),
        ({"entity": "Site\x00A"}, 400, "invalid", "entity"),
        ({"warn": 1}, 400, "unknown_field", "warn"),
    ],
)
def test_a_wrong_target_is_refused_and_nothing_is_stored(
    client, site, changed, status, code, field
):
    before = image()

    answer = client.post("/api/targets", BODY | changed, **JSON)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert list(answer.json()["errors"]) == [field]
    assert image() == before


@pytest.mark.parametrize("missing", ["entity", "metric", "value"])
def test_what_a_target_needs(client, site, missing):
    body = {name: value for name, value in BODY.items() if name != missing}

    answer = client.post("/api/targets", body, **JSON)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [missing])
    assert image() == ([], 0)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid"),
        ({"value": 0}, "bad_target"),
        ({"value": 1, "unit": "kg"}, "unit_mismatch"),
        ({"value": 1, "period": "day"}, "unknown_field"),
        ({"value": 1, "entity": "Site B"}, "unknown_field"),
    ],
)
def test_a_wrong_change_is_refused(client, site, body, code):
    path = f"/api/targets/{create(client)['id']}"
    before = image()

    answer = client.patch(path, body, **JSON)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert image() == before


def test_there_is_one_target_for_each_period(client, site):
    create(client)
    create(client, period="day")
    before = image()

    answer = client.post("/api/targets", BODY | {"value": 5}, **JSON)

    assert (answer.status_code, answer.json()["code"]) == (409, "target_exists")
    assert image() == before


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_a_change_decided_on_another_version_is_refused(client, site, method):
    path = f"/api/targets/{create(client)['id']}"
    client.patch(path, {"value": 80}, **JSON)
    before = image()

    answer = getattr(client, method)(path, {"value": 5}, **JSON, headers={"If-Match": '"1"'})

    assert (answer.status_code, answer.json()["code"]) == (412, "version_conflict")
    assert image() == before


def test_the_same_request_again_gets_the_first_answer(client, site):
    first, again = (
        client.post("/api/targets", BODY, **JSON, headers={"Idempotency-Key": "one"})
        for _ in range(2)
    )

    assert (again.status_code, again.json(), again["ETag"]) == (201, first.json(), first["ETag"])
    assert again["Idempotent-Replayed"] == "true"
    assert Target.objects.count() == Target.history.count() == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("entity=Site A", {"Site A energy day", "Site A energy reading"}),
        ("period=day,month", {"Site A energy day", "Site B co2e month"}),
        ("metric=co2e", {"Site B co2e month"}),
        ("metric=co2e&period=day", set()),
    ],
)
def test_filters(client, site, query, found):
    make_series("Site B")
    create(client)
    create(client, period="day")
    create(client, entity="Site B", metric="co2e", period="month")

    rows = client.get(f"/api/targets?{query}").json()["results"]

    assert {f"{row['entity']} {row['metric']} {row['period']}" for row in rows} == found


@pytest.mark.parametrize("permission", ["view", "add", "change", "delete"])
def test_each_door_asks_for_its_own_permission(api, client, make_user, site, permission):
    path = f"/api/targets/{create(client)['id']}"
    user = make_user("somebody")
    user.user_permissions.add(Permission.objects.get(codename=f"{permission}_target"))
    somebody = api(user)

    answers = {
        "view": [somebody.get(path), somebody.get("/api/targets"), somebody.get(f"{path}/history")],
        "add": [somebody.post("/api/targets", BODY | {"period": "day"}, **JSON)],
        "change": [somebody.patch(path, {"value": 5}, **JSON)],
        "delete": [somebody.delete(path)],
    }

    for name, given in answers.items():
        forbidden = {answer.status_code == 403 for answer in given}
        assert forbidden == {name != permission}, name


@pytest.mark.parametrize(("role", "status"), [("ingester", 403), (None, 401)])
def test_whoever_may_not_sees_and_changes_nothing(api, client, make_user, site, role, status):
    path = f"/api/targets/{create(client)['id']}"
    somebody = api(make_user("somebody", role=role) if role else None)
    before = image()

    for answer in (
        somebody.get("/api/targets"),
        somebody.get(path),
        somebody.get(f"{path}/history"),
        somebody.post("/api/targets", BODY | {"period": "day"}, **JSON),
        somebody.patch(path, {"value": 5}, **JSON),
        somebody.delete(path),
    ):
        assert answer.status_code == status
    assert image() == before


@pytest.mark.parametrize("pk", [999, 2**63])
def test_a_target_that_does_not_exist(client, pk):
    for answer in (
        client.get(f"/api/targets/{pk}"),
        client.get(f"/api/targets/{pk}/history"),
        client.patch(f"/api/targets/{pk}", {"value": 1}, **JSON),
        client.delete(f"/api/targets/{pk}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("value", "severity"),
    [
        (79.9, None),
        (80, "info"),
        (99.9, "info"),
        (100, "warn"),
        (149.9, "warn"),
        (150, "critical"),
        (1000, "critical"),
    ],
)
def test_the_policy_rule_holds_from_the_next_reading(client, site, value, severity):
    take(reading(value, hour=-1))
    assert not Hotspot.objects.exists()
    create(client)

    take(reading(value))

    found = Hotspot.objects.values_list("severity", "rule", "baseline", "value")
    assert list(found) == ([(severity, "policy", 100.0, float(value))] if severity else [])


@pytest.mark.parametrize(
    ("value", "unit", "severity"),
    [(0.07, "MWh", None), (0.09, "MWh", "info"), (120, "kWh", "warn"), (0.5, "MWh", "critical")],
)
def test_readings_sent_over_rest_are_held_against_it(
    api, client, ingester, site, value, unit, severity
):
    create(client)
    event = {"entity": "Site A", "entity_type": "site", "metric": "energy", "value": value}

    sent = api(ingester).post(
        "/api/events", event | {"unit": unit, "time": "2026-03-01T12:00:00Z"}, format="json"
    )

    assert (sent.status_code, sent.json()["accepted"]) == (200, 1)
    rows = client.get("/api/hotspots?entity=Site A").json()["results"]
    assert [row["severity"] for row in rows] == ([severity] if severity else [])
    assert [row["id"] for row in rows] == sent.json()["hotspots"]


@pytest.mark.parametrize("period", ["hour", "day", "month"])
def test_a_target_of_a_period_counts_what_was_used_in_it(client, site, period):
    """Readings of 10 every ten minutes, an hour or a day, against 40 for the period."""
    step = {"hour": HOUR / 6, "day": HOUR, "month": timedelta(days=1)}[period]
    start = LIVE.replace(day=1)
    create(client, period=period, value=40)
    seen = []

    for place in range(6):
        take(readings([10], start=start + place * step))
        seen.append(Hotspot.objects.values_list("severity", flat=True).first())

    assert seen == [None, None, None, "warn", "warn", "critical"]
    assert Hotspot.objects.get().evidence["period"] == period


def test_a_new_period_begins_with_nothing_used(client, site):
    create(client, period="day", value=40)

    take(readings([15, 15], start=LIVE + 22 * HOUR))
    take(readings([15, 15], start=LIVE + 24 * HOUR))

    assert not Hotspot.objects.exists()


def test_a_target_taken_back_holds_no_longer(client, site):
    path = f"/api/targets/{create(client)['id']}"
    client.delete(path)

    take(reading(200))

    assert not Hotspot.objects.exists()


@pytest.mark.parametrize(
    ("value", "baseline", "severity"),
    [(95, 118.75, "info"), (119, 100, "warn"), (180, 120, "critical")],
)
def test_an_events_own_baseline_counts_as_one(db, value, baseline, severity):
    take(reading(value, baseline=float(baseline)))

    hotspot = Hotspot.objects.get()
    assert (hotspot.severity, hotspot.rule, hotspot.baseline) == (severity, "policy", baseline)


def test_targets_of_another_entity_do_not_count(client, site):
    make_series("Site B", "energy")
    create(client, entity="Site B")

    take(reading(1000))

    assert not Hotspot.objects.exists()
