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
from .payloads import Payloads

Send = Callable[[dict[str, Any]], Awaitable[None]]
Ended = Callable[[str | Exception], None]


class ResyncError(Exception):
    """The position cannot be served: ``epoch``, ``ahead`` or ``trimmed``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Source(Protocol):
    """What a subscriber follows: a hub."""

    counts: StreamCounts
    epoch: str
    payloads: Payloads
    turns: asyncio.Semaphore

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
    """Follows one stream for one connection.

    Only who is behind, or has to be sent to, needs a task: who has caught up is written to by
    the hub, and who cannot be written to waits for its transport.
    """

    __slots__ = (
        "_broadcast",
        "_is_paused",
        "_on_end",
        "_send",
        "_task",
        "hub",
        "is_behind",
        "mode",
        "position",
        "write",
    )

    def __init__(
        self, hub: Source, mode: Mode, send: Send, broadcast: dict[str, Any] | None
    ) -> None:
        self.hub = hub
        self.mode = mode
        self.position = 0
        self.is_behind = True
        self._send = send
        self._broadcast = broadcast is not None
        self._is_paused = False
        self._task: asyncio.Task[None] | None = None
        self._on_end: Ended | None = None
        if broadcast is not None:
            self.write = broadcast["write"]
            broadcast["watch"](self._watch)

    def start(self, position: int, on_end: Ended) -> None:
        """Send every event after a position, from now on.

        Args:
            position: the number of the last event that the client has.
            on_end: called once if it ends by itself: with ``slow`` or the reason for a resync,
                or with the error that came instead.
        """
        self.position = position
        self._on_end = on_end
        self._go_on()

    async def follow(self, position: int) -> str:
        """Do the same until it ends; return why."""
        ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def settle(reason: str | Exception) -> None:
            if isinstance(reason, str):
                ended.set_result(reason)
            else:
                ended.set_exception(reason)

        self.start(position, settle)
        try:
            return await ended
        finally:
            self.stop()

    def stop(self) -> None:
        """Send nothing more."""
        self._on_end = None
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if not self.is_behind:
            self._fall_behind()

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

    def end(self, reason: str | Exception) -> None:
        """End by itself: the position means nothing any more, or the client reads too slowly."""
        on_end = self._on_end
        self.stop()
        if on_end is not None:
            on_end(reason)

    def _go_on(self) -> None:
        """Go on from the position: written to by the hub, or with a task until that is so."""
        if self._is_paused or self._on_end is None or self._task is not None:
            return
        if not self._is_live():
            self._task = asyncio.create_task(self._catch_up())

    def _is_live(self) -> bool:
        """Let the hub write here, if everything up to its head was sent and more may be."""
        if self._broadcast and not self._is_paused and self.position == self.hub.head:
            self.is_behind = False
            self.hub.enlist(self)
        return not self.is_behind

    def _fall_behind(self) -> None:
        self.hub.withdraw(self)
        self.position = self.hub.head
        self.is_behind = True

    async def _catch_up(self) -> None:
        reason: str | Exception | None = None
        try:
            await self._send_rest()
        except ResyncError as error:
            reason = error.reason
        except Exception as error:  # noqa: BLE001 - whoever waits for the end judges it
            reason = error
        self._task = None
        if reason is not None:
            self.end(reason)

    async def _send_rest(self) -> None:
        while not self._is_live() and not self._is_paused:
            events = await self.hub.after(self.position)
            if not self._is_paused:
                await self._deliver(events)
                self.position = events[-1].seq

    async def _deliver(self, events: Sequence[Encoded]) -> None:
        if self._broadcast:
            async with self.hub.turns:
                self._write(events)
                await asyncio.sleep(0)  # the ring alone would let nobody else in between
            return
        chosen = self.mode.choose(events)
        texts = list(self.mode.texts(chosen)) if chosen else []
        for text in texts:
            await self._send({"type": "websocket.send", "text": text.decode()})
        self.hub.counts.sent(len(chosen), len(texts))

    def _write(self, events: Sequence[Encoded]) -> None:
        payload = self.hub.payloads.of(self.hub.epoch, self.mode, events)
        if payload.events:
            self.write(payload.data)
            self.hub.counts.sent(payload.events, payload.frames)

    def _watch(self, paused: bool | None) -> None:  # noqa: FBT001 - the extension's signature
        self._is_paused = bool(paused)
        if paused is None:  # the connection is gone
            self.stop()
        elif not paused:
            self._go_on()
        else:
            self.hub.counts.slow.inc()
            if not self.is_behind:
                self._fall_behind()
