"""Silences over REST: made, found, ended early; what is refused changes and sends nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from hotspots.models import Hotspot, Silence
from streams.models import StreamEvent
from tests.factories import make_hotspot, make_series

pytestmark = pytest.mark.django_db
URL = "/api/silences"


def wanted(**fields):
    """A silence that can be made; numbers are hours from now."""
    make_series("Boiler 1", "energy")
    values = {"kind": "maintenance", "reason": "boiler service", "entity": "Boiler 1"}
    now = timezone.now()
    return {
        name: (now + timedelta(hours=value)).isoformat() if type(value) is int else value
        for name, value in (values | {"ends_at": 2} | fields).items()
    }


def post(client, path=URL, body=None, **headers):
    return client.post(path, body or {}, format="json", headers=headers)


def image():
    """Everything that a refusal must leave as it is."""
    rows = Silence.objects, Hotspot.objects, Silence.history
    return [list(row.order_by("pk").values()) for row in rows[:2]], [
        StreamEvent.objects.count(),
        rows[2].count(),
    ]


@pytest.fixture
def client(api, analyst):
    return api(analyst)


def test_it_is_made_with_what_was_asked_for(client):
    answer = post(client, body=wanted(metric="energy"))

    row = answer.json()
    assert (answer.status_code, answer["ETag"]) == (201, '"1"')
    assert (row["kind"], row["reason"], row["everything"]) == (
        "maintenance", "boiler service", False,
    )  # fmt: skip
    assert (row["entity"], row["entity_type"], row["metric"]) == ("Boiler 1", "", "energy")
    assert (row["state"], row["ended_early"], row["ended_at"]) == ("active", False, None)
    assert (row["created_by"], row["suppressed"], row["version"]) == ("analyst", 0, 1)
    assert client.get(f"{URL}/{row['id']}").json() == row
    assert client.get(URL).json() == {"results": [row], "next": None}


@pytest.mark.parametrize(
    "scope",
    [
        {"entity": "Boiler 1"},
        {"entity_type": "site"},
        {"metric": "co2e"},
        {"entity_type": "site", "metric": "co2e"},
        {"everything": True},
        {"entity": None, "metric": None, "entity_type": "", "starts_at": None, "everything": True},
    ],
    ids=["entity", "type", "metric", "type and metric", "everything", "with nulls"],
)
def test_it_covers_what_is_named(client, scope):
    body = wanted() | {"entity": None} | scope

    row = post(client, body=body).json()

    assert {name: row[name] for name in scope if name != "starts_at"} == {
        name: value for name, value in scope.items() if name != "starts_at"
    }


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"kind": "holiday"}, "invalid", "kind"),
        ({"reason": ""}, "invalid", "reason"),
        ({"reason": " \n "}, "invalid", "reason"),
        ({"reason": "x" * 201}, "invalid", "reason"),
        ({"reason": "a\0b"}, "invalid", "reason"),
        ({"reason": None}, "invalid", "reason"),
        ({"entity": "Nobody"}, "bad_scope", "entity"),
        ({"entity": ["Boiler 1"]}, "invalid", "entity"),
        ({"metric": "nothing"}, "bad_scope", "metric"),
        ({"entity": None}, "bad_scope", "entity"),
        ({"everything": True}, "bad_scope", "everything"),
        ({"everything": "perhaps"}, "invalid", "everything"),
        ({"entity_type": "x" * 41}, "invalid", "entity_type"),
        ({"ends_at": None}, "invalid", "ends_at"),
        ({"ends_at": "tomorrow"}, "invalid", "ends_at"),
        ({"ends_at": "2099-01-01T00:00:00"}, "invalid", "ends_at"),
        ({"ends_at": "0001-01-01T00:00:00+14:00"}, "invalid", "ends_at"),
        ({"ends_at": -1}, "bad_window", "ends_at"),
        ({"starts_at": -3, "ends_at": -1}, "bad_window", "ends_at"),
        ({"starts_at": 3, "ends_at": 3}, "bad_window", "ends_at"),
        ({"ends_at": 366 * 24 + 1}, "bad_window", "ends_at"),
        ({"ends_at": "9999-12-31T23:59:59Z"}, "bad_window", "ends_at"),
        ({"state": "active"}, "unknown_field", "state"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(client, fields, code, field):
    make_hotspot(make_series("Boiler 1", "energy"))
    body, before = wanted(**fields), image()

    answer = post(client, body=body)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert list(answer.json()["errors"]) == [field]
    assert answer.json()["errors"][field][0]
    assert image() == before


@pytest.mark.parametrize("body", [[], "text", None])
def test_what_is_no_object_is_refused(client, body):
    answer = client.post(URL, body, format="json")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_no_more_than_a_bounded_number_can_be_pending(client, monkeypatch):
    monkeypatch.setattr("hotspots.silences.service.MAX_PENDING", 2)
    first = post(client, body=wanted()).json()
    post(client, body=wanted(starts_at=1))
    before = image()

    refused = post(client, body=wanted())

    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_silences")
    assert image() == before
    post(client, f"{URL}/{first['id']}/end")
    assert post(client, body=wanted()).status_code == 201


def test_the_same_request_again_makes_no_second_one(client):
    body = wanted()

    first = post(client, body=body, **{"Idempotency-Key": "k1"})
    again = post(client, body=body, **{"Idempotency-Key": "k1"})
    other = post(client, body=body | {"reason": "other"}, **{"Idempotency-Key": "k1"})

    assert (again.status_code, again.json()) == (201, first.json())
    assert (again["Idempotent-Replayed"], again["ETag"]) == ("true", '"1"')
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert Silence.objects.count() == 1


def test_ending_it_early_says_so(client):
    made = post(client, body=wanted()).json()

    answer = post(client, f"{URL}/{made['id']}/end", **{"If-Match": '"1"'})

    row = answer.json()
    assert (answer.status_code, answer["ETag"]) == (200, '"2"')
    assert (row["state"], row["ended_early"], row["ends_at"]) == ("ended", True, made["ends_at"])
    assert row["ended_at"] is not None


def test_a_planned_one_can_be_called_off(client):
    made = post(client, body=wanted(starts_at=1)).json()
    assert made["state"] == "planned"

    row = post(client, f"{URL}/{made['id']}/end").json()

    assert (row["state"], row["ended_early"]) == ("ended", True)


@pytest.mark.parametrize(
    ("path", "body", "headers", "status", "code"),
    [
        ("{pk}/end", {}, {"If-Match": '"7"'}, 412, "version_conflict"),
        ("{pk}/end", {}, {"If-Match": "1"}, 400, "bad_if_match"),
        ("{pk}/end", {"at": "now"}, {}, 400, "unknown_field"),
        ("{pk}/end?now=1", {}, {}, 400, "unknown_parameter"),
        ("999999/end", {}, {}, 404, "not_found"),
        (f"{10**30}/end", {}, {}, 404, "not_found"),
        ("{pk}", {}, {}, 405, "method_not_allowed"),
    ],
)
def test_an_ending_that_is_refused_changes_nothing(client, path, body, headers, status, code):
    made = post(client, body=wanted()).json()
    before = image()

    answer = post(client, f"{URL}/{path.format(pk=made['id'])}", body, **headers)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert image() == before


@pytest.mark.parametrize("early", [True, False], ids=["early", "by the clock"])
def test_what_has_ended_cannot_be_ended_again(client, early):
    made = post(client, body=wanted()).json()
    if early:
        post(client, f"{URL}/{made['id']}/end")
    else:
        past = timezone.now() - timedelta(hours=1)
        Silence.objects.update(starts_at=past - timedelta(hours=1), ends_at=past)
    before = image()

    answer = post(client, f"{URL}/{made['id']}/end")

    assert (answer.status_code, answer.json()["code"]) == (409, "illegal_state")
    assert image() == before


@pytest.mark.parametrize(
    ("role", "status", "code"), [("ingester", 403, "not_permitted"), (None, 401, "not_signed_in")]
)
def test_whoever_may_not_changes_and_sees_nothing(api, client, make_user, role, status, code):
    made, body = post(client, body=wanted()).json(), wanted()
    before = image()
    stranger = api(make_user("somebody", role=role) if role else None)
    row = f"{URL}/{made['id']}"

    answers = [
        post(stranger, body=body),
        post(stranger, f"{row}/end"),
        *(stranger.get(path) for path in (URL, row, f"{row}/history")),
    ]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(status, code)}
    assert image() == before


@pytest.mark.parametrize(
    ("codename", "statuses"),
    [
        ("view_silence", [200, 403, 403]),
        ("add_silence", [403, 201, 403]),
        ("change_silence", [403, 403, 200]),
    ],
)
def test_each_door_has_its_own_permission(api, client, make_user, codename, statuses):
    made, user = post(client, body=wanted()).json(), make_user("somebody")
    user.user_permissions.add(Permission.objects.get(codename=codename))
    somebody = api(user)

    answers = [
        somebody.get(URL),
        post(somebody, body=wanted()),
        post(somebody, f"{URL}/{made['id']}/end"),
    ]

    assert [answer.status_code for answer in answers] == statuses


def test_who_decides_recommendations_may_silence_too(api, approver):
    assert post(api(approver), body=wanted()).status_code == 201


def test_the_list_is_filtered_by_state_entity_kind_and_metric(client):
    past = datetime(2026, 1, 1, tzinfo=UTC)
    made = {
        "active": post(client, body=wanted()).json()["id"],
        "planned": post(client, body=wanted(starts_at=1)).json()["id"],
        "ended": post(client, body=wanted(entity=None, metric="co2e", kind="silence")).json()["id"],
        "early": post(client, body=wanted()).json()["id"],
    }
    Silence.objects.filter(pk=made["ended"]).update(
        starts_at=past, ends_at=past + timedelta(hours=1)
    )
    post(client, f"{URL}/{made['early']}/end")

    def found(query):
        return {row["id"] for row in client.get(f"{URL}?{query}").json()["results"]}

    assert found("state=active") == {made["active"]}
    assert found("state=planned") == {made["planned"]}
    assert found("state=ended") == {made["ended"], made["early"]}
    assert found("state=planned,active") == {made["active"], made["planned"]}
    assert found("metric=co2e") == found("kind=silence") == {made["ended"]}
    assert found("entity=Boiler 1&state=ended") == {made["early"]}
    assert found("entity=Nobody") == set()


@pytest.mark.parametrize("query", ["state=open", "sort=1", "page_size=0", "cursor=x"])
def test_a_filter_that_means_nothing_is_refused(client, query):
    assert client.get(f"{URL}?{query}").status_code == 400


def test_the_list_goes_on_page_by_page_at_a_fixed_cost(client, django_assert_max_num_queries):
    made = [post(client, body=wanted()).json()["id"] for _ in range(5)]
    make_hotspot(make_series("Boiler 1", "energy"))

    with django_assert_max_num_queries(6):
        first = client.get(f"{URL}?page_size=3").json()
    second = client.get(first["next"]).json()

    assert [row["id"] for row in first["results"] + second["results"]] == made[::-1]
    assert second["next"] is None


def test_the_history_tells_who_made_and_ended_it(client):
    made = post(client, body=wanted()).json()
    post(client, f"{URL}/{made['id']}/end")

    ended, created = client.get(f"{URL}/{made['id']}/history").json()["results"]

    assert (created["by"], created["via"], created["change"]) == ("analyst", "api", "created")
    assert (ended["by"], list(ended["changes"])) == ("analyst", ["ended_at"])
