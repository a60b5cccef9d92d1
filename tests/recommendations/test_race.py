"""Fifty people decide one recommendation at the same moment, over HTTP, against real servers."""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from tests.faults.clients import Follower
from tests.servers import EmberwatchServer, PostgresServer, ValkeyServer

MANY = 50
PEOPLE = [f"approver{number}" for number in range(5)]
MAKE = f"""
from django.contrib.auth.models import Group, User
from tests.factories import make_hotspot, make_recommendation
for name in {PEOPLE}:
    user, made = User.objects.get_or_create(username=name)
    if made:
        user.set_password(name)
        user.save()
        user.groups.set(Group.objects.filter(name="approver"))
# no task of its own comes in between
print(make_recommendation(make_hotspot(advice="ready")).pk)
"""

pytestmark = pytest.mark.servers


@pytest.fixture(
    params=[
        "embedded",
        pytest.param("distributed", marks=[pytest.mark.postgres, pytest.mark.valkey]),
    ]
)
def servers(request: pytest.FixtureRequest) -> Iterator[list[EmberwatchServer]]:
    """One process on SQLite; or two on one PostgreSQL and Valkey."""
    with ExitStack() as stack:
        settings = {}
        if request.param == "distributed":
            postgres = stack.enter_context(PostgresServer())
            valkey = stack.enter_context(ValkeyServer())
            settings = {"database": postgres.url, "redis": valkey.url}
        every = [EmberwatchServer(**settings) for _ in range(2 if settings else 1)]
        every[0].install()
        yield [stack.enter_context(server) for server in every]


async def test_of_fifty_decisions_one_stands_and_is_told_once(servers):
    row = int(servers[0].manage("shell", "-v0", "-c", MAKE).split()[-1])
    tokens = [servers[0].token(name) for name in PEOPLE]
    path = f"/api/recommendations/{row}"
    since = get(servers[0], "/api/recommendations", tokens[0])["seq"]
    followers = [Follower("recommendations", tokens[0]) for _ in servers]
    for follower, server in zip(followers, servers, strict=True):
        await follower.follow(server, since=since)

    answers = await asyncio.to_thread(decide_at_once, servers, path, tokens)

    kinds = Counter((answer.status_code, answer.json().get("code")) for answer in answers)
    assert kinds == {(200, None): 1, (409, "already_decided"): MANY - 1}
    [winner] = [answer.json() for answer in answers if answer.status_code == 200]
    assert {a.json()["detail"] for a in answers if a.status_code == 409} == {
        f"Already {winner['status']} by {winner['decided_by']}"
        f" on {winner['decided_at'][:16].replace('T', ' ')} UTC."
    }
    for follower in followers:
        await follower.until(since + 1)
    listed = get(servers[-1], "/api/recommendations", tokens[0])
    assert (listed["seq"], listed["results"]) == (since + 1, [winner])
    for follower in followers:
        [event] = follower.history
        about = {"seq": since + 1, "event": "recommendation.updated", "at": event["at"]}
        assert event == winner | about
        await follower.leave()
    decided, created = get(servers[0], f"{path}/history", tokens[0])["results"]
    assert (decided["by"], decided["position"]) == (winner["decided_by"], 2)
    assert (created["change"], created["position"]) == ("created", 1)
    summary = json.loads(servers[0].manage("verify_history", "--json"))
    assert (summary["ok"], summary["records"], summary["head"]["position"]) == (True, 2, 2)


def decide_at_once(
    servers: list[EmberwatchServer], path: str, tokens: list[str]
) -> list[httpx.Response]:
    """Approve and reject from threads that start together, over all servers and people."""
    barrier = threading.Barrier(MANY)

    def decide(number: int) -> httpx.Response:
        url = f"{servers[number % len(servers)].url}{path}/{('approve', 'reject')[number // 2 % 2]}"
        headers = {"Authorization": f"Bearer {tokens[number % len(tokens)]}"}
        with httpx.Client(timeout=60, headers=headers) as client:
            barrier.wait(60)
            return client.post(url, json={"note": f"number {number}"})

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(decide, range(MANY)))


def get(server: EmberwatchServer, path: str, token: str) -> dict[str, Any]:
    """Read something; it must be there."""
    status, answer = server.call("GET", path, token=token)
    assert status == 200, answer
    return answer
