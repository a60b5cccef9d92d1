"""Who may read the metrics, and what only the whole project can say."""

import pytest
from django_tasks_db.models import DBTaskResult

from recommendations import requests
from tests.factories import make_hotspot

pytestmark = pytest.mark.django_db


def problem(answer):
    return answer.status_code, answer["Content-Type"], answer.json()["code"]


@pytest.mark.parametrize("path", ["/metrics", "/metrics/"])
def test_this_machine_may_read_them(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    assert b"# TYPE emberwatch_sockets gauge" in answer.content
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via"],
)
def test_what_a_proxy_passed_on_is_not_of_this_machine(client, header):
    answer = client.get("/metrics", headers={header: "127.0.0.1"})
    assert problem(answer) == (403, "application/problem+json", "not_permitted")


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1", ""])
def test_another_machine_may_not(client, address):
    answer = client.get("/metrics", REMOTE_ADDR=address)
    assert problem(answer) == (403, "application/problem+json", "not_permitted")


@pytest.mark.parametrize("sent", [None, "Bearer wrong", "Basic secret", "Bearer", "secret"])
def test_with_a_token_set_nobody_reads_without_it(client, settings, sent):
    settings.METRICS_TOKEN = "secret"
    answer = client.get("/metrics", headers={"Authorization": sent} if sent else {})
    assert problem(answer) == (401, "application/problem+json", "not_signed_in")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_with_the_token_anybody_may(client, settings):
    settings.METRICS_TOKEN = "secret"
    headers = {"Authorization": "Bearer secret", "X-Forwarded-For": "192.0.2.1"}
    answer = client.get("/metrics", REMOTE_ADDR="192.0.2.1", headers=headers)
    assert answer.status_code == 200


def test_they_are_only_read(client):
    assert client.post("/metrics").status_code == 405


def test_tasks_that_wait_are_told(client):
    requests.request([make_hotspot()])
    waiting = DBTaskResult.objects.count()
    assert waiting
    assert f"emberwatch_tasks_pending {waiting}.0\n" in client.get("/metrics").text
