"""One WebSocket connection: handshake, access, then a reader and a follower until one ends."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import DatabaseError

from . import closing
from .auth import Access, NotPermittedError, NotSignedInError, grant
from .closing import Closed, Closing
from .commands import Commands
from .handshake import SESSION, Handshake, MalformedQueryError
from .hub import Hub, hub_for
from .log import timestamp
from .modes import Plain, Session
from .subscribers import ResyncError, Subscriber
from .watch import watch

logger = logging.getLogger(__name__)

CLOSE_SECONDS = 2.0
DRAIN_SPREAD_MS = 2000
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
        self.stream = stream
        self.shake = shake
        self.in_session = shake.subprotocol == SESSION
        self._receive = receive
        self._send = send
        self._extensions: Message = scope.get("extensions") or {}
        self._is_accepted = False
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
        refusal = await self._authorize()
        if refusal is None and self._is_full():
            await self._refuse_handshake()
            return
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

    async def tell(self, frame_type: str, **fields: Any) -> None:
        """Send one session frame; a plain client gets none."""
        if self.in_session:
            text = orjson.dumps({"type": frame_type, **fields}).decode()
            await self._send({"type": "websocket.send", "text": text})

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

    def _is_full(self) -> bool:
        total, per_user = settings.STREAMS_MAX_SOCKETS, settings.STREAMS_MAX_SOCKETS_PER_USER
        if 0 < total <= len(watch()):
            return True
        user_id = self.access.user_id
        return user_id is not None and 0 < per_user <= watch().count(user_id)

    async def _refuse_handshake(self) -> None:
        """Answer 429 where the server can, else the 403 of a close before the accept."""
        if "websocket.http.response" not in self._extensions:
            await self._send({"type": "websocket.close"})
            return
        headers = [(b"content-type", b"text/plain"), (b"retry-after", b"10")]
        start = {"type": "websocket.http.response.start", "status": 429, "headers": headers}
        await self._send(start)
        await self._send({"type": "websocket.http.response.body", "body": b"Too many sockets.\n"})

    async def _stream(self) -> None:
        self.hub = hub_for(self.stream)
        broadcast = self._extensions.get("emberwatch.broadcast")
        mode = Session() if self.in_session else Plain()
        subscriber = self.subscriber = Subscriber(self.hub, mode, self._send, broadcast)
        watch().hold(self.access, self._end_access)
        if broadcast:
            broadcast["drain"](self._drain)
        try:
            await self.hub.join(subscriber)
            position = await self._greet()
            await _first_failure(
                Commands(self, self._receive).read(),
                self._follow(subscriber, position),
                self._heartbeat(),
                self._wait_for_end(),
            )
        finally:
            self.hub.leave(subscriber)
            watch().release(self.access)

    async def _greet(self) -> int:
        """Accept and say hello; return the position to go on from.

        It is taken before the accept: what is committed once the client is connected comes.
        """
        head, reason = self.head, None
        try:
            head = await self.hub.position(self.shake.since, self.shake.epoch)
        except ResyncError as error:
            reason = error.reason
        await self._accept()
        await self._hello(head)
        return head if reason is None else await self._resync(reason)

    async def _accept(self) -> None:
        self._is_accepted = True
        await self._send({"type": "websocket.accept", "subprotocol": self.shake.subprotocol})

    async def _hello(self, position: int) -> None:
        await self.tell(
            "hello",
            stream=self.stream,
            epoch=self.hub.epoch,
            seq=position,
            head=self.head,
            heartbeat_seconds=settings.STREAMS_HEARTBEAT_SECONDS,
            connection=uuid4().hex,
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
            reason = await subscriber.follow(position)
            if reason == "slow":
                raise Closed(closing.TOO_SLOW)
            position = await self._resync(reason)

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
        after = reason.retry_after_ms
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
