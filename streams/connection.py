"""One WebSocket connection: handshake, access, then a reader and a follower until one ends."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import DatabaseError

from . import closing, metrics
from .addresses import kind
from .admission import RefusedError, Visit, refuse
from .auth import Access, NotPermittedError, NotSignedInError, grant
from .closing import Closed, Closing
from .commands import Commands
from .handshake import SESSION, Handshake, MalformedQueryError
from .hub import Hub, hub_for
from .limits import OncePer
from .log import timestamp
from .modes import Plain, Session
from .presence import presence
from .subscribers import ResyncError, Subscriber
from .watch import watch

logger = logging.getLogger(__name__)

CLOSE_SECONDS = 2.0
DRAIN_SPREAD_MS = 2000
strangers = OncePer(60)  # log lines for each address that opens nothing
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Connection:
    """Serves one client of one stream."""

    access: Access
    hub: Hub
    subscriber: Subscriber

    def __init__(
        self, stream: str, scope: Message, shake: Handshake, receive: Receive, send: Send
    ) -> None:
        self.id = uuid4().hex
        self.stream = stream
        self.shake = shake
        self.in_session = shake.subprotocol == SESSION
        self._receive = receive
        self._send = send
        self._extensions: Message = scope.get("extensions") or {}
        self._counts = metrics.of(stream)
        self._began = time.monotonic()
        self._since = timestamp(datetime.now(UTC))
        self._is_accepted = False
        self._code = 1006  # until a close says otherwise
        self._events = 0
        self._ended: asyncio.Future[Closing] = asyncio.get_running_loop().create_future()

    @property
    def head(self) -> int:
        """The newest event's number."""
        return self.hub.head

    async def serve(self) -> None:
        """Serve until the client leaves or is closed.

        A stranger is accepted, told and closed, so that a browser can read the code; only
        limits and foreign origins are refused in the handshake.
        """
        try:
            async with Visit(self.shake.address) as visit:
                await self._serve(await self._admit(visit))
        except RefusedError as error:
            await refuse(error, self.shake.address, self._extensions, self._send)

    async def _serve(self, refusal: Closing | None) -> None:
        try:
            if refusal is not None:
                raise Closed(refusal)
            await self._stream()
        except Closed as closed:
            if closed.reason is not None:
                await self._close(closed.reason)
        except DatabaseError as error:
            logger.warning("the database is away: %s", type(error).__name__)
            await self._close(closing.UNAVAILABLE)
        finally:
            metrics.closed(self._code)
            self._log_end(is_stranger=refusal is not None)

    def describe(self) -> dict[str, Any]:
        """Return what the back office shows: no address, no credential."""
        return {
            "id": self.id,
            "user": self.access.username,
            "stream": self.stream,
            "mode": "session" if self.in_session else "plain",
            "seq": self.subscriber.reached,
            "behind": self.head - self.subscriber.reached,
            "from": kind(self.shake.address),
            "since": self._since,
        }

    def disconnect(self) -> None:
        """End the connection on an administrator's order."""
        self._end(closing.DISCONNECTED)

    async def tell(self, frame_type: str, **fields: Any) -> None:
        """Send one session frame; a plain client gets none."""
        if self.in_session:
            text = orjson.dumps({"type": frame_type, **fields}).decode()
            await self._send({"type": "websocket.send", "text": text})

    async def _admit(self, visit: Visit) -> Closing | None:
        """Find out who it is, within the limits of strangers and users."""
        if not self.shake.has_credential:
            await visit.as_stranger()  # before any database work
        refusal = await self._authorize()
        if refusal is None and self.access.user_id is not None:
            await visit.as_user(self.access.user_id)
        elif refusal is not None and refusal.code == closing.NOT_SIGNED_IN.code:
            await visit.as_stranger()
        return refusal

    async def _authorize(self) -> Closing | None:
        try:
            _ = self.shake.since
            check = database_sync_to_async(grant, thread_sensitive=False)
            self.access = await check(self.shake, self.stream)
        except MalformedQueryError as error:
            return closing.MALFORMED_QUERY._replace(detail=str(error))
        except NotSignedInError as error:
            return closing.NOT_SIGNED_IN._replace(detail=str(error))
        except NotPermittedError as error:
            return closing.NOT_PERMITTED._replace(detail=str(error))
        except DatabaseError as error:
            logger.warning("the database is away: %s", type(error).__name__)
            return closing.UNAVAILABLE
        return None

    async def _stream(self) -> None:
        self.hub = hub_for(self.stream)
        broadcast = self._extensions.get("emberwatch.broadcast")
        mode = Session() if self.in_session else Plain()
        subscriber = self.subscriber = Subscriber(self.hub, mode, self._send, broadcast)
        watch().hold(self.access, self._end_access)
        presence().enter(self)
        if broadcast:
            broadcast["drain"](self._drain)
        self._counts.sockets.inc()
        try:
            await self.hub.join(subscriber)
            position = await self._greet()
            await _first_failure(
                Commands(self, self._hear).read(),
                self._follow(subscriber, position),
                self._heartbeat(),
                self._wait_for_end(),
            )
        finally:
            self._counts.sockets.dec()
            self.hub.leave(subscriber)
            watch().release(self.access)
            presence().leave(self)

    async def _greet(self) -> int:
        """Accept and say hello; return the position to go on from.

        It is taken before the accept: what is committed once the client is connected comes.
        """
        head, reason = self.head, None
        try:
            head = await self.hub.position(self.shake.since, self.shake.epoch)
        except ResyncError as error:
            reason = error.reason
        if self.shake.since is not None:
            self._counts.resumed(reason or "ok")
        await self._accept()
        user = self.access.user_id
        logger.info("open %s user=%s connection=%s", self.stream, user, self.id)
        await self._hello(head)
        return head if reason is None else await self._resync(reason)

    async def _accept(self) -> None:
        self._is_accepted = True
        self._counts.accepted.inc()
        await self._send({"type": "websocket.accept", "subprotocol": self.shake.subprotocol})

    async def _hello(self, position: int) -> None:
        await self.tell(
            "hello",
            stream=self.stream,
            epoch=self.hub.epoch,
            seq=position,
            head=self.head,
            heartbeat_seconds=settings.STREAMS_HEARTBEAT_SECONDS,
            connection=self.id,
            user=self.access.username,
        )

    async def _resync(self, reason: str) -> int:
        """Say that events are lost to this client, and return where it goes on from."""
        if not self.in_session:
            raise Closed(closing.RESYNC)
        head = self.head
        await self.tell("resync", reason=reason, head=head, epoch=self.hub.epoch)
        return head

    async def _follow(self, subscriber: Subscriber, position: int) -> None:
        while True:
            try:
                reason = await subscriber.follow(position)
            finally:
                self._events += max(0, subscriber.reached - position)
            if reason == "slow":
                raise Closed(closing.TOO_SLOW)
            position = await self._resync(reason)

    async def _hear(self) -> Message:
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            self._code = message.get("code") or 1006
        return message

    async def _heartbeat(self) -> None:
        while self.in_session:
            await asyncio.sleep(settings.STREAMS_HEARTBEAT_SECONDS)
            at = timestamp(datetime.now(UTC))
            await self.tell("beacon", seq=self.subscriber.reached, head=self.head, at=at)

    def _end_access(self, reason: str) -> None:
        known = {c.name: c for c in (closing.NOT_SIGNED_IN, closing.NOT_PERMITTED)}
        self._end(known[reason])

    def _drain(self) -> None:
        spread = random.randrange(DRAIN_SPREAD_MS)  # noqa: S311 - spreads the herd, no secret
        self._end(closing.GOING_AWAY._replace(retry_after_ms=spread))

    def _end(self, reason: Closing) -> None:
        if not self._ended.done():
            self._ended.set_result(reason)

    async def _wait_for_end(self) -> None:
        raise Closed(await self._ended)

    async def _close(self, reason: Closing) -> None:
        """Say why, close, and give up on a client that does not read even that."""
        if not self._is_accepted:
            await self._accept()  # so that a browser can read the code
        self._code, after = reason.code, reason.retry_after_ms
        wait = {} if after is None else {"retry_after_ms": after}
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.tell(
                    "error", code=reason.name, detail=reason.detail, retry=reason.retry, **wait
                )
                await self._send(
                    {"type": "websocket.close", "code": reason.code, "reason": reason.name}
                )
        except TimeoutError:
            if broadcast := self._extensions.get("emberwatch.broadcast"):
                broadcast["abort"]()

    def _log_end(self, *, is_stranger: bool) -> None:
        """One line: never what was sent, never what the address or a header said."""
        if is_stranger and not strangers.first(self.shake.address):
            return
        logger.info(
            "closed %s user=%s connection=%s code=%d seconds=%.1f events=%d",
            self.stream,
            None if is_stranger else self.access.user_id,
            self.id,
            self._code,
            time.monotonic() - self._began,
            self._events,
        )


async def _first_failure(*parts: Coroutine[Any, Any, None]) -> None:
    """Run the parts until one of them raises, then cancel the others."""
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
