"""A real server on the test's own database, and real WebSocket clients."""

import asyncio
import json
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from logging import DEBUG, ERROR, WARNING
from typing import Any

import pytest
import uvicorn.server
import websockets
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone

import config.asgi  # noqa: F401 - sets logging up, here and not inside a test's capture
from streams import admission, log, quiet, tokens
from streams import connection as sockets
from streams.events import Change
from streams.limits import OncePer
from streams.server import Server, bind, configuration
from tests.factories import make_hotspot
from tests.streams.feeds import FeedClient, reader


class Client:
    """One socket, read frame by frame."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.socket = socket

    async def frame(self) -> dict[str, Any]:
        """The next frame; waits at most 30 s."""
        return json.loads(await asyncio.wait_for(self.socket.recv(), 30))

    async def seqs(self, count: int) -> list[int]:
        """The numbers of the next events, in either mode."""
        found: list[int] = []
        while len(found) < count:
            frame = await self.frame()
            events = frame.get("events", []) if frame.get("type") else [frame]
            found += [event["seq"] for event in events]
        return found

    async def close_code(self) -> int:
        """Read to the end and return the close code; waits at most 30 s."""
        async with asyncio.timeout(30):
            with suppress(websockets.ConnectionClosed):
                while True:
                    await self.socket.recv()
        return self.socket.close_code

    async def silent(self) -> bool:
        """Whether nothing comes before the answer to a WebSocket ping."""
        await (await self.socket.ping())
        try:
            await asyncio.wait_for(self.socket.recv(), 0.01)
        except TimeoutError:
            return True
        return False


class Brisk:
    """asyncio for uvicorn, which looks ten times a second whether to stop: too seldom for tests."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    @staticmethod
    async def sleep(seconds: float) -> None:
        """A tenth of what is asked for."""
        await asyncio.sleep(seconds / 10)


uvicorn.server.asyncio = Brisk()


class LiveServer:
    """`manage.py serve`'s server in a thread of the test, on a free port.

    With TLS, `tls` are its options and `trust` is the context of its clients.
    """

    def __init__(
        self, tls: dict[str, Any] | None = None, trust: ssl.SSLContext | None = None
    ) -> None:
        self.trust = trust
        listening = bind("127.0.0.1", 0)
        self.port = listening.getsockname()[1]
        self.server = Server(configuration(proxies=[], tls=tls))
        self.thread = threading.Thread(target=self.server.run, args=([listening],), daemon=True)
        self.thread.start()
        while not self.server.started:
            self.thread.join(0.01)
            assert self.thread.is_alive(), "the server did not start"

    @asynccontextmanager
    async def connect(
        self, path: str, user: User | None = None, **options: Any
    ) -> AsyncIterator[Client]:
        """Open a socket, with the user's access token in the header."""
        headers = dict(options.pop("headers", {}))
        if user is not None:
            headers["Authorization"] = f"Bearer {access_token(user)}"
        url = f"ws{'s' if self.trust else ''}://127.0.0.1:{self.port}{path}"
        async with websockets.connect(
            url, additional_headers=headers, ssl=self.trust, **options
        ) as socket:
            yield Client(socket)

    def stop(self) -> None:
        """Stop as SIGTERM does."""
        self.server.should_exit = True
        self.thread.join(15)


def access_token(user: User) -> str:
    """A fresh access token."""
    return tokens.issue(user, at=timezone.now()).access


@pytest.fixture
def server(transactional_db: None, capsys: pytest.CaptureFixture[str]) -> Iterator[LiveServer]:
    """A running server."""
    running = LiveServer()
    yield running
    running.stop()


@pytest.fixture
def in_thread() -> Callable[..., Any]:
    """Run database code of an async test in a thread: `await in_thread(make_hotspot)`."""

    def call(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        finally:
            connection.close()

    return partial(asyncio.to_thread, call)


@pytest.fixture
async def feed(
    server: LiveServer, analyst: User, in_thread: Callable[..., Any]
) -> AsyncIterator[FeedClient]:
    """An analyst who reads the events over HTTP."""
    token = await in_thread(access_token, analyst)
    async with reader(server.port, token) as client:
        yield client


@pytest.fixture
def many_events(in_thread):
    """Append many large events to the log at once, without a wake-up."""

    def append(count: int, size: int = 2000) -> None:
        for start in range(0, count, 500):
            number = min(500, count - start)
            change = Change("hotspot.updated", b'{"x":"' + b"y" * size + b'"}')
            log.append({"hotspots": [change] * number})

    return lambda *args: in_thread(append, *args)


class Bystander:
    """An honest client beside hostile ones, and what the server logs meanwhile."""

    def __init__(self, client: Client, happen: Callable[[], Any], log: Any) -> None:
        self.client = client
        self.happen = happen
        self.log = log
        self.seen = 0

    async def check(self) -> None:
        """The next event comes over the same connection; the log has no fault and is quiet."""
        await self.happen()
        self.seen += 1
        assert await self.client.seqs(1) == [self.seen]
        faults = [r.getMessage() for r in self.log.records if r.exc_info or r.levelno >= ERROR]
        assert faults == []
        warnings = [r.getMessage() for r in self.log.records if r.levelno == WARNING]
        assert len(warnings) <= 1, warnings


@pytest.fixture
async def bystander(
    server: LiveServer,
    approver: User,
    in_thread: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Bystander]:
    """Somebody who must not notice what others do to the server."""
    for module, name in ((quiet, "_said"), (admission, "_said"), (sockets, "strangers")):
        monkeypatch.setattr(module, name, OncePer(60))  # as after a start
    caplog.set_level(DEBUG, "streams")
    happen = partial(in_thread, make_hotspot, status="resolved")
    async with server.connect("/ws/hotspots", approver) as client:
        yield Bystander(client, happen, caplog)


@pytest.fixture
def token(analyst: User) -> str:
    """The access token of an analyst."""
    return access_token(analyst)


@pytest.fixture
def cookie(analyst: User) -> str:
    """The cookie header of a browser in which an analyst has signed in."""
    browser = Browser()
    browser.force_login(analyst)
    return f"sessionid={browser.cookies['sessionid'].value}"
