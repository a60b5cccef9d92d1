"""The dashboard's sign-in by cookie, which no other site can use."""

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from streams.models import StreamEvent
from tests.conftest import PASSWORD
from tests.factories import make_hotspot

pytestmark = pytest.mark.django_db
CREDENTIALS = {"username": "analyst", "password": PASSWORD}


@pytest.fixture
def browser():
    """A client that checks CSRF as a browser meets it."""
    cache.clear()
    return APIClient(enforce_csrf_checks=True)


def token(browser):
    browser.get("/api/session")
    return {"X-CSRFToken": browser.cookies["csrftoken"].value}


def test_the_first_look_sets_the_csrf_cookie_and_finds_nobody(browser):
    answer = browser.get("/api/session")

    assert answer.json() == {"user": None}
    assert "csrftoken" in answer.cookies


def test_signing_in_and_out_by_cookie(browser, analyst):
    headers = token(browser)
    answer = browser.post("/api/session", CREDENTIALS, format="json", headers=headers)
    assert answer.status_code == 200
    assert answer.json()["user"]["username"] == "analyst"
    assert answer.cookies["sessionid"]["httponly"]
    assert browser.get("/api/session").json()["user"] == browser.get("/api/me").json()

    assert browser.delete("/api/session", headers=token(browser)).status_code == 204
    assert browser.get("/api/session").json() == {"user": None}
    assert browser.get("/api/me").status_code == 401


def test_another_site_cannot_sign_a_browser_in(browser, analyst):
    answer = browser.post("/api/session", CREDENTIALS, format="json")

    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    assert answer["Content-Type"] == "application/problem+json"
    assert "sessionid" not in answer.cookies


def test_another_site_can_change_nothing_with_the_cookie(browser, analyst):
    hotspot = make_hotspot()
    before = StreamEvent.objects.count()
    browser.force_login(analyst)

    answer = browser.post(f"/api/hotspots/{hotspot.pk}/acknowledge")

    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    hotspot.refresh_from_db()
    assert hotspot.status == "open"
    assert StreamEvent.objects.count() == before
    assert browser.delete("/api/session").status_code == 403
    assert browser.get("/api/me").status_code == 200


def test_a_wrong_password_leaves_no_session(browser, analyst):
    body = {**CREDENTIALS, "password": "wrong"}
    answer = browser.post("/api/session", body, format="json", headers=token(browser))

    assert (answer.status_code, answer.json()["code"]) == (401, "bad_credentials")
    assert browser.get("/api/session").json() == {"user": None}


def test_the_limit_counts_cookie_and_token_sign_in_together(browser, analyst):
    wrong = {**CREDENTIALS, "password": "wrong"}
    for _ in range(5):
        browser.post("/api/session", wrong, format="json", headers=token(browser))
        browser.post("/api/token", wrong, format="json")

    answer = browser.post("/api/session", CREDENTIALS, format="json", headers=token(browser))

    assert answer.status_code == 429
