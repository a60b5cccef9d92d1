"""The same answers that wait, under Daphne."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.faults.clients import quiet_days, spike
from tests.servers import DaphneServer
from tests.streams.feeds import reader

pytestmark = [pytest.mark.servers, pytest.mark.sqlite]


@pytest.fixture
def daphne() -> Iterator[DaphneServer]:
    """Daphne with two places for each user."""
    with DaphneServer(STREAMS_MAX_SOCKETS_PER_USER="2").install("analyst", "ingester") as server:
        yield server


async def test_events_arrive_and_who_leaves_is_forgotten_under_daphne(daphne):
    sender, token = daphne.token("ingester"), daphne.token("analyst")
    await asyncio.to_thread(daphne.call, "POST", "/api/events", quiet_days("W"), sender)
    async with reader(daphne.port, token) as feed:
        async with feed.listen() as stream:
            joined = (await stream.block())["id"]
            polling = asyncio.create_task(feed.events(after=joined, wait=30))
            await asyncio.to_thread(daphne.call, "POST", "/api/events", spike("W"), sender)
            block, answer = await stream.block(), await polling
        event = answer["events"][0]
        assert (int(block["id"]), block["event"], block.row) == (
            event["seq"], event["event"], event["data"]
        )  # fmt: skip
        async with asyncio.timeout(20), feed.listen(after=joined) as again, feed.listen() as other:
            assert (await again.block(), await again.block())[1] == block
            await other.block()
            assert (await feed.poll(after=999)).status_code == 429
        async with asyncio.timeout(20):
            while (await feed.poll(after=999)).status_code != 409:
                pass  # until the server has seen that both are gone
    assert "Traceback" not in (daphne.root / "log").read_text()
