"""Half-open sockets under a real ``manage.py serve``: the gauge goes down, who answers stays."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from tests.servers import EmberwatchServer
from tests.streams import hostile
from tests.streams.hostile import PING, PONG, TEXT, frame
from tests.streams.scrape import scrape

pytestmark = pytest.mark.servers
SILENT, ANSWERING = 5, 5
ROUNDS = 4  # after two without a word a client is given up
UNANSWERED = 1011


@pytest.fixture(scope="module")
def short_of_patience():
    """A server that pings twice a second."""
    server = EmberwatchServer(STREAMS_PING_SECONDS="0.5", STREAMS_HEARTBEAT_SECONDS="600")
    with server.install("analyst"):
        yield server


async def answer(raw, pings):
    """Answer so many pings."""
    while pings:
        opcode, payload = await raw.next()
        assert opcode in {PING, TEXT}
        if opcode == PING:
            pings -= 1
            await raw.send(frame(PONG, payload))


def open_sockets(server):
    """How many the server says are open."""
    return scrape(server.url)["emberwatch_sockets", "hotspots"]


async def until_sockets(server, number):
    """Wait until that many are; at most 20 s."""
    async with asyncio.timeout(20):
        while await asyncio.to_thread(open_sockets, server) != number:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("protocol", ["emberwatch.v1", "emberwatch.plain"])
async def test_who_answers_no_ping_is_let_go_and_who_answers_stays(short_of_patience, protocol):
    server = short_of_patience
    token = await asyncio.to_thread(server.token, "analyst")
    async with AsyncExitStack() as opened:

        async def connect():
            return await opened.enter_async_context(
                hostile.open_socket(server.port, token, protocol)
            )

        silent = [await connect() for _ in range(SILENT)]
        answering = [await connect() for _ in range(ANSWERING)]
        for raw in silent:
            raw.writer.transport.pause_reading()  # open, and nobody is there: no FIN, no pong
        await asyncio.gather(*(answer(raw, ROUNDS) for raw in answering))
        assert await asyncio.to_thread(open_sockets, server) == ANSWERING
        for raw in silent:
            raw.writer.transport.resume_reading()
            assert await raw.close_code() == UNANSWERED
    await until_sockets(server, 0)


async def test_who_says_anything_else_needs_no_pong(short_of_patience):
    server = short_of_patience
    token = await asyncio.to_thread(server.token, "analyst")
    async with hostile.open_socket(server.port, token) as raw:
        for _ in range(ROUNDS):
            while (await raw.next())[0] != PING:
                pass
            await raw.send(frame(TEXT, b'{"type":"ping"}'))  # a command, and no pong
        while (await raw.next())[0] != TEXT:
            pass
        assert await asyncio.to_thread(open_sockets, server) == 1
    await until_sockets(server, 0)
