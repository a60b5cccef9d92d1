"""Changing hotspots over REST: the row, its version, its history, and what is refused."""

import pytest

from hotspots.models import Hotspot
from streams.models import StreamEvent
from tests.factories import make_hotspot

pytestmark = pytest.mark.django_db


def image(hotspot):
    """Everything that a refused change must leave as it is."""
    row = Hotspot.objects.values().get(pk=hotspot.pk)
    return row, StreamEvent.objects.count(), hotspot.history.count()


@pytest.mark.parametrize(
    ("action", "status"),
    [("acknowledge", "acknowledged"), ("resolve", "resolved"), ("ignore", "ignored")],
)
def test_a_change_answers_the_row_and_sends_it(api, analyst, action, status):
    hotspot = make_hotspot()

    answer = api(analyst).post(f"/api/hotspots/{hotspot.pk}/{action}")

    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["version"]) == (status, 2)
    assert answer["ETag"] == '"2"'
    assert api(analyst).get(f"/api/hotspots/{hotspot.pk}").json() == answer.json()
    event = StreamEvent.objects.filter(stream="hotspots").latest("seq")
    assert (event.seq, event.event) == (2, "hotspot.updated")


def test_a_label_says_whether_the_finding_was_right(api, analyst):
    hotspot = make_hotspot(status="resolved")
    client = api(analyst)
    path = f"/api/hotspots/{hotspot.pk}/label"

    assert client.post(path, {"label": "true_positive"}, format="json").status_code == 200
    hotspot.refresh_from_db()
    assert hotspot.label == "true_positive"


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "invalid", "label"),
        ({"label": "maybe"}, "invalid", "label"),
        ({"label": ""}, "invalid", "label"),
        ({"label": "true_positive", "status": "resolved"}, "unknown_field", "status"),
        ([], "invalid", ""),
    ],
)
def test_a_wrong_label_changes_nothing(api, analyst, body, code, field):
    hotspot = make_hotspot()
    before = image(hotspot)

    answer = api(analyst).post(f"/api/hotspots/{hotspot.pk}/label", body, format="json")

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert list(answer.json()["errors"]) == [field]
    assert image(hotspot) == before


@pytest.mark.parametrize("action", ["acknowledge", "resolve", "ignore"])
def test_what_is_over_cannot_be_changed(api, analyst, action):
    hotspot = make_hotspot(status="resolved")
    before = image(hotspot)

    answer = api(analyst).post(f"/api/hotspots/{hotspot.pk}/{action}")

    assert (answer.status_code, answer.json()["code"]) == (409, "illegal_state")
    assert image(hotspot) == before


@pytest.mark.parametrize("pk", [999, 2**63, 10**40])
@pytest.mark.parametrize("action", ["acknowledge", "resolve", "ignore", "label"])
def test_a_row_that_does_not_exist_cannot_be_changed(api, analyst, action, pk):
    body = {"label": "true_positive"} if action == "label" else {}

    answer = api(analyst).post(f"/api/hotspots/{pk}/{action}", body, format="json")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("tag", "status", "code"),
    [
        ('"7"', 412, "version_conflict"),
        ('"abc"', 412, "version_conflict"),
        ('W/"1"', 412, "version_conflict"),
        ("1", 400, "bad_if_match"),
        ('"1", "2"', 400, "bad_if_match"),
        ("", 400, "bad_if_match"),
    ],
)
def test_a_change_decided_on_another_version_is_refused(api, analyst, tag, status, code):
    hotspot = make_hotspot()
    before = image(hotspot)

    answer = api(analyst).post(f"/api/hotspots/{hotspot.pk}/acknowledge", headers={"If-Match": tag})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert image(hotspot) == before


@pytest.mark.parametrize("tag", ['"1"', "*"])
def test_a_change_decided_on_this_version_is_made(api, analyst, tag):
    path = f"/api/hotspots/{make_hotspot().pk}/acknowledge"

    assert api(analyst).post(path, headers={"If-Match": tag}).status_code == 200


@pytest.mark.parametrize("action", ["acknowledge", "resolve", "ignore", "label"])
@pytest.mark.parametrize(("role", "status"), [("ingester", 403), (None, 401)])
def test_whoever_may_not_change_it_changes_nothing(api, make_user, action, role, status):
    hotspot = make_hotspot()
    before = image(hotspot)
    user = make_user("somebody", role=role) if role else None

    answer = api(user).post(
        f"/api/hotspots/{hotspot.pk}/{action}", {"label": "true_positive"}, format="json"
    )

    assert answer.status_code == status
    assert image(hotspot) == before


def test_the_history_tells_who_changed_what_when_and_from_where(api, analyst):
    hotspot = make_hotspot()
    client = api(analyst)
    client.post(f"/api/hotspots/{hotspot.pk}/acknowledge")
    client.post(f"/api/hotspots/{hotspot.pk}/resolve")

    body = client.get(f"/api/hotspots/{hotspot.pk}/history").json()

    resolved, acknowledged, created = body["results"]
    assert (created["change"], created["changes"]) == ("created", {})
    assert (acknowledged["by"], acknowledged["via"]) == ("analyst", "api")
    assert acknowledged["changes"] == {"status": {"from": "open", "to": "acknowledged"}}
    assert resolved["changes"]["status"] == {"from": "acknowledged", "to": "resolved"}
    assert resolved["changes"]["resolved_at"]["from"] is None
    assert body["next"] is None


def test_a_page_of_history_knows_what_its_last_entry_changed(api, analyst):
    hotspot = make_hotspot()
    client = api(analyst)
    client.post(f"/api/hotspots/{hotspot.pk}/acknowledge")
    client.post(f"/api/hotspots/{hotspot.pk}/resolve")

    first = client.get(f"/api/hotspots/{hotspot.pk}/history?page_size=1").json()
    second = client.get(first["next"]).json()

    assert first["results"][0]["changes"]["status"]["to"] == "resolved"
    assert second["results"][0]["changes"]["status"]["to"] == "acknowledged"
