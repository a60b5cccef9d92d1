"""The socket of a stream. Each app's consumer only names its stream; the hub does the work.

Unlike a stock Channels consumer this one has no channel of its own and no dispatch per message
(each would cost a thread hop): one task reads the client, one follows the hub.
"""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from channels.consumer import AsyncConsumer

from . import handshake, metrics
from .connection import Connection

Message = dict[str, Any]


class StreamConsumer(AsyncConsumer):  # type: ignore[misc]  # channels has no stubs
    """Sends every event of one stream, in order, without gap or repeat."""

    stream: ClassVar[str]

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Serve one connection from handshake to close."""
        await receive()  # websocket.connect
        shake = handshake.read(scope)
        if shake.origin_is_allowed():
            await Connection(self.stream, scope, shake, receive, send).serve()
        else:
            metrics.REFUSED.labels("origin").inc()
            await send({"type": "websocket.close"})  # before accept: HTTP 403
