"""`POST /api/events` with a token, which is looked up once a second."""

from time import monotonic

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hotspots.models import Measurement
from streams import tokens
from streams.rest import authentication

pytestmark = pytest.mark.django_db

URL = "/api/events"
PATIENCE = 60  # seconds: the memory is one


def event(minute):
    time = f"2026-01-02T04:{minute % 60:02}:00Z"
    return {"entity": f"Site {minute // 60}", "metric": "co2e", "value": 122.0, "time": time}


@pytest.fixture
def pair(ingester):
    return tokens.issue(ingester, at=timezone.now())


@pytest.fixture
def send(api, pair):
    client, headers = api(), {"Authorization": f"Bearer {pair.access}"}
    return lambda minute: client.post(URL, event(minute), format="json", headers=headers)


def refused(send):
    """Send one event after the other until one is refused; return the answer and what was taken."""
    deadline, minute = monotonic() + PATIENCE, 1
    while monotonic() < deadline:
        answer = send(minute)
        if answer.status_code != 200:
            return answer, minute
        minute += 1
    raise AssertionError("nothing was refused")


def test_who_sent_an_event_is_looked_up_once_for_those_that_follow_at_once(send, monkeypatch):
    monkeypatch.setattr(authentication, "RECENT_SECONDS", 60)  # at once, on a busy machine too
    send(0)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert send(1).status_code == 200

    asked = [q["sql"] for q in queries if "auth_" in q["sql"] or "revokedtoken" in q["sql"]]
    assert asked == []


def test_a_token_that_was_given_back_opens_nothing_a_second_later(send, pair):
    send(0)
    tokens.revoke(pair.refresh)

    answer, taken = refused(send)

    assert (answer.status_code, answer.json()["code"]) == (401, "token_revoked")
    assert Measurement.objects.count() == taken


def test_a_permission_that_was_taken_away_is_gone_a_second_later(send, ingester):
    send(0)
    ingester.groups.clear()

    answer, taken = refused(send)

    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
    assert Measurement.objects.count() == taken
