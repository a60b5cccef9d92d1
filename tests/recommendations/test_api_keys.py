"""A repeated request gets its first answer again, on every route that changes something."""

import pytest
from django.utils import timezone

from streams.models import IdempotentAnswer
from tests.recommendations.routes import ROUTES, image, posted, refused

pytestmark = pytest.mark.django_db


@posted
def test_a_repeated_key_gives_the_first_answer_again(ask, make_in, route):
    row = make_in(route.state)
    first = ask(route, row, Idempotency_Key="one")
    before = image()

    again = ask(route, row, Idempotency_Key="one")

    assert (again.status_code, again.content) == (200, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert again.get("ETag") == first.get("ETag")
    assert image() == before


@posted
def test_a_refusal_is_the_first_answer_too(ask, make_in, route):
    """Also when the row has become what the request needs: the client knows its answer."""
    row = make_in(route.state)
    if route.name == "decide":
        first = ask(route, 999, Idempotency_Key="one")
        again = ask(route, 999, Idempotency_Key="one")
    else:
        first = ask(route, row, If_Match='"99"', Idempotency_Key="one")
        again = ask(route, row, Idempotency_Key="one")
    before = image()

    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert image() == before


@posted
def test_a_key_with_another_body_is_refused(ask, make_in, route):
    row = make_in(route.state)
    ask(route, row, Idempotency_Key="one")
    before = image()

    answer = ask(route, row, route.other, Idempotency_Key="one")

    refused(answer, 422, "idempotency_key_reused")
    assert image() == before


@posted
def test_a_key_of_somebody_else_is_another_key(ask, make_in, make_user, route):
    row = make_in(route.state)
    ask(route, row, Idempotency_Key="one")
    before = image()

    answer = ask(route, row, by=make_user("other", role="approver"), Idempotency_Key="one")

    assert "Idempotent-Replayed" not in answer
    assert image() == before  # the work was done: what is left to say is that it is so


@posted
def test_a_key_whose_first_request_is_under_way_is_refused(ask, make_in, approver, route):
    row = make_in(route.state)
    ask(route, row, Idempotency_Key="one")
    IdempotentAnswer.objects.update(status=None, created_at=timezone.now())
    before = image()

    answer = ask(route, row, Idempotency_Key="one")

    refused(answer, 409, "idempotency_in_progress")
    assert answer["Retry-After"] == "1"
    assert image() == before


@posted
@pytest.mark.parametrize("key", ["", "two words", "x" * 201, "ü"])
def test_a_key_that_cannot_be_one_is_refused(ask, make_in, route, key):
    row = make_in(route.state)
    before = image()

    refused(ask(route, row, Idempotency_Key=key), 400, "bad_idempotency_key")
    assert image() == before


def test_two_edits_of_one_version_are_one(ask, make_in):
    """PATCH needs no key: the version says it."""
    row = make_in("pending")
    assert ask(ROUTES["edit"], row, If_Match='"1"').status_code == 200
    before = image()

    refused(ask(ROUTES["edit"], row, {"title": "Newer"}, If_Match='"1"'), 412, "version_conflict")
    assert image() == before
