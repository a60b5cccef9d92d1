"""Deciding over REST: the first decision stands, everything else changes nothing."""

import json

import pytest

from recommendations.models import Recommendation
from streams.models import StreamEvent
from tests.factories import make_recommendation

pytestmark = pytest.mark.django_db
DECIDE = "/api/recommendations/decide"


def post(client, row, action, body=None, **extra):
    path = f"/api/recommendations/{row.pk}/{action}"
    return client.post(path, {} if body is None else body, format="json", **extra)


def image():
    """Everything that a refusal must leave as it is."""
    rows = list(Recommendation.objects.values())
    return rows, StreamEvent.objects.count(), Recommendation.history.count()


@pytest.mark.parametrize(("action", "status"), [("approve", "approved"), ("reject", "rejected")])
def test_a_decision_answers_the_row_and_sends_it(api, approver, action, status):
    row = make_recommendation()

    answer = post(api(approver), row, action, {"note": " too late "})

    assert answer.status_code == 200
    told = {name: answer.json()[name] for name in ("status", "decided_by", "note", "version")}
    assert told == {"status": status, "decided_by": "approver", "note": "too late", "version": 2}
    assert answer["ETag"] == '"2"'
    event = StreamEvent.objects.get(stream="recommendations", event="recommendation.updated")
    assert event.seq == 2
    history = api(approver).get(f"/api/recommendations/{row.pk}/history").json()["results"]
    assert (history[0]["by"], history[0]["via"]) == ("approver", "api")
    assert history[0]["changes"]["status"] == {"from": "pending", "to": status}


def test_the_first_decision_stands(api, approver, staff):
    row = make_recommendation()
    post(api(approver), row, "approve")
    before = image()

    answer = post(api(staff), row, "reject")

    assert (answer.status_code, answer.json()["code"]) == (409, "already_decided")
    assert "approver" in answer.json()["detail"]
    assert image() == before


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        ({"notes": "x"}, {}, 400, "unknown_field"),
        ({"note": "x" * 2001}, {}, 400, "invalid"),
        ({"note": "a\0b"}, {}, 400, "invalid"),
        ({"note": ["x"]}, {}, 400, "invalid"),
        ({"note": 5}, {}, 400, "invalid"),
        ({"note": "a\x07b"}, {}, 400, "invalid_decision"),
        ([], {}, 400, "invalid"),
        ({}, {"If-Match": '"9"'}, 412, "version_conflict"),
    ],
)
@pytest.mark.parametrize("action", ["approve", "reject"])
def test_a_refused_decision_changes_and_sends_nothing(
    api, approver, action, body, headers, status, code
):
    row = make_recommendation()
    before = image()

    answer = post(api(approver), row, action, body, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert image() == before


def test_who_approved_what_was_carried_out_is_not_told_to_have_carried_it_out(api, approver):
    row = make_recommendation()
    post(api(approver), row, "approve")
    post(api(approver), row, "implemented", {"realised_reduction": None})

    answer = post(api(approver), row, "reject")

    assert answer.json()["detail"].startswith("Already approved by approver on ")
    assert answer.json()["detail"].endswith(" UTC, and carried out since.")


@pytest.mark.parametrize("body", ["[]", '"approve"', "5", "true"])
def test_a_body_is_an_object_and_the_refusal_says_so(api, approver, body):
    row = make_recommendation()
    path = f"/api/recommendations/{row.pk}/approve"

    answer = api(approver).post(path, body, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert answer.json()["detail"].startswith("A JSON object is required, not ")


@pytest.mark.parametrize("action", ["approve", "reject", "undo", "implemented"])
@pytest.mark.parametrize(("role", "status"), [("analyst", 403), ("ingester", 403), (None, 401)])
def test_only_approvers_decide(api, make_user, action, role, status):
    row = make_recommendation()
    before = image()
    user = make_user("somebody", role=role) if role else None

    assert post(api(user), row, action).status_code == status
    assert api(user).post(DECIDE, {"approve": [row.pk]}, format="json").status_code == status
    assert image() == before


@pytest.mark.parametrize("action", ["approve", "reject", "undo"])
@pytest.mark.parametrize("pk", [999, 2**63, 10**40])
def test_a_row_that_does_not_exist_cannot_be_decided(api, approver, action, pk):
    answer = api(approver).post(f"/api/recommendations/{pk}/{action}")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_many_are_decided_each_on_its_own(api, approver):
    hotspot = make_recommendation(playbook="a").hotspot
    rows = [make_recommendation(hotspot, playbook=name) for name in "bcd"]
    post(api(approver), rows[0], "reject")
    body = {"approve": [rows[0].pk, rows[1].pk, 2**63], "reject": [rows[2].pk], "note": "all"}

    answer = api(approver).post(DECIDE, body, format="json")

    assert answer.status_code == 200
    taken, approved, unknown, rejected = answer.json()["results"]
    assert (taken["id"], taken["ok"], taken["code"]) == (rows[0].pk, False, "already_decided")
    assert (approved["id"], approved["ok"]) == (rows[1].pk, True)
    assert (approved["row"]["status"], approved["row"]["note"]) == ("approved", "all")
    assert (unknown["id"], unknown["ok"], unknown["code"]) == (2**63, False, "not_found")
    assert rejected["row"]["status"] == "rejected"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"approve": [], "reject": []},
        {"approve": ["{pk}"], "reject": ["{pk}"]},
        {"approve": ["{pk}", "{pk}"]},
        {"approve": ["{pk}", "one"]},
        {"approve": ["{pk}", 0]},
        {"approve": ["{pk}", 10**30]},
        {"approve": "{pk}"},
        {"approve": ["{pk}"], "reject": list(range(1000, 1500))},
        {"approve": ["{pk}"], "ids": [1]},
    ],
)
def test_a_command_that_is_not_clear_decides_nothing(api, approver, body):
    row = make_recommendation()
    before = image()
    text = json.dumps(body).replace('"{pk}"', str(row.pk))

    answer = api(approver).post(DECIDE, text, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["code"] in {"invalid", "unknown_field", "invalid_decision"}
    assert image() == before


def test_your_own_decision_can_be_taken_back_soon(api, approver):
    row = make_recommendation()
    post(api(approver), row, "approve")

    answer = post(api(approver), row, "undo")

    assert (answer.status_code, answer.json()["status"]) == (200, "pending")
    assert answer.json()["decided_by"] is None


def test_somebody_elses_or_an_old_decision_cannot_be_taken_back(api, approver, staff, settings):
    row = make_recommendation()
    post(api(approver), row, "approve")
    before = image()

    answer = post(api(staff), row, "undo")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_decision")
    settings.DECISION_UNDO_SECONDS = 0
    answer = post(api(approver), row, "undo")
    assert (answer.status_code, answer.json()["code"]) == (409, "undo_expired")
    assert image() == before


def test_what_was_carried_out_says_what_it_brought(api, approver):
    row = make_recommendation()
    post(api(approver), row, "approve")

    answer = post(api(approver), row, "implemented", {"realised_reduction": 12.5})

    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["realised_reduction"]) == ("implemented", 12.5)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"realised_reduction": "much"},
        {"realised_reduction": "5"},
        {"realised_reduction": True},
        {"realised_reduction": 1.1e15},
        {"realised_reduction": -1.1e15},
        {"realised": 1},
    ],
)
def test_without_a_number_nothing_is_noted(api, approver, body):
    row = make_recommendation()
    post(api(approver), row, "approve")
    before = image()

    assert post(api(approver), row, "implemented", body).status_code == 400
    assert image() == before


def test_what_was_not_approved_cannot_be_carried_out(api, approver):
    row = make_recommendation()
    before = image()

    answer = post(api(approver), row, "implemented", {"realised_reduction": 1})

    assert (answer.status_code, answer.json()["code"]) == (409, "illegal_state")
    assert image() == before
