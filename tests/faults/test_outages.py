"""PostgreSQL or Valkey goes away and comes back: said clearly, and nothing lost."""

import asyncio

import pytest
import websockets

from tests.faults.clients import Follower, quiet_days, spike

pytestmark = [
    pytest.mark.servers,
    pytest.mark.postgres,
    pytest.mark.valkey,
    pytest.mark.xdist_group("installation"),  # one for all: see `pair`
]


async def in_thread(*arguments):
    return await asyncio.to_thread(*arguments)


async def test_without_postgres_every_door_says_so_and_live_sockets_go_on(pair, postgres, seconds):
    first, second = pair
    sender, token = first.token("ingester"), first.token("analyst")
    for name in ("Kiln 1", "Kiln 2"):
        await in_thread(first.call, "POST", "/api/events", quiet_days(name), sender)
    follower = Follower("hotspots", token)
    await follower.follow(second)
    await in_thread(first.call, "POST", "/api/events", spike("Kiln 1"), sender)
    await follower.until_entity("Kiln 1")

    postgres.stop()
    refused = await in_thread(first.call, "POST", "/api/events", spike("Kiln 2"), sender)
    listed = await in_thread(first.call, "GET", "/api/hotspots", None, token)
    async with websockets.connect(
        f"{first.socket_url}/ws/hotspots", additional_headers={"Authorization": f"Bearer {token}"}
    ) as stranger:
        await stranger.wait_closed()
    await asyncio.sleep(seconds)  # the outage
    postgres.start()

    assert [(status, body["code"]) for status, body in (refused, listed)] == [
        (503, "unavailable")
    ] * 2
    assert stranger.close_code == 4412
    await until_taken(first, spike("Kiln 2"), sender)
    _, listed = await in_thread(first.call, "GET", "/api/hotspots", None, token)
    await follower.until(listed["seq"])
    assert follower.is_gap_free()
    assert follower.entities >= {"Kiln 1", "Kiln 2"}
    await follower.leave()


async def test_without_valkey_events_are_late_but_never_lost(pair, valkey, seconds):
    first, second = pair
    sender, token = first.token("ingester"), first.token("analyst")
    names = ["Dock 1", "Dock 2", "Dock 3"]
    for name in names:
        await in_thread(first.call, "POST", "/api/events", quiet_days(name), sender)
    follower = Follower("hotspots", token)
    await follower.follow(second)

    for name, act in zip(names, (None, valkey.kill, valkey.start), strict=True):
        if act is not None:
            act()  # here: a server ends with the thread that started it
        status, _ = await in_thread(first.call, "POST", "/api/events", spike(name), sender)
        assert status == 200
        _, listed = await in_thread(first.call, "GET", "/api/hotspots", None, token)
        await follower.until(listed["seq"])
        await asyncio.sleep(seconds if act == valkey.kill else 0)

    assert follower.is_gap_free()
    assert follower.entities >= set(names)
    await follower.leave()


async def until_taken(server, events, sender):
    """Send again what gets 503, as clients do: the pool may still wait before it connects anew."""
    async with asyncio.timeout(60):
        while True:
            status, answer = await in_thread(server.call, "POST", "/api/events", events, sender)
            if status != 503:
                break
            await asyncio.sleep(0.2)
    assert status == 200, answer
