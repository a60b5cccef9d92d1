"""How many sockets there may be: refused in the handshake, before anything is looked up."""

import asyncio
from contextlib import AsyncExitStack

import pytest
import websockets

from streams import tickets
from streams.admission import STRANGERS_PER_ADDRESS
from tests.streams.conftest import LiveServer


async def refusal(server, path="/ws/hotspots", user=None, **options):
    """Status and Retry-After of a handshake that is refused."""
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with server.connect(path, user, **options):
            pass
    answer = refused.value.response
    return answer.status_code, answer.headers.get("Retry-After")


async def until_open(server, user):
    """Connect as soon as there is room; waits at most 30 s."""
    async with asyncio.timeout(30):
        while True:
            try:
                async with server.connect("/ws/hotspots", user):
                    return
            except websockets.InvalidStatus:
                await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    "limit",
    ["STREAMS_MAX_SOCKETS", "STREAMS_MAX_SOCKETS_PER_USER", "STREAMS_MAX_SOCKETS_PER_ADDRESS"],
)
async def test_beyond_a_limit_the_handshake_is_refused_until_a_socket_ends(
    server, analyst, settings, limit
):
    setattr(settings, limit, 2)
    async with server.connect("/ws/hotspots", analyst):
        async with server.connect("/ws/alerts", analyst):
            assert await refusal(server, user=analyst) == (429, "10")
        await until_open(server, analyst)


@pytest.mark.parametrize(
    "limit",
    ["STREAMS_MAX_SOCKETS", "STREAMS_MAX_SOCKETS_PER_USER", "STREAMS_MAX_SOCKETS_PER_ADDRESS"],
)
async def test_zero_turns_a_limit_off(server, analyst, settings, limit):
    setattr(settings, limit, 0)
    async with server.connect("/ws/hotspots", analyst) as client:
        assert await client.silent()


async def test_a_user_is_limited_not_those_beside_them(server, analyst, approver, settings):
    settings.STREAMS_MAX_SOCKETS_PER_USER = 1
    async with server.connect("/ws/hotspots", analyst):
        assert await refusal(server, user=analyst) == (429, "10")
        async with server.connect("/ws/hotspots", approver) as client:
            assert await client.silent()


async def test_an_address_is_refused_before_a_ticket_is_spent(server, analyst, settings, in_thread):
    settings.STREAMS_MAX_SOCKETS_PER_ADDRESS = 1
    ticket = await in_thread(tickets.issue, analyst, "hotspots")
    async with server.connect("/ws/hotspots", analyst):
        assert await refusal(server, f"/ws/hotspots?ticket={ticket}") == (429, "10")
    settings.STREAMS_MAX_SOCKETS_PER_ADDRESS = 2
    async with server.connect(f"/ws/hotspots?ticket={ticket}") as client:
        assert await client.silent()


async def test_only_ten_of_an_address_are_strangers(server, analyst, settings):
    settings.STREAMS_ALLOW_ANONYMOUS = True
    async with AsyncExitStack() as opened:
        for _ in range(STRANGERS_PER_ADDRESS):
            await opened.enter_async_context(server.connect("/ws/hotspots"))
        assert await refusal(server) == (429, "10")
        bad = {"Authorization": "Bearer nonsense"}
        assert await refusal(server, headers=bad) == (429, "10")
        async with server.connect("/ws/hotspots", analyst) as client:
            assert await client.silent()


async def test_strangers_that_were_told_and_closed_give_their_places_back(server):
    for _ in range(2 * STRANGERS_PER_ADDRESS):
        async with server.connect("/ws/hotspots") as client:
            assert await client.close_code() == 4401


async def test_a_process_takes_so_many_handshakes_a_second(server, analyst, settings):
    settings.STREAMS_ACCEPT_RATE = 0.001
    async with server.connect("/ws/hotspots", analyst) as client:
        assert await client.silent()
    assert await refusal(server, user=analyst) == (429, "1")


async def test_behind_our_proxy_clients_are_told_apart(server, analyst, settings):
    settings.STREAMS_MAX_SOCKETS_PER_ADDRESS = 1
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    one, other = ({"X-Forwarded-For": address} for address in ("192.0.2.1", "192.0.2.2"))
    async with server.connect("/ws/hotspots", analyst, headers=one):
        assert await refusal(server, user=analyst, headers=one) == (429, "10")
        async with server.connect("/ws/hotspots", analyst, headers=other) as client:
            assert await client.silent()


async def test_a_client_cannot_choose_its_address(server, analyst, settings):
    settings.STREAMS_MAX_SOCKETS_PER_ADDRESS = 1
    async with server.connect("/ws/hotspots", analyst):
        made_up = {"X-Forwarded-For": "192.0.2.1"}
        assert await refusal(server, user=analyst, headers=made_up) == (429, "10")


async def test_without_the_broker_a_process_counts_for_itself(server, analyst, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1"  # nothing listens there
    settings.STREAMS_MAX_SOCKETS_PER_USER = 1
    async with server.connect("/ws/hotspots", analyst):
        assert await refusal(server, user=analyst) == (429, "10")
    await until_open(server, analyst)


@pytest.mark.valkey
@pytest.mark.parametrize(
    "limit", ["STREAMS_MAX_SOCKETS_PER_USER", "STREAMS_MAX_SOCKETS_PER_ADDRESS"]
)
async def test_several_processes_count_together(server, analyst, settings, limit):
    setattr(settings, limit, 1)
    second = await asyncio.to_thread(LiveServer)
    try:
        async with server.connect("/ws/hotspots", analyst):
            assert await refusal(second, user=analyst) == (429, "10")
        await until_open(second, analyst)
    finally:
        await asyncio.to_thread(second.stop)
