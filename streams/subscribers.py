"""One connection as the hub sees it: a cursor into the ring, and a way to write.

A server that offers ``emberwatch.broadcast`` is written to directly; when its transport says
stop, the connection is left where it is and goes on from there, from the ring or the log.
Elsewhere the same events go through the standard ASGI ``send``.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from .encoding import Encoded
from .metrics import StreamCounts
from .modes import Mode

Send = Callable[[dict[str, Any]], Awaitable[None]]


class ResyncError(Exception):
    """The position cannot be served: ``epoch``, ``ahead`` or ``trimmed``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Source(Protocol):
    """What a subscriber follows: a hub."""

    counts: StreamCounts

    @property
    def head(self) -> int:
        """The newest event's number."""
        ...

    async def after(self, position: int) -> list[Encoded]:
        """Wait for events after a position."""
        ...

    def enlist(self, subscriber: "Subscriber") -> None:
        """Write to the subscriber directly from now on."""
        ...

    def withdraw(self, subscriber: "Subscriber") -> None:
        """Write to it no longer."""
        ...


class Subscriber:
    """Follows one stream for one connection."""

    def __init__(
        self, hub: Source, mode: Mode, send: Send, broadcast: dict[str, Any] | None
    ) -> None:
        self.hub = hub
        self.mode = mode
        self.position = 0
        self.is_behind = True
        self._send = send
        self._broadcast = broadcast
        self._writable = asyncio.Event()
        self._writable.set()
        self._left = asyncio.Event()
        self._ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        if broadcast is not None:
            self.write = broadcast["write"]
            broadcast["watch"](self._watch)

    async def follow(self, position: int) -> str:
        """Send every event after a position until the hub ends it.

        Returns:
            Why it ended: ``slow``, or the reason for a resync.
        """
        self._ended = asyncio.get_running_loop().create_future()
        sending = asyncio.create_task(self._send_after(position))
        try:
            await asyncio.wait((sending, self._ended), return_when=asyncio.FIRST_COMPLETED)
            if not self._ended.done():
                sending.result()
            return self._ended.result()
        except ResyncError as error:
            return error.reason
        finally:
            sending.cancel()

    def change(self, mode: Mode) -> int:
        """Send the next events in another mode; return the position up to which it is the old."""
        live = not self.is_behind
        if live:
            self.hub.withdraw(self)
        self.mode = mode
        if live:
            self.hub.enlist(self)
        return self.reached

    @property
    def reached(self) -> int:
        """Everything up to this number was sent, or is not wanted."""
        return self.position if self.is_behind else self.hub.head

    def end(self, reason: str) -> None:
        """End the subscription: its position means nothing any more, or it reads too slowly."""
        if not self._ended.done():
            self._ended.set_result(reason)

    async def _send_after(self, position: int) -> None:
        self.position = position
        while True:
            events = await self.hub.after(self.position)
            await self._deliver(events)
            self.position = events[-1].seq
            if self._broadcast and self._writable.is_set() and self.position == self.hub.head:
                await self._live()

    async def _deliver(self, events: Sequence[Encoded]) -> None:
        if self._broadcast is not None:
            await self._writable.wait()
            if chosen := self.mode.choose(events):
                payload = self.mode.frames(chosen)
                self.write(payload)
                self.hub.counts.sent(len(chosen), payload)
            return
        chosen = self.mode.choose(events)
        texts = list(self.mode.texts(chosen)) if chosen else []
        for text in texts:
            await self._send({"type": "websocket.send", "text": text.decode()})
        self.hub.counts.sent(len(chosen), len(texts))

    async def _live(self) -> None:
        """Let the hub write here until the transport has had enough."""
        self._left.clear()
        self.is_behind = False
        self.hub.enlist(self)
        try:
            await self._left.wait()
        finally:
            self.hub.withdraw(self)
            self.is_behind = True

    def _watch(self, paused: bool | None) -> None:  # noqa: FBT001 - the extension's signature
        if not paused:  # False: drained; None: the connection is gone and writes do nothing
            self._writable.set()
            return
        self._writable.clear()
        self.hub.counts.slow.inc()
        if not self.is_behind:
            self.hub.withdraw(self)
            self.position = self.hub.head
            self.is_behind = True
            self._left.set()
