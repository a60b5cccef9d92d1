"""Clients that come and go by the hundred: the server's memory stays where it is."""

import asyncio
from contextlib import suppress

import pytest
import websockets

from benchmarks.streams.machine import memory_bytes
from tests.faults.clients import quiet_days, spike
from tests.servers import DaphneServer, EmberwatchServer

pytestmark = [pytest.mark.servers, pytest.mark.sqlite]

CLIENTS = 150  # of one round
# Bytes for each client: less than a socket holds while it is open. Daphne's heap grows for the
# first two thousand and then no more.
ALLOWED = {EmberwatchServer: 8_000, DaphneServer: 40_000}
NO_LIMITS = {
    "STREAMS_MAX_SOCKETS_PER_USER": "0",
    "STREAMS_MAX_SOCKETS_PER_ADDRESS": "0",
    "EMBEDDED_WORKER": "false",
}


async def visit(server, token, number):
    """Connect, get an event, and leave: politely, or by cutting the line."""
    mode = {"subprotocols": ["emberwatch.v1"]} if number % 2 else {}
    async with websockets.connect(
        f"{server.socket_url}/ws/hotspots?since=0",
        additional_headers={"Authorization": f"Bearer {token}"},
        **mode,
    ) as socket:
        await socket.recv()
        if number % 3 == 0:
            socket.transport.abort()


async def round_of(server, token):
    """So many visits, 25 at once."""
    for start in range(0, CLIENTS, 25):
        visits = (visit(server, token, start + n) for n in range(25))
        with suppress(websockets.ConnectionClosed):
            await asyncio.gather(*visits)


@pytest.mark.parametrize("kind", ALLOWED)
async def test_memory_does_not_grow_with_the_clients_that_were_here(kind, seconds):
    with kind(**NO_LIMITS).install("analyst", "ingester") as server:
        sender, token = server.token("ingester"), server.token("analyst")
        await asyncio.to_thread(server.call, "POST", "/api/events", quiet_days("Soak"), sender)
        await asyncio.to_thread(server.call, "POST", "/api/events", spike("Soak"), sender)
        await round_of(server, token)  # caches fill, the heap finds its size
        before, rounds = memory_bytes(server.process.pid), max(2, int(seconds / 2))
        for _ in range(rounds):
            await round_of(server, token)
        grown = (memory_bytes(server.process.pid) - before) / (rounds * CLIENTS)
        said = (server.root / "log").read_text()
    assert grown < ALLOWED[kind]
    assert "Traceback" not in said
    assert "took too long" not in said
