"""What one client, request or fault does to the sockets of all others: nothing."""

import asyncio
import threading

import httpx

from streams.subscribers import Subscriber
from tests.factories import make_hotspot
from tests.streams.conftest import access_token

SESSION = {"subprotocols": ["emberwatch.v1"]}


async def test_a_request_that_blocks_its_thread_does_not_stop_the_sockets(
    server, analyst, in_thread, monkeypatch
):
    """Django runs all synchronous views in one thread: here it stands still."""
    asked, answer = threading.Event(), threading.Event()
    authenticate = "django.contrib.auth.backends.ModelBackend.authenticate"

    def wait(*_, **__):
        asked.set()
        answer.wait(20)

    monkeypatch.setattr(authenticate, wait)
    body = {"username": "analyst", "password": "x"}
    async with (
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=30) as http,
        server.connect("/ws/hotspots", analyst, **SESSION) as before,
    ):
        await before.frame()
        stuck = asyncio.create_task(http.post("/api/token", json=body))
        assert await asyncio.to_thread(asked.wait, 10)
        try:
            await in_thread(make_hotspot, status="resolved")
            assert await before.seqs(1) == [1]
            token = await in_thread(access_token, analyst)
            await before.socket.send(f'{{"type":"auth","token":"{token}"}}')
            assert (await before.frame())["type"] == "ok"
            async with server.connect("/ws/hotspots?since=0", analyst) as during:
                assert await during.seqs(1) == [1]
            assert not stuck.done()
        finally:
            answer.set()
        assert (await stuck).status_code == 401


async def test_a_subscriber_that_cannot_be_written_to_takes_nobody_along(
    server, analyst, in_thread, monkeypatch
):
    """One of five raises in the middle of the fan-out; it is dropped, the others miss nothing."""
    poisoned = []

    class Poisoned(Subscriber):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            if len(poisoned) < 1:
                poisoned.append(self)
                self.write = self.fail

        __slots__ = ("__dict__",)

        def fail(self, payload):
            raise RuntimeError("poison")

    monkeypatch.setattr("streams.connection.Subscriber", Poisoned)
    async with (
        server.connect("/ws/hotspots", analyst) as bad,
        server.connect("/ws/hotspots", analyst) as one,
        server.connect("/ws/hotspots", analyst, **SESSION) as two,
        server.connect("/ws/hotspots", analyst) as three,
    ):
        for _ in range(3):
            await in_thread(make_hotspot, status="resolved")
        for client in (one, two, three):
            assert await client.seqs(3) == [1, 2, 3]
        assert await bad.close_code() != 1000


async def test_a_burst_larger_than_any_queue_arrives_whole(server, analyst, in_thread):
    """Channels' own layer drops from the 101st waiting message on, without a word."""
    count = 300

    def burst():
        for _ in range(count):
            make_hotspot(status="resolved")

    async with server.connect("/ws/hotspots", analyst) as client:
        await in_thread(burst)
        assert await client.seqs(count) == list(range(1, count + 1))


async def test_who_slept_while_the_token_ended_comes_back_and_misses_nothing(
    server, analyst, in_thread, settings
):
    """A laptop is closed: the token ends, things happen, and the old token opens nothing."""
    settings.ACCESS_TOKEN_SECONDS = 4  # time to connect, also on a busy machine
    old = {"Authorization": f"Bearer {await in_thread(access_token, analyst)}"}
    async with server.connect("/ws/hotspots", headers=old) as client:
        await in_thread(make_hotspot, status="resolved")
        (last,) = await client.seqs(1)
        assert await client.close_code() == 4401
    for _ in range(3):
        await in_thread(make_hotspot, status="resolved")
    async with server.connect(f"/ws/hotspots?since={last}", headers=old) as client:
        assert await client.close_code() == 4401
    settings.ACCESS_TOKEN_SECONDS = 900
    async with server.connect(f"/ws/hotspots?since={last}", analyst) as client:
        assert await client.seqs(3) == [2, 3, 4]
        assert await client.silent()
