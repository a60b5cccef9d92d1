"""Daphne's WebSocket connection, with direct writes, back-pressure and bounds."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from django.conf import settings

from streams.closing import TOO_MANY_MESSAGES
from streams.commands import MAX_FRAME_BYTES
from streams.limits import TokenBucket

from .gate import Gate

MAX_WAITING = 64  # messages that the application has not read yet
MAX_EARLY_BYTES = 64 * 1024  # before the handshake is answered
Message = dict[str, Any]


class BroadcastProtocol(WebSocketProtocol):  # type: ignore[misc]  # daphne has no types
    """What ``streams.wire.WebSocket`` is for uvicorn, and speaks the same extension.

    Autobahn sends each frame as one write, so that whole frames of ours may stand between its
    own; it takes the options below from the class.
    """

    maxFramePayloadSize = MAX_FRAME_BYTES  # noqa: N815 - autobahn's names
    maxMessagePayloadSize = MAX_FRAME_BYTES  # noqa: N815
    failByDrop = False  # noqa: N815 - a frame that is too large is answered 1009

    def __init__(self) -> None:
        super().__init__()
        self.gate = Gate()
        self._pings = TokenBucket(settings.STREAMS_COMMAND_RATE, settings.STREAMS_COMMAND_BURST)

    def broadcast(self, drain: Callable[[Callable[[], None]], None]) -> Message:
        """Return the extension ``emberwatch.broadcast``."""
        return {
            "write": self._write,
            "watch": self.gate.watch,
            "abort": self.transport.abortConnection,
            "drain": drain,
        }

    def onOpen(self) -> None:  # noqa: N802 - autobahn's name, as those below
        """Hear of the transport what the HTTP request heard that this connection began with."""
        super().onOpen()
        self.unregisterProducer()
        self.registerProducer(self.gate, streaming=True)

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:  # noqa: FBT001, N802, N803
        """The connection is gone."""
        self.gate.stopProducing()
        super().onClose(wasClean, code, reason)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        """Read on; who sends a lot before the handshake is answered is cut off."""
        super().dataReceived(data)
        if self.state == self.STATE_CONNECTING and len(self.data) > MAX_EARLY_BYTES:
            self.dropConnection(abort=True)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: FBT001, N802, N803
        """Hand a message on, unless it comes faster than they are read."""
        if self.application_queue.qsize() < MAX_WAITING:
            super().onMessage(payload, isBinary)
        else:
            self._say_too_many()

    def onPing(self, payload: bytes) -> None:  # noqa: N802
        """Answer, as long as the client pings seldom and takes the answers."""
        if not self._pings.take():
            self._say_too_many()
        elif self.gate.is_open:
            super().onPing(payload)

    def handle_reply(self, message: Message) -> None:
        """Carry out what the application says; Daphne drops the reason and knows only 403."""
        match message["type"]:
            case "websocket.close" if self.state == self.STATE_OPEN:
                self.sendClose(code=message.get("code", 1000), reason=message.get("reason"))
            case "websocket.http.response.start":
                self._refuse(message["status"], message["headers"])
            case "websocket.http.response.body":
                pass  # status and headers say it all
            case _:
                super().handle_reply(message)

    def _write(self, frames: bytes) -> None:
        if self.state == self.STATE_OPEN:  # nothing may follow a close
            self.transport.write(frames)

    def _say_too_many(self) -> None:
        self.sendClose(code=TOO_MANY_MESSAGES.code, reason=TOO_MANY_MESSAGES.name)

    def _refuse(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        del self.handshake_deferred  # answered
        self.server.protocol_disconnected(self)
        shown = [(name.decode(), value.decode()) for name, value in headers]
        self.failHandshake(HTTPStatus(status).phrase, status, shown)


WebSocketFactory.protocol = BroadcastProtocol
