"""The socket of a stream. Each app's consumer only names its stream; the hub does the work.

Unlike a stock Channels consumer this one has no channel of its own and no dispatch per message
(each would cost a thread hop).
"""

from typing import Any, ClassVar

from channels.consumer import AsyncConsumer

from . import handshake, metrics
from .connection import Connection, Receive, Send

Message = dict[str, Any]


class StreamConsumer(AsyncConsumer):  # type: ignore[misc]  # channels has no stubs
    """Sends every event of one stream, in order, without gap or repeat."""

    stream: ClassVar[str]

    async def __call__(
        self,
        scope: Message,
        receive: Receive,
        send: Send,
    ) -> None:
        """Serve one connection from handshake to close."""
        await receive()  # websocket.connect
        connection = self._connection(scope, receive, send)
        scope.clear()  # what leads here holds it for as long as the socket lives
        if connection is not None:
            await connection.serve()
        else:
            metrics.REFUSED.labels("origin").inc()
            await send({"type": "websocket.close"})  # before accept: HTTP 403

    def _connection(self, scope: Message, receive: Receive, send: Send) -> Connection | None:
        """Read the handshake; ``None`` if its page may not connect."""
        shake = handshake.read(scope)
        if not shake.origin_is_allowed():
            return None
        return Connection(self.stream, scope, shake, receive, send)
