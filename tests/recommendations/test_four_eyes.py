"""Who edited a recommendation leaves its approval to somebody else, where that rule held."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from recommendations import services
from recommendations.advising import generate
from recommendations.errors import FourEyesError
from recommendations.models import Recommendation
from streams.models import StreamEvent
from tests.factories import AT, make_hotspot, make_recommendation
from tests.pages import button, told
from tests.recommendations.tampering import sql

pytestmark = pytest.mark.django_db
Status = Recommendation.Status
PATH = "/api/recommendations/{}/{}"


@pytest.fixture
def other(make_user):
    """A second approver."""
    return make_user("other", role="approver", is_staff=True)


@pytest.fixture
def edited(approver):
    """A recommendation under the rule that the approver has edited."""
    row = make_recommendation(four_eyes=True)
    return edit(row, approver, title="Move all legs to rail")


def edit(row, by, **changes):
    return services.edit(row.pk, changes=changes, by=by, at=AT, via="api")


def decide(row, by, status=Status.APPROVED):
    return services.decide(row.pk, status=status, by=by, at=AT, via="api")


def image():
    rows = list(Recommendation.objects.values())
    return rows, StreamEvent.objects.count(), Recommendation.history.count()


def test_an_editor_cannot_approve_over_rest(api, approver, edited):
    before = image()

    answer = api(approver).post(PATH.format(edited.pk, "approve"))

    assert (answer.status_code, answer.json()["code"]) == (403, "four_eyes")
    assert image() == before


def test_an_editor_cannot_approve_in_bulk_and_the_others_are_decided(api, approver, edited):
    free = make_recommendation(edited.hotspot, playbook="free", four_eyes=True)
    body = {"approve": [edited.pk, free.pk]}

    answer = api(approver).post("/api/recommendations/decide", body, format="json")

    refused, approved = answer.json()["results"]
    assert (refused["ok"], refused["code"]) == (False, "four_eyes")
    assert (approved["ok"], approved["row"]["status"]) == (True, "approved")
    edited.refresh_from_db()
    assert edited.status == "pending"


def test_an_editor_cannot_approve_in_the_back_office(client, approver, edited):
    client.force_login(approver)
    before = image()

    messages = told(client.post(button(edited, "approve"), follow=True))

    assert "not approved. You edited it" in messages[0]
    assert image() == before


def test_a_superuser_is_no_exception(staff):
    row = edit(make_recommendation(four_eyes=True), staff, cost="low")

    with pytest.raises(FourEyesError):
        decide(row, staff)


def test_an_editor_may_reject(approver, edited):
    assert decide(edited, approver, Status.REJECTED).status == "rejected"


def test_somebody_else_approves(other, edited):
    assert decide(edited, other).status == "approved"


def test_an_earlier_editor_is_one_too(approver, other, edited):
    """The row names the last editor alone: the history knows them all."""
    edit(edited, other, title="Move some legs to rail")

    for editor in (approver, other):
        with pytest.raises(FourEyesError):
            decide(edited, editor)


def test_who_changed_nothing_is_no_editor(other, edited):
    edit(edited, other, title=edited.title)

    assert decide(edited, other).status == "approved"


def test_an_editor_stays_one_when_a_decision_is_taken_back(approver, other, edited):
    decide(edited, other)
    services.undo(edited.pk, by=other, at=AT + timedelta(seconds=1), via="api")

    with pytest.raises(FourEyesError):
        decide(edited, approver)


def test_without_the_rule_an_editor_approves(approver):
    row = edit(make_recommendation(), approver, title="Move all legs to rail")

    assert decide(row, approver).status == "approved"


@pytest.mark.parametrize("held", [True, False])
def test_a_row_keeps_what_held_when_it_was_written(playbooks, approver, held):
    with override_settings(DECISION_FOUR_EYES=held):
        generate(make_hotspot().pk)
    row = Recommendation.objects.order_by("pk")[0]

    with override_settings(DECISION_FOUR_EYES=not held):
        edit(row, approver, feasibility=1)
        if held:
            with pytest.raises(FourEyesError):
                decide(row, approver)
        else:
            decide(row, approver)

    row.refresh_from_db()
    assert (row.four_eyes, row.status) == (held, "pending" if held else "approved")


@pytest.mark.parametrize("status", ["approved", "implemented"])
def test_the_database_refuses_it_too(approver, edited, status):
    statement = "UPDATE {rows} SET status = %s, decided_by_id = %s, decided_at = %s WHERE id = %s"
    values = (status, approver.pk, AT.isoformat(), edited.pk)
    with (
        pytest.raises(IntegrityError, match="recommendation_approved_by_other_eyes"),
        transaction.atomic(),
    ):
        sql(statement, *values)

    sql(statement, "rejected", *values[1:])
    with pytest.raises(IntegrityError), transaction.atomic():
        sql("UPDATE {rows} SET status = %s WHERE id = %s", status, edited.pk)
    sql("UPDATE {rows} SET four_eyes = %s WHERE id = %s", False, edited.pk)
    sql("UPDATE {rows} SET status = %s WHERE id = %s", status, edited.pk)
