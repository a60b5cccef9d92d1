"""Several server processes are one installation, whatever happens to one of them."""

import asyncio

import pytest

from tests.faults.clients import ROUTES, Follower, quiet_days, spike

pytestmark = [
    pytest.mark.servers,
    pytest.mark.postgres,
    pytest.mark.valkey,
    pytest.mark.xdist_group("installation"),  # one for all: see `pair`
]


async def test_what_one_process_takes_in_arrives_at_a_client_of_the_other(pair):
    first, second = pair
    sender, token = first.token("ingester"), first.token("analyst")
    status, _ = await asyncio.to_thread(
        first.call, "POST", "/api/events", quiet_days("Works 7"), sender
    )
    assert status == 200
    followers = [Follower(stream, token) for stream in ROUTES]
    for follower in followers:
        await follower.follow(second)

    status, answer = await asyncio.to_thread(
        first.call, "POST", "/api/events", spike("Works 7"), sender
    )

    assert (status, answer["accepted"], len(answer["hotspots"])) == (200, 1, 1)
    for follower in followers:
        await follower.until_entity("Works 7")
        await follower.leave()


async def test_a_client_of_a_killed_process_resumes_at_the_other_and_misses_nothing(pair):
    first, second = pair
    sender, token = first.token("ingester"), first.token("analyst")
    names = [f"Plant {n}" for n in range(6)]
    for name in names:
        await asyncio.to_thread(first.call, "POST", "/api/events", quiet_days(name), sender)
    follower = Follower("hotspots", token)
    await follower.follow(first)
    for name in names[:3]:
        await asyncio.to_thread(second.call, "POST", "/api/events", spike(name), sender)
    await follower.until_entity(names[0])

    first.kill()
    await follower.gone()
    for name in names[3:]:
        await asyncio.to_thread(second.call, "POST", "/api/events", spike(name), sender)
    await follower.follow(second)

    _, listed = await asyncio.to_thread(second.call, "GET", "/api/hotspots", None, token)
    await follower.until(listed["seq"])
    assert follower.is_gap_free()
    assert follower.entities == set(names)
    await follower.leave()
