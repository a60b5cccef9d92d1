"""What a client says, frame by frame: read by ``websockets``, within our limits."""

import logging
from typing import Any

from django.conf import settings
from websockets.frames import Close, CloseCode, Frame, Opcode
from websockets.protocol import SERVER, Protocol

from streams import closing
from streams.limits import TokenBucket

MAX_FRAME_BYTES = 64 * 1024  # of a message, also of one in fragments
PING = b"\x89\x00"
EMPTY_PONG = 6  # bytes: head and mask
Message = dict[str, Any]
_logger = logging.getLogger("uvicorn.error")


class Frames:
    """Reads one client. There is one for each client that says more than pong.

    Every frame costs its sender something: what is no message counts against a limit of its own.
    """

    __slots__ = ("_chatter", "_is_text", "_parts", "_protocol", "close")

    def __init__(self) -> None:
        self._protocol = Protocol(SERVER, max_size=MAX_FRAME_BYTES, logger=_logger)
        self._parts: list[bytes] = []
        self._is_text = False
        self._chatter = TokenBucket(settings.STREAMS_COMMAND_RATE, settings.STREAMS_COMMAND_BURST)
        self.close: Close | None = None  # how it ended, by the client or by what it did

    def read(self, data: bytes, *, may_answer: bool) -> tuple[list[Message], bytes]:
        """Return the messages that are whole now, and what is to be written: pongs, a close.

        Args:
            data: what came.
            may_answer: whether pongs are written; one who does not read gets none.
        """
        protocol = self._protocol
        protocol.receive_data(data)
        messages: list[Message] = []
        for frame in protocol.events_received():
            if not self._take(frame, messages):
                break
        self.close = protocol.close_sent
        answer = b"".join(protocol.data_to_send())
        return messages, answer if may_answer or self.close else b""

    def _take(self, frame: Any, messages: list[Message]) -> bool:
        """Take one frame; return whether the connection stands."""
        match frame.opcode:
            case Opcode.PING | Opcode.PONG:
                return self._may_chat()
            case Opcode.CLOSE:
                return False
            case Opcode.TEXT | Opcode.BINARY:
                self._is_text = frame.opcode is Opcode.TEXT
        if not frame.data and not frame.fin:
            return self._may_chat()  # a fragment without content would only fill the memory
        self._parts.append(bytes(frame.data))
        return self._finish(messages) if frame.fin else True

    def _finish(self, messages: list[Message]) -> bool:
        whole, self._parts = b"".join(self._parts), []
        try:
            said = {"text": whole.decode()} if self._is_text else {"bytes": whole}
        except UnicodeDecodeError:
            return self._fail(CloseCode.INVALID_DATA, "invalid UTF-8")
        messages.append({"type": "websocket.receive", **said})
        return True

    def _may_chat(self) -> bool:
        if self._chatter.take():
            return True
        return self._fail(closing.TOO_MANY_MESSAGES.code, closing.TOO_MANY_MESSAGES.name)

    def _fail(self, code: int, reason: str) -> bool:
        if self._protocol.close_sent is None:
            self._protocol.data_to_send()  # answers that nobody waits for
            self._protocol.fail(code, reason)
        return False


def is_pong(data: bytes) -> bool:
    """Tell whether this is the answer to ``PING`` and nothing else: what idle clients say."""
    return len(data) == EMPTY_PONG and data.startswith(b"\x8a\x80")


def close_frame(code: int, reason: str) -> bytes:
    """Return a close frame as the server sends it."""
    return bytes(Frame(Opcode.CLOSE, Close(code, reason).serialize()).serialize(mask=False))
