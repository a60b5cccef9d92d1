"""A real server on the test's own database, and real WebSocket clients."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

import pytest
import websockets
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

import config.asgi  # noqa: F401 - sets logging up, here and not inside a test's capture
from streams import tokens
from streams.server import Server, bind, configuration
from tests.streams.feeds import FeedClient, reader


class Client:
    """One socket, read frame by frame."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.socket = socket

    async def frame(self) -> dict[str, Any]:
        """The next frame; waits at most 5 s."""
        return json.loads(await asyncio.wait_for(self.socket.recv(), 5))

    async def seqs(self, count: int) -> list[int]:
        """The numbers of the next events, in either mode."""
        found: list[int] = []
        while len(found) < count:
            frame = await self.frame()
            events = frame.get("events", []) if frame.get("type") else [frame]
            found += [event["seq"] for event in events]
        return found

    async def close_code(self) -> int:
        """Read to the end and return the close code; waits at most 10 s."""
        async with asyncio.timeout(10):
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


class LiveServer:
    """`manage.py serve`'s server in a thread of the test, on a free port."""

    def __init__(self) -> None:
        listening = bind("127.0.0.1", 0)
        self.port = listening.getsockname()[1]
        self.server = Server(configuration(proxies=[]))
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
        async with websockets.connect(
            f"ws://127.0.0.1:{self.port}{path}", additional_headers=headers, **options
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
