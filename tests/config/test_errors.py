"""Whatever goes wrong below /api is problem+json with a stable code, never a stack trace."""

import json

import pytest
from django.test import Client
from rest_framework.test import APIClient

from streams import quiet
from streams.limits import OncePer
from streams.models import StreamEvent
from tests.factories import make_hotspot

pytestmark = pytest.mark.django_db


def problem(answer):
    """The body, after a check that it has the shape of every problem."""
    assert answer["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert {"type", "title", "status", "detail", "code"} <= set(body)
    assert body["status"] == answer.status_code
    assert body["type"] == f"urn:emberwatch:problem:{body['code']}"
    assert "Traceback" not in answer.content.decode()
    return body


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "options"])
@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/nothing", "/api/hotspots/1/nothing", "/api//"]
)
def test_a_path_that_leads_nowhere(method, path):
    body = problem(getattr(Client(enforce_csrf_checks=True), method)(path))

    assert (body["status"], body["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("put", "/api/hotspots"),
        ("post", "/api/hotspots"),
        ("delete", "/api/hotspots/1"),
        ("options", "/api/hotspots"),
        ("get", "/api/hotspots/1/acknowledge"),
        ("patch", "/api/me"),
        ("get", "/api/recommendations/decide"),
    ],
)
def test_a_method_that_a_route_does_not_have(api, staff, method, path):
    answer = getattr(api(staff), method)(path)

    assert (answer.status_code, problem(answer)["code"]) == (405, "method_not_allowed")
    assert answer["Allow"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"not json",
        b'{"label": NaN}',
        b'{"label": "\\ud800"}',
        b'{"label": "\xff"}',
        b"[" * 100_000,
        b'{"label": "true_positive"} x',
    ],
)
def test_a_body_that_is_not_json_changes_nothing(api, analyst, body):
    hotspot = make_hotspot()
    before = StreamEvent.objects.count()
    path = f"/api/hotspots/{hotspot.pk}/label"

    answer = api(analyst).post(path, body, content_type="application/json")

    assert (answer.status_code, problem(answer)["code"]) == (400, "bad_json")
    assert StreamEvent.objects.count() == before


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x"]
)
def test_a_body_of_another_kind(api, analyst, content_type):
    path = f"/api/hotspots/{make_hotspot().pk}/label"

    answer = api(analyst).post(path, b"label=true_positive", content_type=content_type)

    assert (answer.status_code, problem(answer)["code"]) == (415, "bad_content_type")


@pytest.mark.parametrize(
    ("size", "headers"), [(1024**2, {}), (5 * 1024**2, {}), (5 * 1024**2, {"Idempotency-Key": "k"})]
)
def test_a_body_that_is_too_large(api, analyst, size, headers):
    body = b'{"label": "' + b"x" * size + b'"}'
    path = f"/api/hotspots/{make_hotspot().pk}/label"

    answer = api(analyst).post(path, body, content_type="application/json", headers=headers)

    assert (answer.status_code, problem(answer)["code"]) == (413, "too_large")


def test_an_answer_in_another_form_than_json(api, analyst):
    answer = api(analyst).get("/api/hotspots", headers={"Accept": "application/xml"})

    assert (answer.status_code, problem(answer)["code"]) == (406, "not_acceptable")


def test_a_host_that_is_not_ours(settings):
    settings.ALLOWED_HOSTS = ["emberwatch.test"]

    answer = Client().get("/api/me", headers={"Host": "evil.example"})

    assert (answer.status_code, problem(answer)["code"]) == (400, "bad_request")


def test_hosts_that_are_not_ours_are_one_line_of_the_log(settings, monkeypatch, caplog):
    settings.ALLOWED_HOSTS = ["emberwatch.example"]
    monkeypatch.setattr(quiet, "_said", OncePer(60))
    for host in ("evil.example", "evil.example", "worse.example"):
        assert Client().get("/readyz", headers={"Host": host}).status_code == 400

    [refused] = (r for r in caplog.records if r.name == "django.security.DisallowedHost")
    assert (refused.levelname, refused.exc_info) == ("WARNING", None)
    assert refused.getMessage().startswith("Invalid HTTP_HOST header: 'evil.example'")


def test_an_unexpected_fault_says_nothing_about_its_inside(api, analyst, monkeypatch, caplog):
    def fail(*_):
        raise RuntimeError("the secret inside")

    monkeypatch.setattr("streams.events.head", fail)
    client: APIClient = api(analyst)
    client.raise_request_exception = False

    answer = client.get("/api/hotspots")

    assert (answer.status_code, problem(answer)["code"]) == (500, "server_error")
    assert "secret" not in answer.content.decode()
    assert "the secret inside" in caplog.text


def test_with_debugging_on_an_unknown_path_is_still_a_problem(settings):
    settings.DEBUG = True

    assert problem(Client().get("/api/nothing"))["code"] == "not_found"


@pytest.mark.parametrize(
    "path", ["/api/me", "/api/stats", "/api/hotspots", "/api/alerts/1", "/api/recommendations"]
)
def test_unknown_query_parameters_are_refused_everywhere(api, staff, path):
    answer = api(staff).get(f"{path}?unknown=1")

    body = problem(answer)
    assert (body["status"], body["code"]) == (400, "unknown_parameter")
    assert list(body["errors"]) == ["unknown"]


@pytest.mark.parametrize("escape", [r"\000", r"\377"], ids=["NUL", "no ASCII"])
@pytest.mark.parametrize(("path", "status"), [("/api/me", 401), ("/admin/login/", 200)])
def test_a_session_key_that_no_table_can_hold_is_nobodys(path, status, escape):
    """An octal escape in a quoted cookie is a NUL, which PostgreSQL refuses."""
    assert Client().get(path, headers={"Cookie": f'sessionid="{escape * 9}"'}).status_code == status
