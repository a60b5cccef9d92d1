"""A POST that is sent again: the first answer again, the work done once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from streams.models import IdempotentAnswer, StreamEvent
from streams.rest import idempotency
from tests.factories import make_alert

KEY = {"Idempotency-Key": "b3f1"}


def acknowledge(client, alert, body=None, key=KEY):
    path = f"/api/alerts/{alert.pk}/acknowledge"
    return client.post(path, {} if body is None else body, format="json", headers=key)


@pytest.mark.django_db
def test_the_same_request_gets_the_first_answer_and_changes_nothing_more(api, analyst):
    alert, client = make_alert(), api(analyst)
    first = acknowledge(client, alert)
    events = StreamEvent.objects.count()

    again = acknowledge(client, alert)

    assert first.status_code == again.status_code == 200
    assert again.content == first.content
    assert again["Content-Type"] == first["Content-Type"]
    assert again["ETag"] == first["ETag"]
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert StreamEvent.objects.count() == events
    assert acknowledge(client, alert, key={}).json()["code"] == "illegal_state"


@pytest.mark.django_db
def test_a_browser_gets_the_first_answer_too(analyst):
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(analyst)
    browser.get("/api/session")
    alert, key = make_alert(), KEY | {"X-CSRFToken": browser.cookies["csrftoken"].value}
    first = acknowledge(browser, alert, key=key)

    again = acknowledge(browser, alert, key=key)

    assert first.status_code == 200
    assert again.content == first.content
    assert again["Idempotent-Replayed"] == "true"
    assert acknowledge(browser, alert, {"note": "x"}, key).status_code == 422
    assert acknowledge(browser, alert).json()["code"] == "csrf_failed"


@pytest.mark.django_db
def test_a_refusal_is_repeated_too(api, analyst):
    alert, client = make_alert(status="acknowledged"), api(analyst)
    first = acknowledge(client, alert)

    again = acknowledge(client, alert)

    assert first.status_code == 409
    assert again.content == first.content
    assert again["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_another_body_under_the_same_key_is_refused(api, analyst):
    alert, client = make_alert(), api(analyst)
    acknowledge(client, alert)
    events = StreamEvent.objects.count()

    answer = acknowledge(client, alert, {"note": "x"})

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert StreamEvent.objects.count() == events


@pytest.mark.django_db
def test_a_key_belongs_to_one_user_and_one_path(api, analyst, approver):
    first = make_alert()
    second = make_alert(first.hotspot, level="warn")
    acknowledge(api(analyst), first)

    assert acknowledge(api(analyst), second).json()["id"] == second.pk
    assert acknowledge(api(approver), first).json()["code"] == "illegal_state"


@pytest.mark.django_db
def test_the_slash_at_the_end_is_no_other_path(api, analyst):
    alert, client = make_alert(), api(analyst)
    acknowledge(client, alert)

    path = f"/api/alerts/{alert.pk}/acknowledge/"
    assert client.post(path, {}, format="json", headers=KEY).status_code == 200


@pytest.mark.django_db
def test_while_the_first_is_in_progress_the_second_is_told_so(api, analyst):
    alert, client = make_alert(), api(analyst)
    acknowledge(client, alert)
    IdempotentAnswer.objects.update(status=None)

    answer = acknowledge(client, alert)

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_in_progress")
    assert answer["Retry-After"] == "1"


@pytest.mark.django_db
def test_a_claim_whose_process_died_is_taken_over_after_a_while(api, analyst):
    alert, client = make_alert(), api(analyst)
    acknowledge(client, alert)
    long_ago = timezone.now() - timedelta(minutes=3)
    IdempotentAnswer.objects.update(status=None, created_at=long_ago)

    assert acknowledge(client, alert).json()["code"] == "illegal_state"  # it was looked at again
    assert IdempotentAnswer.objects.get().status == 409


@pytest.mark.django_db
def test_after_a_day_a_key_is_new(api, analyst):
    alert, client = make_alert(), api(analyst)
    acknowledge(client, alert)
    IdempotentAnswer.objects.update(created_at=timezone.now() - timedelta(hours=25))

    assert acknowledge(client, alert, {"note": "x"}).json()["code"] == "unknown_field"


@pytest.mark.django_db
def test_an_unexpected_fault_gives_the_key_back(api, analyst, monkeypatch):
    alert, client = make_alert(), api(analyst)
    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("alerts.services.locked", lambda *_: 1 / 0)
        assert acknowledge(client, alert).status_code == 500

    assert not IdempotentAnswer.objects.exists()
    assert acknowledge(client, alert).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "two words", "x" * 201, "schlüssel"])
def test_a_key_that_cannot_be_one_is_refused(api, analyst, key):
    alert = make_alert()
    events = StreamEvent.objects.count()

    answer = acknowledge(api(analyst), alert, key={"Idempotency-Key": key})

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")
    assert StreamEvent.objects.count() == events


@pytest.mark.django_db
def test_whoever_may_not_do_it_claims_nothing(api, ingester):
    assert acknowledge(api(ingester), make_alert()).status_code == 403
    assert not IdempotentAnswer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_does_the_work(analyst):
    barrier = threading.Barrier(8)
    claims, refused = [], []

    def claim():
        barrier.wait()
        try:
            claims.append(
                idempotency.claim(user_id=analyst.pk, path="/api/x", key="k", content=b"{}")
            )
        except idempotency.InProgressError:
            refused.append(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [type(found) for found in claims] == [idempotency.Claim]
    assert len(refused) == 7
