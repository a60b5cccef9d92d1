"""What is refused outside the API is a page in the product's look; programs get a problem."""

import json

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from recommendations.models import Recommendation
from streams import quiet
from streams.limits import OncePer
from streams.models import StreamEvent
from tests.factories import make_hotspot, make_recommendation
from tests.pages import inline_parts, words

pytestmark = pytest.mark.django_db
LIST = "/admin/recommendations/recommendation/"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def refused(client: Client, what: str, accept: str = BROWSER):
    """The answer to a request that is refused in this way."""
    client.raise_request_exception = False
    headers = {"Accept": accept}
    if what == "bad_request":
        return client.get("/admin/", headers={**headers, "Host": "evil.example"})
    if what == "not_permitted":
        return client.get("/admin/auth/user/", headers=headers)
    if what == "csrf_failed":
        guarded = Client(enforce_csrf_checks=True, headers=headers)
        return guarded.post("/admin/login/", {"username": "a", "password": "b"})
    if what == "too_many_fields":
        return client.post(LIST, {f"f{number}": "1" for number in range(1001)}, headers=headers)
    return client.get("/admin/" if what == "server_error" else "/nothing", headers=headers)


WAYS = [
    ("bad_request", 400),
    ("too_many_fields", 400),
    ("not_permitted", 403),
    ("csrf_failed", 403),
    ("not_found", 404),
    ("server_error", 500),
]


@pytest.fixture
def browser(client, approver, monkeypatch):
    """A browser that is signed in, and a home page of the back office that breaks."""

    def fail(*_):
        raise RuntimeError("the secret inside")

    monkeypatch.setattr("django.contrib.admin.sites.AdminSite.get_app_list", fail)
    client.force_login(approver)
    return client


@pytest.mark.parametrize(("what", "status"), WAYS)
def test_people_get_a_page_with_a_way_back(browser, what, status):
    answer = refused(browser, what)

    assert answer.status_code == status
    assert answer["Content-Type"].startswith("text/html")
    html = answer.content.decode()
    assert f"{status} {what}" in " ".join(words(html).split())
    assert 'href="/admin/"' in html
    assert 'href="/"' in html
    assert 'href="/static/refused.css"' in html
    assert inline_parts(html) == []
    assert "style-src 'self'" in answer["Content-Security-Policy"]
    assert not any(part in html for part in ("secret", "Traceback", "evil.example", "Django"))


@pytest.mark.parametrize("accept", ["application/json", "application/json, text/plain, */*"])
@pytest.mark.parametrize(("what", "status"), WAYS)
def test_programs_get_the_same_as_a_problem(browser, what, status, accept):
    page = words(refused(browser, what).content.decode())

    answer = refused(browser, what, accept)

    assert answer["Content-Type"] == "application/problem+json"
    problem = json.loads(answer.content)
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, what)
    assert problem["detail"] in page.replace("&#x27;", "'")


def test_a_page_does_not_repeat_the_address():
    answer = Client().get("/call-555-now", headers={"Accept": BROWSER})

    assert "555" not in answer.content.decode()


def test_too_many_fields_change_nothing_and_are_one_line_of_the_log(browser, monkeypatch, caplog):
    row = make_recommendation(make_hotspot())
    before = (StreamEvent.objects.count(), Session.objects.count())
    monkeypatch.setattr(quiet, "_said", OncePer(60))
    many = {f"f{number}": "1" for number in range(1001)}

    answer = browser.post(LIST, {"action": "approve", "_selected_action": row.pk, **many})

    assert "1,000 fields" in words(answer.content.decode())
    assert f'href="{LIST}"' in answer.content.decode()
    [line] = caplog.records
    assert (line.levelname, line.exc_info) == ("WARNING", None)
    assert Recommendation.objects.get().status == "pending"
    assert (StreamEvent.objects.count(), Session.objects.count()) == before


def test_a_refused_address_is_no_way_out_of_the_site():
    answer = Client().post("http://testserver//evil.example/", headers={"Host": "foreign.example"})

    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()
