"""What a session client is told besides events."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson
from django.conf import settings

from . import closing
from .aside import aside
from .auth import Access
from .closing import Closed
from .hub import Hub
from .log import timestamp
from .subscribers import Subscriber

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Speech:
    """The speaking half of a connection; a plain client hears nothing of it."""

    __slots__ = (
        "_is_beating",
        "_send",
        "access",
        "hub",
        "id",
        "in_session",
        "stream",
        "subscriber",
    )
    access: Access
    hub: Hub
    subscriber: Subscriber

    def __init__(self, stream: str, send: Send, *, in_session: bool) -> None:
        self.id = uuid4().hex
        self.stream = stream
        self.in_session = in_session
        self._send = send
        self._is_beating = False

    @property
    def head(self) -> int:
        """The newest event's number."""
        return self.hub.head

    async def tell(self, frame_type: str, **fields: Any) -> None:
        """Send one session frame; a plain client gets none."""
        if self.in_session:
            text = orjson.dumps({"type": frame_type, **fields}).decode()
            await self._send({"type": "websocket.send", "text": text})

    def visit(self) -> None:
        """Send a beacon, unless the one before still waits to be sent."""
        if not self._is_beating:
            self._is_beating = True
            aside(self._beat())

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

    async def _beat(self) -> None:
        at = timestamp(datetime.now(UTC))
        with suppress(OSError):  # the client has left
            await self.tell("beacon", seq=self.subscriber.reached, head=self.head, at=at)
        self._is_beating = False

    async def _resync(self, reason: str) -> int:
        """Say that events are lost to this client, and return where it goes on from."""
        if not self.in_session:
            raise Closed(closing.RESYNC)
        head = self.head
        await self.tell("resync", reason=reason, head=head, epoch=self.hub.epoch)
        return head
