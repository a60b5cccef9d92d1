"""The REST API over a real server: what a test client inside the process cannot show."""

import json

import httpx
import pytest
from django.core.cache import cache

from tests.conftest import PASSWORD

pytestmark = pytest.mark.servers


@pytest.fixture
def http(server):
    """A client of the running server."""
    cache.clear()
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=30) as client:
        yield client


def test_a_body_that_comes_in_chunks_is_read(http, analyst):
    text = json.dumps({"username": "analyst", "password": PASSWORD}).encode()
    chunks = (text[:10], text[10:])

    answer = http.post(
        "/api/token", content=iter(chunks), headers={"Content-Type": "application/json"}
    )

    assert answer.request.headers["Transfer-Encoding"] == "chunked"
    assert answer.status_code == 200
    assert answer.json()["access"]


def test_a_key_and_a_version_work_over_the_wire(http, analyst):
    pair = http.post("/api/token", json={"username": "analyst", "password": PASSWORD}).json()
    headers = {"Authorization": f"Bearer {pair['access']}", "Idempotency-Key": "one"}

    first = http.post("/api/stream-tickets", json={"stream": "hotspots"}, headers=headers)
    again = http.post("/api/stream-tickets", json={"stream": "hotspots"}, headers=headers)

    assert first.status_code == again.status_code == 201
    assert again.json() == first.json()


def test_readiness_is_asked_on_the_server_that_owns_the_loop(http):
    assert http.get("/readyz").json()["down"] == []
