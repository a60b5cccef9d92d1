"""Coming back, again and again, each time to another process."""

import asyncio

import pytest

from tests.faults.clients import Follower, quiet_days, spike

pytestmark = [
    pytest.mark.servers,
    pytest.mark.postgres,
    pytest.mark.valkey,
    pytest.mark.xdist_group("installation"),  # one for all: see `pair`
]


async def test_a_client_follows_through_crash_after_crash_and_gets_each_number_once(pair):
    here, there = pair
    sender, token = here.token("ingester"), here.token("analyst")
    names = [f"Shed {n}" for n in range(4)]
    for name in names:
        await asyncio.to_thread(here.call, "POST", "/api/events", quiet_days(name), sender)
    follower = Follower("hotspots", token)
    await follower.follow(here)
    for name in names:
        here.kill()  # from this thread: it is the one that starts it again
        await follower.gone()
        await asyncio.to_thread(there.call, "POST", "/api/events", spike(name), sender)
        await follower.follow(there)
        await follower.until_entity(name)
        here.start()
        here, there = there, here

    assert follower.is_gap_free()
    again = Follower("hotspots", token)
    await again.follow(here, since=follower.seqs[0] - 1)
    await again.until(follower.seqs[-1])
    assert again.history[: len(follower.history)] == follower.history
    for one in (follower, again):
        await one.leave()
