"""Database connections that are cut off: renewed without a restart, and never leaked."""

import asyncio

import psycopg
import pytest

from tests.faults.clients import Follower, quiet_days, spike

pytestmark = [
    pytest.mark.servers,
    pytest.mark.postgres,
    pytest.mark.valkey,
    pytest.mark.xdist_group("installation"),  # one for all: see `pair`
]
ALL_BUT_OURS = (
    " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
PER_PROCESS = 30  # connections: the pool, and a few for a moment


def cut_all(url):
    """End every connection of the installation, as a restart or a firewall does."""
    with psycopg.connect(url) as database:
        cut = database.execute(f"SELECT count(pg_terminate_backend(pid)) {ALL_BUT_OURS}")
        return cut.fetchone()[0]


def count_all(url):
    """How many connections the installation has."""
    with psycopg.connect(url) as database:
        return database.execute(f"SELECT count(*) {ALL_BUT_OURS}").fetchone()[0]


async def until_accepted(server, event, sender):
    """Send a reading until it is taken: a 503 says to come back."""
    async with asyncio.timeout(60):
        while True:
            status, _ = await asyncio.to_thread(server.call, "POST", "/api/events", event, sender)
            if status == 200:
                return
            assert status == 503
            await asyncio.sleep(0.1)


async def test_sockets_go_on_when_every_database_connection_is_cut(pair, postgres):
    first, second = pair
    sender, token = first.token("ingester"), first.token("analyst")
    names = [f"Quay {n}" for n in range(3)]
    for name in names:
        await asyncio.to_thread(first.call, "POST", "/api/events", quiet_days(name), sender)
    follower = Follower("hotspots", token)
    await follower.follow(second)
    for name in names:
        assert await asyncio.to_thread(cut_all, postgres.url) > 0
        await until_accepted(first, spike(name), sender)
        await follower.until_entity(name)
    assert not follower.task.done()
    assert follower.is_gap_free()
    await follower.leave()


async def test_sockets_that_come_and_go_leave_no_database_connection_behind(pair, postgres):
    first, second = pair
    token = first.token("analyst")
    for _ in range(10):
        followers = [Follower("hotspots", token) for _ in range(15)]
        await asyncio.gather(*(f.follow(second, since=0) for f in followers))
        await asyncio.gather(*(f.leave() for f in followers))
    assert await asyncio.to_thread(count_all, postgres.url) < 2 * PER_PROCESS
