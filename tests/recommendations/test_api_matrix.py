"""Every route that changes a recommendation, in every way that it can be asked wrongly.

A refusal has its status and code, changes nothing and sends nothing.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from recommendations import services
from recommendations.models import HistoryLink, Recommendation
from streams.models import StreamEvent
from tests.recommendations.routes import DECIDED, ROUTES, every, image, one_row, refused

pytestmark = pytest.mark.django_db
Status = Recommendation.Status


@every
def test_it_does_what_it_says_once(ask, make_in, route):
    row = make_in(route.state)
    events, links = StreamEvent.objects.count(), HistoryLink.objects.count()

    answer = ask(route, row)

    assert answer.status_code == 200
    stored = Recommendation.objects.get()
    assert (stored.status, stored.version) == (route.result, row.version + 1)
    assert StreamEvent.objects.count() == events + 1
    assert (HistoryLink.objects.count(), Recommendation.history.count()) == (links + 1, links + 1)
    if route.name != "decide":
        assert answer["ETag"] == f'"{stored.version}"'


@one_row
def test_with_the_version_that_was_seen_it_is_done(ask, make_in, route):
    row = make_in(route.state)

    assert ask(route, row, If_Match=f'"{row.version}"').status_code == 200


@one_row
@pytest.mark.parametrize(
    ("tag", "status", "code"),
    [
        ('"99"', 412, "version_conflict"),
        ('W/"1"', 412, "version_conflict"),
        ('"1", "2"', 400, "bad_if_match"),
        ("1", 400, "bad_if_match"),
    ],
)
def test_another_version_is_refused(ask, make_in, route, tag, status, code):
    row = make_in(route.state)
    before = image()

    refused(ask(route, row, If_Match=tag), status, code)
    assert image() == before


@one_row
@pytest.mark.parametrize("state", Status.values)
def test_another_state_is_refused(ask, make_in, route, state):
    if state not in route.wrong:
        return  # one in which it is allowed
    row = make_in(state)
    before = image()

    refused(ask(route, row), 409, route.wrong[state])
    refused(ask(route, row, If_Match='"99"'), 409, route.wrong[state])
    assert image() == before


@pytest.mark.parametrize("state", DECIDED)
def test_in_bulk_another_state_is_a_result(ask, make_in, state):
    row = make_in(state)
    before = image()

    answer = ask(ROUTES["decide"], row)

    [result] = answer.json()["results"]
    assert (answer.status_code, result["ok"], result["code"]) == (200, False, "already_decided")
    assert image() == before


@every
@pytest.mark.parametrize(
    ("role", "status", "code"),
    [
        ("analyst", 403, "not_permitted"),
        ("ingester", 403, "not_permitted"),
        ("", 403, "not_permitted"),
        (None, 401, "not_signed_in"),
    ],
)
def test_who_may_not_is_refused_whatever_the_state(
    ask, make_in, make_user, route, role, status, code
):
    user = None if role is None else make_user("somebody", role=role)
    for state in Status.values:
        Recommendation.objects.all().delete()
        row = make_in(state)
        before = image()

        refused(ask(route, row, by=user), status, code)
        refused(ask(route, 999, by=user), status, code)
        assert image() == before
        row.hotspot.delete()


def test_a_decision_of_somebody_else_is_not_undone(ask, make_in, make_user):
    row, other = make_in("approved"), make_user("other", role="approver")
    before = image()

    refused(ask(ROUTES["undo"], row, by=other), 403, "not_your_decision")
    refused(ask(ROUTES["undo"], row, by=other, If_Match='"99"'), 403, "not_your_decision")
    assert image() == before


def test_a_decision_is_not_undone_later(ask, make_in, settings):
    row = make_in("approved")
    long_ago = timezone.now() - timedelta(seconds=settings.DECISION_UNDO_SECONDS + 1)
    Recommendation.objects.update(decided_at=long_ago)
    before = image()

    refused(ask(ROUTES["undo"], row), 409, "undo_expired")
    assert image() == before


@pytest.mark.parametrize("tag", ["*", '"1"', '"99"'])
def test_four_eyes_come_before_the_version(ask, make_in, approver, tag):
    row = make_in("pending", four_eyes=True)
    given = {"by": approver, "at": timezone.now(), "via": "api"}
    services.edit(row.pk, changes={"title": "Mine"}, **given)
    before = image()

    refused(ask(ROUTES["approve"], row, If_Match=tag), 403, "four_eyes")
    assert image() == before


@one_row
def test_a_row_that_is_not_there_is_not_found(ask, make_in, route):
    make_in(route.state)
    before = image()

    refused(ask(route, 999), 404, "not_found")
    refused(ask(route, 2**63), 404, "not_found")
    assert image() == before


@every
@pytest.mark.parametrize(
    ("more", "code"),
    [({"surprise": 1}, "unknown_field"), ({"note": ["x"], "title": 7}, None)],
)
def test_a_body_with_something_else_is_refused(ask, make_in, route, more, code):
    row = make_in(route.state)
    before = image()

    answer = ask(route, row, route.body | more)

    assert answer.status_code == 400
    assert answer.json()["code"] in ({code} if code else {"invalid", "unknown_field"})
    assert image() == before


@every
def test_an_unknown_parameter_of_the_query_is_refused(api, approver, make_in, route):
    row = make_in(route.state)
    before = image()
    path = f"{route.path(row.pk)}?force=1"

    answer = getattr(api(approver), route.method)(
        path, route.content(row.pk, route.body), format="json"
    )

    refused(answer, 400, "unknown_parameter")
    assert image() == before
