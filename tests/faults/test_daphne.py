"""The same consumers under Daphne, through the standard ASGI send."""

import asyncio
import json

import pytest
import websockets

from tests.faults.clients import Follower, quiet_days, spike
from tests.servers import DaphneServer

pytestmark = [pytest.mark.servers, pytest.mark.sqlite]


async def test_events_arrive_and_resume_under_daphne():
    with DaphneServer().install("analyst", "ingester") as server:
        sender, token = server.token("ingester"), server.token("analyst")
        await asyncio.to_thread(server.call, "POST", "/api/events", quiet_days("W"), sender)
        live = Follower("hotspots", token)
        await live.follow(server)
        await asyncio.to_thread(server.call, "POST", "/api/events", spike("W"), sender)
        await live.until(1)
        again = Follower("hotspots", token)
        await again.follow(server, since=0)
        await again.until(1)
        for follower in (live, again):
            await follower.leave()
        async with websockets.connect(
            f"{server.socket_url}/ws/alerts", subprotocols=["emberwatch.v1"]
        ) as stranger:
            told = json.loads(await stranger.recv())
            await stranger.wait_closed()

    assert live.history == again.history
    assert (told["code"], stranger.close_code) == ("not_signed_in", 4401)
