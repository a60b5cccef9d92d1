"""Signing in by token over REST, and what a token then opens."""

import pytest
from django.core.cache import cache
from django.utils import timezone

from streams import tickets, tokens
from streams.models import RevokedToken, StreamTicket
from streams.sign_in import _own_cache
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_attempts():
    """No failed attempts of other tests."""
    cache.clear()
    _own_cache.clear()


def sign_in(client, username="analyst", password=PASSWORD, **extra):
    body = {"username": username, "password": password}
    return client.post("/api/token", body, format="json", **extra)


def test_name_and_password_give_a_pair_that_works(api, analyst):
    client = api()
    answer = sign_in(client)

    assert answer.status_code == 200
    assert sorted(answer.json()) == ["access", "expires_in", "refresh"]
    assert answer["Cache-Control"] == "no-store"
    me = client.get("/api/me", headers={"Authorization": f"Bearer {answer.json()['access']}"})
    assert me.json()["username"] == "analyst"


def test_me_tells_name_groups_and_permissions(api, analyst):
    me = api(analyst).get("/api/me").json()

    assert {name: me[name] for name in ("id", "username", "name", "is_staff", "groups")} == {
        "id": analyst.pk,
        "username": "analyst",
        "name": "",
        "is_staff": True,
        "groups": ["analyst"],
    }
    assert "hotspots.change_hotspot" in me["permissions"]
    assert "recommendations.decide_recommendation" not in me["permissions"]


def test_the_refresh_token_gives_a_new_access_token_until_it_is_given_back(api, analyst):
    client = api()
    pair = sign_in(client).json()
    refresh = {"refresh": pair["refresh"]}

    renewed = client.post("/api/token/refresh", refresh, format="json")
    assert renewed.status_code == 200
    assert client.post("/api/token/revoke", refresh, format="json").status_code == 204

    refused = client.post("/api/token/refresh", refresh, format="json")
    assert (refused.status_code, refused.json()["code"]) == (401, "token_revoked")
    assert refused["WWW-Authenticate"] == "Bearer"
    for access in (pair["access"], renewed.json()["access"]):
        answer = client.get("/api/me", headers={"Authorization": f"Bearer {access}"})
        assert (answer.status_code, answer.json()["code"]) == (401, "token_revoked")


@pytest.mark.parametrize("username", ["analyst", "nobody"])
def test_wrong_name_or_password_are_told_alike(api, analyst, username):
    answer = sign_in(api(), username, "wrong")

    assert (answer.status_code, answer.json()["code"]) == (401, "bad_credentials")
    assert answer["Content-Type"] == "application/problem+json"


def test_an_inactive_user_is_refused_with_password_token_and_session(api, analyst):
    client, signed_in = api(), api(analyst)
    access = tokens.issue(analyst, at=timezone.now()).access
    analyst.is_active = False
    analyst.save()

    assert sign_in(client).json()["code"] == "bad_credentials"
    answer = client.get("/api/me", headers={"Authorization": f"Bearer {access}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "token_revoked")
    answer = signed_in.get("/api/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer x y", "bearer nonsense"])
def test_a_bad_bearer_header_is_not_passed_over(api, analyst, header):
    answer = api(analyst).get("/api/me", headers={"Authorization": header})

    assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")


def test_ten_failures_close_the_door_for_that_name_and_address_only(api, analyst, approver):
    client = api()
    codes = [sign_in(client, password="wrong").status_code for _ in range(11)]
    assert codes == [401] * 10 + [429]

    answer = sign_in(client)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_attempts")
    assert 0 < int(answer["Retry-After"]) <= 300
    assert sign_in(client, username="ANALYST").status_code == 429
    assert sign_in(client, username="approver").status_code == 200
    assert sign_in(client, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_successes_are_not_counted(api, analyst):
    client = api()
    for _ in range(9):
        sign_in(client, password="wrong")

    assert [sign_in(client).status_code for _ in range(12)] == [200] * 12
    assert sign_in(client, password="wrong").status_code == 401
    assert sign_in(client).status_code == 429


def test_while_the_shared_cache_is_away_sign_in_works_and_is_limited(api, analyst, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1",  # nothing listens on port 1
        }
    }
    client = api()

    assert sign_in(client).status_code == 200
    codes = [sign_in(client, password="wrong").status_code for _ in range(11)]
    assert codes == [401] * 10 + [429]


def test_a_forged_forwarding_header_does_not_open_the_door_again(api, analyst):
    client = api()
    for number in range(10):
        sign_in(client, password="wrong", headers={"X-Forwarded-For": f"192.0.2.{number}"})

    assert sign_in(client, headers={"X-Forwarded-For": "192.0.2.99"}).status_code == 429


def test_behind_a_trusted_proxy_clients_are_told_apart(api, analyst, settings):
    settings.TRUSTED_PROXIES = ["127.0.0.0/8"]
    client = api()
    for _ in range(10):
        sign_in(client, password="wrong", headers={"X-Forwarded-For": "198.51.100.1, 192.0.2.1"})

    forged = {"X-Forwarded-For": "203.0.113.5, 192.0.2.1"}
    assert sign_in(client, headers=forged).status_code == 429
    assert sign_in(client, headers={"X-Forwarded-For": "192.0.2.2"}).status_code == 200


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "invalid", "username"),
        ({"username": "analyst"}, "invalid", "password"),
        ({"username": "a\0b", "password": "x"}, "invalid", "username"),
        ({"username": ["analyst"], "password": "x"}, "invalid", "username"),
        ({"username": "analyst", "password": "x", "admin": True}, "unknown_field", "admin"),
    ],
)
def test_a_body_that_is_not_a_sign_in_names_the_field(api, body, code, field):
    answer = api().post("/api/token", body, format="json")

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert field in answer.json()["errors"]


def test_something_else_than_a_refresh_token_cannot_be_given_back(api, analyst):
    answer = api().post("/api/token/revoke", {"refresh": "x.y.z"}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")
    assert not RevokedToken.objects.exists()


def test_a_ticket_is_for_its_user_and_stream(api, analyst):
    answer = api(analyst).post("/api/stream-tickets", {"stream": "alerts"}, format="json")

    assert answer.status_code == 201
    assert answer.json()["expires_in"] == 30
    assert tickets.redeem(answer.json()["ticket"], "alerts") == analyst.pk


@pytest.mark.parametrize(
    ("role", "stream", "status", "code"),
    [
        ("analyst", "nothing", 400, "invalid"),
        ("ingester", "hotspots", 403, "not_permitted"),
        (None, "hotspots", 401, "not_signed_in"),
    ],
)
def test_a_refused_ticket_leaves_nothing_behind(api, make_user, role, stream, status, code):
    user = make_user("somebody", role=role) if role else None

    answer = api(user).post("/api/stream-tickets", {"stream": stream}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not StreamTicket.objects.exists()
