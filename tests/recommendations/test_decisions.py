"""The first decision stands; each has its history; who decided can take it back for a while."""

from datetime import timedelta

import pytest

from recommendations import services
from recommendations.errors import (
    AlreadyDecidedError,
    InvalidDecisionError,
    NotYourDecisionError,
    UndoExpiredError,
)
from recommendations.models import Recommendation
from streams.errors import IllegalStateError, NotFoundError, VersionConflictError
from streams.models import StreamEvent
from tests.factories import AT, make_hotspot, make_recommendation

pytestmark = pytest.mark.django_db
Status = Recommendation.Status
LATER = AT + timedelta(seconds=5)


@pytest.fixture
def recommendation(db):
    return make_recommendation()


@pytest.fixture
def decide(approver):
    def call(recommendation, status=Status.APPROVED, **options):
        values = {"by": approver, "at": AT, "via": "api", "note": "saves fuel"} | options
        return services.decide(recommendation.pk, status=status, **values)

    return call


@pytest.fixture
def undo(approver):
    def call(recommendation, **options):
        values = {"by": approver, "at": LATER, "via": "api"} | options
        return services.undo(recommendation.pk, **values)

    return call


def seen(recommendation):
    """The row as it is stored, with the number of events: a refusal changes neither."""
    row = Recommendation.objects.filter(pk=recommendation.pk).values().get()
    return row, StreamEvent.objects.count(), recommendation.history.count()


@pytest.mark.parametrize("status", [Status.APPROVED, Status.REJECTED])
def test_a_decision_is_stored_with_its_person_time_and_note(
    recommendation, decide, approver, status
):
    decide(recommendation, status, note="  saves fuel ")

    recommendation.refresh_from_db()
    assert (recommendation.status, recommendation.decided_by) == (status, approver)
    assert (recommendation.decided_at, recommendation.note) == (AT, "saves fuel")


def test_a_decision_is_one_event_and_one_row_of_history(recommendation, decide, approver):
    decide(recommendation, via="admin")

    event = StreamEvent.objects.get(event="recommendation.updated")
    record = recommendation.history.first()
    assert '"status":"approved"' in event.data
    assert (record.status, record.history_user) == ("approved", approver)
    assert record.history_change_reason == "admin"


@pytest.mark.parametrize("second", [Status.APPROVED, Status.REJECTED])
def test_the_first_decision_stands(recommendation, decide, make_user, second):
    decide(recommendation)
    before = seen(recommendation)

    with pytest.raises(AlreadyDecidedError, match="approved by approver on 2026-03-04 09:00 UTC"):
        decide(recommendation, second, by=make_user("other"))

    assert seen(recommendation) == before


def test_an_expired_one_can_no_longer_be_decided(decide):
    expired = make_recommendation(status="expired")
    before = seen(expired)

    with pytest.raises(AlreadyDecidedError, match="Already expired"):
        decide(expired)

    assert seen(expired) == before


def test_a_decision_on_another_version_is_refused(recommendation, decide):
    before = seen(recommendation)

    with pytest.raises(VersionConflictError):
        decide(recommendation, version=recommendation.version + 1)

    assert seen(recommendation) == before
    assert decide(recommendation, version=recommendation.version).status == "approved"


@pytest.mark.parametrize("note", ["x" * 2001, "a\x00b", "a\ud800b", "a\u202eb"])
def test_a_note_that_cannot_be_stored_is_refused(recommendation, decide, note):
    before = seen(recommendation)

    with pytest.raises(InvalidDecisionError):
        decide(recommendation, note=note)

    assert seen(recommendation) == before


def test_only_approved_and_rejected_are_decisions(recommendation, decide):
    with pytest.raises(ValueError, match="approved or rejected"):
        decide(recommendation, Status.IMPLEMENTED)


@pytest.mark.parametrize("call", [services.decide, services.undo, services.implement])
def test_an_unknown_recommendation_is_not_found(call, approver):
    options = {
        services.decide: {"status": Status.APPROVED, "note": ""},
        services.undo: {},
        services.implement: {"realised_reduction": 1.0},
    }[call]

    with pytest.raises(NotFoundError):
        call(4711, by=approver, at=AT, via="api", **options)


def test_many_are_decided_each_on_its_own(approver, decide):
    first, second, decided = make_recommendation(), make_rejectable(), make_rejectable()
    decide(decided)

    results = services.decide_many(
        approve=[first.pk, decided.pk, 4711],
        reject=[second.pk],
        note="weekly round",
        by=approver,
        at=AT,
        via="api",
    )

    assert [result["id"] for result in results] == [
        first.pk, decided.pk, 4711, second.pk,
    ]  # fmt: skip
    assert [result.get("code", "") for result in results] == [
        "", "already_decided", "not_found", "",
    ]  # fmt: skip
    assert results[0]["row"]["status"] == "approved"
    assert Recommendation.objects.get(pk=second.pk).status == "rejected"


def make_rejectable():
    hotspot = make_hotspot(status="resolved")
    return make_recommendation(hotspot)


def test_too_many_at_once_are_refused(recommendation, approver):
    before = seen(recommendation)

    with pytest.raises(InvalidDecisionError):
        services.decide_many(
            approve=[recommendation.pk] * 501, reject=[], by=approver, at=AT, via="api"
        )

    assert seen(recommendation) == before


def test_a_decision_can_be_undone(recommendation, decide, undo):
    decide(recommendation)

    undo(recommendation)

    recommendation.refresh_from_db()
    assert (recommendation.status, recommendation.note) == ("pending", "")
    assert (recommendation.decided_by, recommendation.decided_at) == (None, None)
    assert [r.status for r in recommendation.history.order_by("history_id")] == [
        "pending", "approved", "pending",
    ]  # fmt: skip


def test_after_an_undo_somebody_else_may_decide(recommendation, decide, undo, make_user):
    decide(recommendation)
    undo(recommendation)

    assert decide(recommendation, Status.REJECTED, by=make_user("other")).status == "rejected"


def test_a_decision_can_not_be_undone_later(recommendation, decide, undo, settings):
    settings.DECISION_UNDO_SECONDS = 30
    decide(recommendation)
    before = seen(recommendation)

    with pytest.raises(UndoExpiredError):
        undo(recommendation, at=AT + timedelta(seconds=31))

    assert seen(recommendation) == before


def test_nobody_undoes_the_decision_of_another(recommendation, decide, undo, make_user):
    decide(recommendation)
    before = seen(recommendation)

    with pytest.raises(NotYourDecisionError):
        undo(recommendation, by=make_user("other"))

    assert seen(recommendation) == before


def test_what_is_pending_cannot_be_undone(recommendation, undo):
    before = seen(recommendation)

    with pytest.raises(IllegalStateError):
        undo(recommendation)

    assert seen(recommendation) == before


def test_an_undone_decision_on_a_hotspot_that_ended_is_expired(decide, undo):
    outlived = make_recommendation(make_hotspot(status="resolved"))
    decide(outlived)

    assert undo(outlived).status == "expired"


def test_an_approved_one_is_implemented_with_what_it_brought(recommendation, decide, approver):
    decide(recommendation)

    services.implement(recommendation.pk, realised_reduction=12.5, by=approver, at=LATER, via="api")

    recommendation.refresh_from_db()
    assert (recommendation.status, recommendation.realised_reduction) == ("implemented", 12.5)
    assert (recommendation.decided_by, recommendation.decided_at) == (approver, AT)


@pytest.mark.parametrize("status", ["pending", "expired"])
def test_only_what_was_approved_is_implemented(approver, status):
    recommendation = make_recommendation(status=status)
    before = seen(recommendation)

    with pytest.raises(IllegalStateError):
        services.implement(recommendation.pk, realised_reduction=1.0, by=approver, at=AT, via="api")

    assert seen(recommendation) == before


@pytest.mark.parametrize("amount", [float("nan"), float("inf")])
def test_an_amount_that_is_no_number_is_refused(recommendation, decide, approver, amount):
    decide(recommendation)
    before = seen(recommendation)

    with pytest.raises(InvalidDecisionError):
        services.implement(
            recommendation.pk, realised_reduction=amount, by=approver, at=AT, via="api"
        )

    assert seen(recommendation) == before
