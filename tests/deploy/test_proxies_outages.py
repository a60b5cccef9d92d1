"""Sockets behind the shipped proxies over silence, reloads, and the end of a server."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from tests.deploy.clients import Returning
from tests.servers import CaddyServer, NginxServer
from tests.servers.base import children_of

pytestmark = [
    pytest.mark.servers,
    pytest.mark.postgres,
    pytest.mark.valkey,
    pytest.mark.linux,  # every address of 127.0.0.0/8 is this machine's
    pytest.mark.xdist_group("proxies"),
]
# A quarter as long, like the pings of the first server: 75 s and 20 s as shipped.
SHORT = {
    "proxy_read_timeout 75s;": "proxy_read_timeout 2s;",
    "proxy_send_timeout 75s;": "proxy_send_timeout 2s;",
}


async def new_worker(nginx: NginxServer, old: set[int]) -> None:
    """Wait until it has started another worker than those."""
    async with asyncio.timeout(60):
        while True:
            if set(children_of(nginx.process.pid)) - old:
                return
            await asyncio.sleep(0.02)


@pytest.fixture
def nginx_server(pair, authority):
    """nginx, started anew: it remembers for 10 s which server failed."""
    with NginxServer([server.port for server in pair], authority) as running:
        yield running


@pytest.fixture
def caddy_server(pair):
    """Caddy, started anew; a reload leaves sockets alone for one second only."""
    changes = {"stream_close_delay 10s": "stream_close_delay 1s"}
    with CaddyServer([server.port for server in pair], changes) as running:
        yield running


@pytest.fixture
async def comes(analyst, address):
    """A function that connects a returning client through a proxy."""
    async with AsyncExitStack() as stack:

        async def come(proxy) -> Returning:
            client = Returning(proxy, analyst.token, address())
            stack.push_async_callback(client.leave)
            return await client.come(await analyst.head())

        yield come


@pytest.mark.nginx
@pytest.mark.caddy
async def test_pings_keep_a_silent_socket_open_and_without_them_it_would_be_cut(
    pair, authority, caddy_server, analyst, address
):
    seen = await analyst.head()

    def connect(proxy, source):
        headers = {"Authorization": f"Bearer {analyst.token}"}
        return proxy.connect(
            f"/ws/hotspots?since={seen}", source, additional_headers=headers, ping_interval=None
        )

    with NginxServer([server.port for server in pair], authority, SHORT) as nginx:
        async with AsyncExitStack() as stack:
            here, there = address(), address()
            # One each for the server that pings and for the one that does not.
            behind_nginx = {await stack.enter_async_context(connect(nginx, here)) for _ in range(2)}
            behind_caddy = [
                await stack.enter_async_context(connect(caddy_server, there)) for _ in range(2)
            ]
            for _ in range(2):  # the second that is cut was opened when the first was
                endings = {asyncio.create_task(s.wait_closed()): s for s in behind_nginx}
                [ended], _ = await asyncio.wait(
                    endings, timeout=60, return_when=asyncio.FIRST_COMPLETED
                )
                behind_nginx.remove(endings[ended])
                behind_nginx.add(await stack.enter_async_context(connect(nginx, here)))
            head = await analyst.change()
            for socket in [*behind_nginx, *behind_caddy]:
                assert f'"seq":{head}' in await asyncio.wait_for(socket.recv(), 30)


@pytest.mark.nginx
async def test_nginx_reloads_and_sockets_stay(pair, nginx_server, analyst, comes):
    client = await comes(nginx_server)
    await analyst.change()
    workers = set(children_of(nginx_server.process.pid))
    nginx_server.reload()
    await new_worker(nginx_server, workers)

    new = await comes(nginx_server)
    head = await analyst.change(3)

    for follower in (client, new):
        await follower.until(head)
        assert (follower.is_gap_free(), follower.visits) == (True, 1)


@pytest.mark.caddy
async def test_caddy_reloads_and_sockets_come_back_without_a_gap(
    pair, caddy_server, analyst, comes
):
    client = await comes(caddy_server)
    await analyst.change()
    await asyncio.to_thread(caddy_server.reload)
    new = await comes(caddy_server)
    await analyst.change(3)

    await client.again()
    head = await analyst.change(3)

    for follower in (client, new):
        await follower.until(head)
        assert follower.is_gap_free()
    assert new.visits == 1


@pytest.mark.nginx
@pytest.mark.caddy
async def test_who_is_sent_away_by_a_server_that_stops_goes_on_at_the_other(
    pair, nginx_server, caddy_server, analyst, comes
):
    left, stopped = pair
    clients = [await comes(proxy) for proxy in (nginx_server, caddy_server) for _ in range(2)]
    stopping = asyncio.create_task(asyncio.to_thread(stopped.stop))
    await analyst.change(5, left)
    await stopping
    head = await analyst.change(1, left)

    for client in clients:
        await client.until(head)
        assert client.is_gap_free()
    sent_away = [client.codes for client in clients if client.codes]
    assert sent_away == [[4412], [4412]], "one behind each proxy"


@pytest.mark.nginx
@pytest.mark.caddy
async def test_a_killed_server_is_replaced_by_the_other(
    pair, nginx_server, caddy_server, analyst, comes
):
    left, killed = pair
    clients = [await comes(proxy) for proxy in (nginx_server, caddy_server) for _ in range(2)]
    head = await analyst.change(3)
    for client in clients:
        await client.until(head)

    killed.kill()
    clients += [await comes(proxy) for proxy in (nginx_server, caddy_server)]
    head = await analyst.change(3, left)

    for client in clients:
        await client.until(head)
        assert client.is_gap_free()
    assert [client.visits > 1 for client in clients].count(True) == 2, "one behind each proxy"
