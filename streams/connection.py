"""One WebSocket connection: handshake, access, then a reader until either side ends it.

It has one task of its own, which waits for the client. Events are written to it by the hub, beacons
by one timer for all, and whoever ends it wakes the task.
"""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError

from . import closing, metrics
from .addresses import kind
from .admission import RefusedError, Visit, refuse
from .aside import aside
from .auth import Access
from .closing import Closed, Closing
from .commands import Commands
from .entry import admit
from .handshake import SESSION, Handshake
from .hub import hub_for
from .limits import OncePer
from .log import timestamp
from .modes import Plain, Session
from .presence import presence
from .rounds import every
from .speech import Speech
from .subscribers import ResyncError, Subscriber
from .watch import watch

logger = logging.getLogger(__name__)

CLOSE_SECONDS = 2.0
DRAIN_SPREAD_MS = 2000
strangers = OncePer(60)  # log lines for each address that opens nothing
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Connection(Speech):
    """Serves one client of one stream."""

    __slots__ = (
        "_abort",
        "_address",
        "_began",
        "_code",
        "_events",
        "_extensions",
        "_first",
        "_place",
        "_reason",
        "_receive",
        "_shake",
        "_task",
    )

    def __init__(
        self, stream: str, scope: Message, shake: Handshake, receive: Receive, send: Send
    ) -> None:
        super().__init__(stream, send, in_session=shake.subprotocol == SESSION)
        self._address = shake.address
        self._shake: Handshake | None = shake  # these two until it is answered
        self._extensions: Message | None = scope.get("extensions") or {}
        self._receive = receive
        self._abort: Callable[[], None] | None = None
        self._began = time.time()
        self._code = 1006  # until a close says otherwise
        self._first = self._events = 0
        self._place: int | None = None
        self._task: asyncio.Task[None] | None = None
        self._reason: Closing | None = None

    async def serve(self) -> None:
        """Serve until the client leaves or is closed.

        A stranger is accepted, told and closed, so that a browser can read the code; only
        limits and foreign origins are refused in the handshake.
        """
        assert self._shake is not None  # noqa: S101 - not answered yet
        try:
            async with Visit(self._address) as visit:
                await self._serve(await admit(visit, self._shake, self.stream))
        except RefusedError as error:
            await refuse(error, self._address, self._extensions or {}, self._send)

    async def _serve(self, entry: Access | Closing) -> None:
        try:
            if isinstance(entry, Closing):
                raise Closed(entry)
            self.access = entry
            await self._stream()
        except Closed as closed:
            if closed.reason is not None:
                await self._close(closed.reason)
        except DatabaseError as error:
            _log_fault(self.stream, error)
            await self._close(closing.UNAVAILABLE)
        finally:
            metrics.closed(self._code)
            self._log_end(is_stranger=isinstance(entry, Closing))

    def describe(self) -> dict[str, Any]:
        """Return what the back office shows: no address, no credential."""
        return {
            "id": self.id,
            "user": self.access.username,
            "stream": self.stream,
            "mode": "session" if self.in_session else "plain",
            "seq": self.subscriber.reached,
            "behind": self.head - self.subscriber.reached,
            "from": kind(self._address),
            "since": timestamp(datetime.fromtimestamp(self._began, UTC)),
        }

    def disconnect(self) -> None:
        """End the connection on an administrator's order."""
        self._end(closing.DISCONNECTED)

    async def _stream(self) -> None:
        self._task = asyncio.current_task()
        self._enter()
        try:
            await self.hub.join(self.subscriber)
            self._first = await self._greet()
            self.subscriber.start(self._first, self._lose_position)
            if self.in_session:
                self._place = every(settings.STREAMS_HEARTBEAT_SECONDS).join(self)
            await Commands(self, self._hear).read()
        except asyncio.CancelledError:
            if self._reason is None or self._task is None:
                raise
            self._task.uncancel()
            raise Closed(self._reason) from None
        finally:
            self._task = None
            self._leave()

    def _enter(self) -> None:
        self.hub = hub_for(self.stream)
        broadcast = (self._extensions or {}).get("emberwatch.broadcast")
        mode = Session() if self.in_session else Plain()
        self.subscriber = Subscriber(self.hub, mode, self._send, broadcast)
        watch().hold(self.access, self._end_access)
        presence().enter(self)
        if broadcast:
            self._abort = broadcast["abort"]
            broadcast["drain"](self._drain)
        self.hub.counts.sockets.inc()

    def _leave(self) -> None:
        self.hub.counts.sockets.dec()
        self._count()
        self.subscriber.stop()
        self.hub.leave(self.subscriber)
        if self._place is not None:
            every(settings.STREAMS_HEARTBEAT_SECONDS).leave(self, self._place)
        watch().release(self.access)
        presence().leave(self)

    async def _greet(self) -> int:
        """Accept and say hello; return the position to go on from.

        It is taken before the accept: what is committed once the client is connected comes.
        """
        shake = self._shake
        assert shake is not None  # noqa: S101 - a client is greeted once
        head, reason = self.head, None
        try:
            head = await self.hub.position(shake.since, shake.epoch)
        except ResyncError as error:
            reason = error.reason
        if shake.since is not None:
            self.hub.counts.resumed(reason or "ok")
        await self._accept()
        user = self.access.user_id
        logger.info("open %s user=%s connection=%s", self.stream, user, self.id)
        await self._hello(head)
        return head if reason is None else await self._resync(reason)

    async def _accept(self) -> None:
        assert self._shake is not None  # noqa: S101 - a handshake is answered once
        subprotocol = self._shake.subprotocol
        self._shake = self._extensions = None  # an idle connection keeps nothing of them
        metrics.of(self.stream).accepted.inc()
        await self._send({"type": "websocket.accept", "subprotocol": subprotocol})

    def _lose_position(self, reason: str | Exception) -> None:
        """The subscription has ended by itself: begin again where that is possible."""
        self._count()
        if isinstance(reason, OSError):
            return  # the client has left; who reads from it will hear of it
        if isinstance(reason, Exception):
            _log_fault(self.stream, reason)
            self._end(closing.UNAVAILABLE)
        elif reason == "slow":
            self._end(closing.TOO_SLOW)
        elif not self.in_session:
            self._end(closing.RESYNC)
        else:
            aside(self._begin_again(reason))

    def _count(self) -> None:
        reached = self.subscriber.reached
        self._events += max(0, reached - self._first)
        self._first = reached

    async def _begin_again(self, reason: str) -> None:
        with suppress(OSError):
            self._first = await self._resync(reason)
            if self._task is not None:
                self.subscriber.start(self._first, self._lose_position)

    async def _hear(self) -> Message:
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            self._code = message.get("code") or 1006
        return message

    def _end_access(self, reason: str) -> None:
        self._end(closing.ACCESS_ENDED[reason])

    def _drain(self) -> None:
        spread = random.randrange(DRAIN_SPREAD_MS)  # noqa: S311 - spreads the herd, no secret
        self._end(closing.GOING_AWAY._replace(retry_after_ms=spread))

    def _end(self, reason: Closing) -> None:
        """End it from outside: wake the task that waits for the client."""
        if self._reason is None and self._task is not None:
            self._reason = reason
            self._task.cancel()

    async def _close(self, reason: Closing) -> None:
        """Say why, close, and give up on a client that does not read even that."""
        if self._shake is not None:
            await self._accept()  # so that a browser can read the code
        self._code = reason.code
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.tell("error", **reason.error())
                await self._send(reason.message())
        except TimeoutError:
            if self._abort is not None:
                self._abort()

    def _log_end(self, *, is_stranger: bool) -> None:
        """One line: never what was sent, never what the address or a header said."""
        if is_stranger and not strangers.first(self._address):
            return
        logger.info(
            "closed %s user=%s connection=%s code=%d seconds=%.1f events=%d",
            self.stream,
            None if is_stranger else self.access.user_id,
            self.id,
            self._code,
            time.time() - self._began,
            self._events,
        )


def _log_fault(stream: str, error: Exception) -> None:
    """One line if the database is away; everything else is a fault of ours."""
    if isinstance(error, DatabaseError):
        logger.warning("the database is away: %s", type(error).__name__)
    else:
        logger.error("stream %s", stream, exc_info=error)
