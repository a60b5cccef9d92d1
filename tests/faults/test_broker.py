"""A quiet Valkey connection is kept: today's redis client gives up on one after 5 s by default."""

import asyncio
from contextlib import suppress

import pytest
from redis.asyncio import Redis

from tests.faults.clients import Follower, quiet_days, spike

pytestmark = [
    pytest.mark.servers,
    pytest.mark.postgres,
    pytest.mark.valkey,
    pytest.mark.xdist_group("installation"),  # one for all: see `pair`
]
CLIENTS_DEFAULT_TIMEOUT = 5.0  # seconds, of redis-py 8


async def listeners(broker):
    """The connections that wait for messages."""
    return {client["id"] for client in await broker.client_list(_type="pubsub")}


async def some_listeners(broker):
    """The same, as soon as there are any; waits at most 30 s."""
    async with asyncio.timeout(30):
        while True:
            if found := await listeners(broker):
                return found
            await asyncio.sleep(0.05)


async def test_a_quiet_hour_costs_no_connection_and_no_event(pair, valkey, seconds):
    first, second = pair
    sender, token = first.token("ingester"), first.token("analyst")
    await asyncio.to_thread(first.call, "POST", "/api/events", quiet_days("Pier 1"), sender)
    followers = [Follower(stream, token) for stream in ("hotspots", "alerts")]
    async with Redis.from_url(valkey.url) as broker:
        for follower in followers:
            await follower.follow(second)
        before = await some_listeners(broker)
        await asyncio.sleep(max(seconds, CLIENTS_DEFAULT_TIMEOUT + 1))  # the quiet
        assert await listeners(broker) == before
    await asyncio.to_thread(first.call, "POST", "/api/events", spike("Pier 1"), sender)
    for follower in followers:
        await follower.until_entity("Pier 1")
        assert not follower.task.done()
        await follower.leave()


async def test_a_broker_that_drops_its_clients_costs_no_event(pair, valkey):
    first, second = pair
    sender, token = first.token("ingester"), first.token("analyst")
    names = [f"Pier {n}" for n in range(2, 5)]
    for name in names:
        await asyncio.to_thread(first.call, "POST", "/api/events", quiet_days(name), sender)
    follower = Follower("hotspots", token)
    await follower.follow(second)
    async with Redis.from_url(valkey.url) as broker:
        for name in names:
            for client in await broker.client_list():
                with suppress(Exception):
                    await broker.client_kill_filter(_id=client["id"], skipme=True)
            await asyncio.to_thread(first.call, "POST", "/api/events", spike(name), sender)
    for name in names:
        await follower.until_entity(name)
    assert follower.is_gap_free()
    await follower.leave()
