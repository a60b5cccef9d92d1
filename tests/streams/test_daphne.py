"""What a client of Daphne is refused, and how: the same codes as under `manage.py serve`."""

import json
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress

import pytest
import websockets

from tests.servers import DaphneServer, EmberwatchServer
from tests.streams.stalling import memory

pytestmark = [pytest.mark.servers, pytest.mark.sqlite, pytest.mark.xdist_group("daphne")]
ROLES = ("analyst", "ingester")
SESSION = ["emberwatch.v1"]


@pytest.fixture(scope="module")
def daphne() -> Iterator[DaphneServer]:
    """Daphne, with three places for each user."""
    with DaphneServer(STREAMS_MAX_SOCKETS_PER_USER="3").install(*ROLES) as running:
        yield running


@pytest.fixture(params=["", "127.0.0.1"], ids=["stranger", "proxy"])
def behind(request) -> Iterator[DaphneServer]:
    """Daphne that is told to believe headers, with one place for each address."""
    settings = {"TRUSTED_PROXIES": request.param, "STREAMS_MAX_SOCKETS_PER_ADDRESS": "1"}
    with DaphneServer("--proxy-headers", **settings).install(*ROLES) as running:
        yield running


def connect(server: EmberwatchServer, query: str = "", user: str = "", **options):
    """Open a socket of the hotspots, perhaps as a user."""
    headers = options.pop("headers", {})
    if user:
        headers = headers | {"Authorization": f"Bearer {server.token(user)}"}
    url = f"{server.socket_url}/ws/hotspots{query}"
    return websockets.connect(url, additional_headers=headers, proxy=None, **options)


async def refused(server: EmberwatchServer, **options) -> tuple[int, str | None]:
    """Status and Retry-After of a handshake that is refused."""
    with pytest.raises(websockets.InvalidStatus) as refusal:
        async with connect(server, **options):
            pass
    answer = refusal.value.response
    return answer.status_code, answer.headers.get("Retry-After")


@pytest.mark.parametrize("subprotocols", [None, SESSION], ids=["plain", "session"])
@pytest.mark.parametrize(
    ("query", "user", "code", "name"),
    [
        ("?since=x", "analyst", 4400, "malformed_query"),
        ("", "", 4401, "not_signed_in"),
        ("", "ingester", 4403, "not_permitted"),
    ],
)
async def test_who_may_not_connect_is_told_and_closed(
    daphne, query, user, code, name, subprotocols
):
    async with connect(daphne, query, user, subprotocols=subprotocols) as client:
        said = [json.loads(text) async for text in frames(client)]

    assert (client.close_code, client.close_reason) == (code, name)
    assert [frame["code"] for frame in said] == ([name] if subprotocols else [])


async def test_a_position_that_cannot_be_served_closes_a_plain_socket(daphne):
    async with connect(daphne, "?since=999", "analyst") as client:
        assert [text async for text in frames(client)] == []
    assert (client.close_code, client.close_reason) == (4409, "resync")


@pytest.mark.parametrize("subprotocols", [None, SESSION], ids=["plain", "session"])
async def test_too_many_messages_close_the_socket(daphne, subprotocols):
    async with connect(daphne, "", "analyst", subprotocols=subprotocols) as client:
        for _ in range(60):
            await client.send('{"type":"ping"}')
        _ = [text async for text in frames(client)]
    assert (client.close_code, client.close_reason) == (4429, "too_many_messages")


async def test_a_flood_that_nobody_asked_for_costs_no_memory(daphne):
    async with connect(daphne, "", "analyst") as client:
        before = memory(daphne)
        with suppress(websockets.ConnectionClosed):
            for _ in range(1000):
                await client.send("x" * 64 * 1024)
        await client.wait_closed()
        assert memory(daphne) - before < 16 * 2**20  # of 64 MiB that were sent
    assert client.close_code in (4429, 1006)  # the code gets lost where the client goes on sending


async def test_a_flood_of_pings_closes_the_socket(daphne):
    async with connect(daphne, "", "analyst") as client:
        for number in range(100):
            await client.ping(str(number))
        await client.wait_closed()
    assert (client.close_code, client.close_reason) == (4429, "too_many_messages")


@pytest.mark.parametrize("parts", [1, 3], ids=["whole", "fragments"])
async def test_a_message_of_more_than_64_kib_closes_the_socket(daphne, parts):
    size = 64 * 1024 // parts + 1
    async with connect(daphne, "", "analyst") as client:
        await client.send(["x" * size] * parts if parts > 1 else "x" * size)
        await client.wait_closed()
    assert client.close_code == 1009


async def test_a_message_of_64_kib_is_no_reason(daphne):
    async with connect(daphne, "", "analyst") as client:
        await client.send("x" * 64 * 1024)
        await (await client.ping())


@pytest.mark.parametrize("path", ["/ws/nothing", "/"])
async def test_another_route_is_refused_in_the_handshake(daphne, path):
    with pytest.raises(websockets.InvalidStatus) as refusal:
        async with websockets.connect(daphne.socket_url + path, proxy=None):
            pass
    assert refusal.value.response.status_code == 403


async def test_a_foreign_origin_is_refused_in_the_handshake(daphne):
    assert await refused(daphne, user="analyst", origin="http://evil.example") == (403, None)


async def test_beyond_a_limit_the_handshake_is_answered_429(daphne):
    async with AsyncExitStack() as opened:
        for _ in range(3):
            await opened.enter_async_context(connect(daphne, user="analyst"))
        assert await refused(daphne, user="analyst") == (429, "10")


async def test_headers_are_believed_from_trusted_proxies_only(behind):
    one, other = ({"X-Forwarded-For": address} for address in ("192.0.2.1", "192.0.2.2"))
    async with connect(behind, user="analyst", headers=one):
        assert await refused(behind, user="analyst", headers=one) == (429, "10")
        if not behind.settings["TRUSTED_PROXIES"]:  # then nobody chooses an address
            assert await refused(behind, user="analyst", headers=other) == (429, "10")
            return
        async with connect(behind, user="analyst", headers=other) as client:
            await (await client.ping())


async def test_the_log_stays_quiet(daphne):
    assert "Traceback" not in (daphne.root / "log").read_text()


async def frames(client: websockets.ClientConnection):
    """Everything that comes before the close."""
    try:
        while True:
            yield await client.recv()
    except websockets.ConnectionClosed:
        return
