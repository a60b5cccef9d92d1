"""One client: it reads a stream, keeps its history, and comes back as the protocol says."""

import asyncio
import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import orjson
import websockets
from websockets.asyncio.client import ClientConnection, connect

from streams.closing import MALFORMED_QUERY, NOT_PERMITTED, NOT_SIGNED_IN, RESYNC, TOO_LARGE
from streams.handshake import SESSION

from . import logs
from .api import Api
from .errors import CheckError
from .histories import UNREADABLE, History, digest, plain_events, session_events

BACKOFF_SECONDS = (0.1, 2.0)  # the first wait and the longest
SILENCE_SECONDS = 15.0  # between two pings, and the longest wait for the answer
ABANDONED_SECONDS = 60.0
MAX_FRAME_BYTES = 64 * 1024 * 1024
FINAL = {c.code for c in (MALFORMED_QUERY, NOT_PERMITTED, TOO_LARGE)}
BROKEN = (OSError, EOFError, TimeoutError, websockets.WebSocketException)
NO_ROOM = (
    "the server takes no more sockets: lower --clients, or raise STREAMS_MAX_SOCKETS_PER_USER and"
    " STREAMS_MAX_SOCKETS_PER_ADDRESS for the check."
)


@dataclass
class Ground:
    """What all clients of a check share."""

    api: Api
    starts: Mapping[str, int]  # stream -> the position from which on the check looks
    arrived: Callable[[dict[str, Any]], None]  # told of every event
    clock: Callable[[], float]  # seconds since the check began
    handshakes: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(100))


class Client:
    """A client in session or in plain mode; ``run()`` lasts until it is cancelled."""

    def __init__(self, name: str, stream: str, ground: Ground, *, in_session: bool) -> None:
        self.history = History(name, stream)
        self.joined = asyncio.Event()
        self.is_connected = False
        self.connections = 0
        self.resyncs = 0
        self.stopped = ""  # why it does not come back
        self._target: int | None = None
        self._reached = asyncio.Event()
        self._ground = ground
        self._in_session = in_session
        self._epoch = ""
        self._socket: ClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None
        self._pause = 0.0
        self._failures = 0
        self._told_to_wait: float | None = None

    async def run(self) -> None:
        """Connect, read, and come back for as long as the server lets it.

        Raises:
            CheckError: it was never let in.
        """
        if not self._in_session:  # told no position, it brings one
            self.history.join(self._ground.starts[self.history.stream])
        while not self.stopped:
            self._told_to_wait = None
            await self._stay()
            if self.stopped and not self.joined.is_set():
                raise CheckError(f"{self.history.stream}: {self.stopped}.")
            await asyncio.sleep(self._wait())

    async def reach(self, position: int) -> None:
        """Wait until it has everything up to a number, or does not come back."""
        self._target = position
        self._look()
        await self._reached.wait()

    def pause(self, seconds: float) -> None:
        """Stop reading for a while: what comes waits in buffers, then at the server."""
        self._pause = seconds
        self.mark(f"reads nothing for {seconds:g} s")

    def abandon(self) -> None:
        """Leave the connection as a machine does that loses its network: nobody is told."""
        if self._socket is None or self._reading is None:
            return
        self.mark("abandons its connection without a word")
        transport = self._socket.transport
        transport.pause_reading()
        asyncio.get_running_loop().call_later(ABANDONED_SECONDS, transport.abort)
        self._reading.cancel()

    def drop(self) -> None:
        """Cut the connection."""
        if self._socket is not None:
            self.mark("drops its connection")
            self._socket.transport.abort()

    async def show_token(self) -> None:
        """Send the new token before the old one ends; a plain client cannot."""
        if self._socket is not None and self._in_session:
            with suppress(*BROKEN):
                await self._socket.send(
                    orjson.dumps({"type": "auth", "token": self._ground.api.token}).decode()
                )

    def mark(self, text: str) -> None:
        """Note what happened."""
        self.history.mark(self._ground.clock(), text)

    def _look(self) -> None:
        position = self.history.position
        if self.stopped or (position is not None and position >= (self._target or 0)):
            self._reached.set()

    async def _stay(self) -> None:
        """One connection, from the handshake to its end."""
        token = self._ground.api.token
        try:
            async with self._ground.handshakes:
                socket = await self._connect(token)
        except websockets.InvalidStatus as error:
            self._refused(error.response.status_code, error.response.headers.get("Retry-After"))
            return
        except BROKEN as error:
            self.mark(f"cannot connect: {type(error).__name__}")
            return
        self.connections += 1
        self._socket, self.is_connected = socket, True
        if not self._in_session:
            self.joined.set()
        await self._read_until_end(socket)
        self._socket, self.is_connected = None, False
        if socket.close_code is not None:
            await self._closed(socket.close_code, socket.close_reason or "", token)

    async def _connect(self, token: str) -> ClientConnection:
        position = self.history.position
        query = {} if position is None else {"since": str(position)}
        if position is not None and self._epoch:
            query["epoch"] = self._epoch
        address = self._ground.api.url()
        url = f"ws{address.removeprefix('http')}/ws/{self.history.stream}?{urlencode(query)}"
        self.mark(f"connects to {address} {urlencode(query)}")
        return await connect(
            url,
            additional_headers={"Authorization": f"Bearer {token}"},
            subprotocols=[websockets.Subprotocol(SESSION)] if self._in_session else None,
            ssl=self._ground.api.ssl if url.startswith("wss") else None,
            compression=None,
            max_size=MAX_FRAME_BYTES,
            ping_interval=None,  # an abandoned connection has to be silent
            close_timeout=2,
        )

    async def _read_until_end(self, socket: ClientConnection) -> None:
        self._reading = asyncio.create_task(self._read(socket))
        watching = asyncio.create_task(_watch(socket))
        try:
            await asyncio.wait((self._reading,))
        except asyncio.CancelledError:  # the check is over
            self._reading.cancel()
            await socket.close()
            raise
        finally:
            watching.cancel()
        if not self._reading.cancelled():
            self._reading.result()

    async def _read(self, socket: ClientConnection) -> None:
        with suppress(websockets.ConnectionClosed):
            while True:
                self._hear(await socket.recv(decode=False))
                if self._pause:
                    await asyncio.sleep(self._pause)
                    self._pause = 0.0

    def _hear(self, text: bytes) -> None:
        self._failures = 0
        try:
            frame = orjson.loads(text)
            events = self._session(frame) if self._in_session else plain_events(frame)
            for event in events:
                self.history.add(event["seq"], digest(event))
                self._ground.arrived(event)
            if self._target is not None:
                self._look()
        except (ValueError, KeyError, TypeError, AttributeError):
            self.mark(f"cannot read a frame: {text[:60]!r}")
            self.history.add(UNREADABLE, 0)

    def _session(self, frame: dict[str, Any]) -> list[dict[str, Any]]:
        """Take in what a frame says; return its events."""
        kind = frame["type"]
        if kind == "events":
            return session_events(frame)
        if kind == "hello":
            self._epoch = frame["epoch"]
            if self.history.position is None:
                self.history.join(frame["seq"])
            self.joined.set()
            self.mark(f"hello seq={frame['seq']} head={frame['head']} epoch={frame['epoch']}")
        elif kind == "resync":
            self._epoch = frame["epoch"]
            self._resync(frame["head"], frame["reason"])
        elif kind == "error":
            self.mark(f"error {frame['code']}")
            wait = frame.get("retry_after_ms")
            self._told_to_wait = None if wait is None else wait / 1000
        return []

    def _resync(self, head: int, reason: str) -> None:
        self.resyncs += 1
        self.mark(f"resync {reason} head={head}")
        self.history.join(head)

    def _refused(self, status: int, retry_after: str | None) -> None:
        self.mark(f"handshake answered {status}")
        if not self.joined.is_set():
            no_room = status == HTTPStatus.TOO_MANY_REQUESTS
            raise CheckError(NO_ROOM if no_room else f"the handshake was answered {status}.")
        if retry_after and retry_after.isdecimal():
            self._told_to_wait = float(retry_after)

    async def _closed(self, code: int, reason: str, token: str) -> None:
        self.mark(f"closed {code} {reason}")
        if code in FINAL:
            self.stopped = f"closed with {code} {reason}"
            self._look()
        elif code == NOT_SIGNED_IN.code:
            await self._ground.api.renew(token)
        elif code == RESYNC.code:
            head = await logs.head(self._ground.api, self.history.stream)
            self._resync(head, reason)

    def _wait(self) -> float:
        """Return for how long to stay away, in seconds: as told, else longer each time."""
        least, most = BACKOFF_SECONDS
        backoff = min(most, least * 2**self._failures) * random.uniform(0.5, 1)  # noqa: S311
        self._failures = min(self._failures + 1, 10)
        return backoff if self._told_to_wait is None else self._told_to_wait


async def _watch(socket: ClientConnection) -> None:
    """Give a connection up that does not answer any more."""
    with suppress(websockets.ConnectionClosed):
        while True:
            await asyncio.sleep(SILENCE_SECONDS)
            try:
                await asyncio.wait_for(await socket.ping(), SILENCE_SECONDS)
            except TimeoutError:
                socket.transport.abort()
