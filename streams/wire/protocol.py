"""One WebSocket of ``manage.py serve``: ASGI on one side, a transport on the other."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from uvicorn.server import ServerState

from streams.encoding import frame
from streams.rounds import every

from .frames import PING, Frames, close_frame, is_pong
from .upgrade import Headers, Upgrade, response

HIGH_WATER = 256 * 1024  # bytes waiting in user space before a reader counts as slow
CLOSE_SECONDS = 10.0  # for the client's answer to our close
NORMAL, LOST, FAULT, RESTART = 1000, 1006, 1011, 1012
UNANSWERED = FAULT  # what others say when a ping has no answer
Application = Callable[..., Awaitable[None]]
Message = dict[str, Any]
Watcher = Callable[[bool | None], None]
_logger = logging.getLogger("uvicorn.error")


class WebSocket(asyncio.Protocol):
    """A connection after its HTTP head was read. It costs little while nobody says anything."""

    __slots__ = (
        "_closing",
        "_code",
        "_drained",
        "_drainer",
        "_frames",
        "_heard",
        "_inbox",
        "_is_open",
        "_place",
        "_receiver",
        "_state",
        "_transport",
        "_unsent",
        "_upgrade",
        "_watcher",
    )

    def __init__(self, transport: asyncio.Transport, state: ServerState) -> None:
        self._transport = transport
        self._state = state
        self._is_open = False  # between the handshake's answer and a close
        self._code: int | None = None  # how it ended
        self._upgrade: Upgrade | tuple[int, Headers] | None = None  # what is to be answered
        self._inbox: list[Message] = [{"type": "websocket.connect"}]
        self._receiver: asyncio.Future[None] | None = None
        self._drained: asyncio.Future[None] | None = None  # there while writing is paused
        self._frames: Frames | None = None
        self._heard = True
        self._unsent = 0
        self._place: int | None = None
        self._closing: asyncio.TimerHandle | None = None
        self._watcher: Watcher | None = None
        self._drainer: Callable[[], None] | None = None

    def begin(self, application: Application, upgrade: Upgrade, scope: Message) -> None:
        """Hand the connection to the application.

        Nothing is read until it has answered: pongs and closes would come before the answer.
        """
        self._transport.pause_reading()
        self._transport.set_write_buffer_limits(high=HIGH_WATER, low=HIGH_WATER // 4)
        self._state.connections.add(self)  # type: ignore[arg-type]  # all it calls is shutdown()
        self._upgrade = upgrade
        scope["extensions"]["emberwatch.broadcast"] = {
            "write": self._transport.write,
            "watch": self._watch,
            "abort": self._transport.abort,
            "drain": self._on_drain,
        }
        task = asyncio.get_running_loop().create_task(self._run(application, scope))
        self._state.tasks.add(task)
        task.add_done_callback(self._state.tasks.discard)

    # What the server and the transport say

    def shutdown(self) -> None:
        """The server stops: let the application say goodbye."""
        if self._drainer is not None:
            self._drainer()
        elif self._is_open:
            self._say_close(RESTART, "")
        else:
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._state.connections.discard(self)
        self._end(LOST)
        if self._closing is not None:
            self._closing.cancel()
        self._tell(paused=None)
        self._watcher = self._drainer = None
        self._let_go_on()

    def pause_writing(self) -> None:
        """More than ``HIGH_WATER`` bytes wait."""
        self._drained = asyncio.get_running_loop().create_future()
        self._tell(paused=True)

    def resume_writing(self) -> None:
        """Most of them have gone: somebody takes them."""
        self._heard = True
        self._let_go_on()
        self._tell(paused=False)

    def data_received(self, data: bytes) -> None:
        """The client says something."""
        self._heard = True
        if self._frames is None:
            if is_pong(data):
                return
            self._frames = Frames()
        messages, answer = self._frames.read(data, may_answer=self._drained is None)
        if self._code is None:
            self._transport.write(answer)
            self._inbox += messages
        if (close := self._frames.close) is not None:
            self._end(close.code)
            self._hang_up()
        elif self._inbox and self._code is None:
            self._transport.pause_reading()
        self._wake()

    def visit(self) -> None:
        """Ping; who said nothing since the last ping, and took nothing, is no longer there."""
        unsent = self._transport.get_write_buffer_size()
        if self._heard or self._inbox or unsent < self._unsent:
            self._heard, self._unsent = False, unsent
            self._transport.write(PING)
            return
        self._end(UNANSWERED)
        if unsent:
            self._transport.abort()
        else:
            self._transport.write(close_frame(UNANSWERED, "no answer to a ping"))
            self._transport.close()

    # What the application says

    async def _run(self, application: Application, scope: Message) -> None:
        code = NORMAL
        try:
            await application(scope, self._receive, self._send)
        except ConnectionError:
            pass  # the client left while something was sent
        except Exception:
            code = FAULT
            _logger.exception("Exception in ASGI application\n")
        finally:
            if self._is_open:
                self._say_close(code, "")
            elif self._upgrade is not None:
                self._answer(HTTPStatus.INTERNAL_SERVER_ERROR)

    async def _receive(self) -> Message:
        while not self._inbox:
            if self._code is not None:
                return {"type": "websocket.disconnect", "code": self._code}
            self._receiver = asyncio.get_running_loop().create_future()
            await self._receiver
        message = self._inbox.pop(0)
        if not self._inbox and self._is_open:
            self._transport.resume_reading()
        return message

    async def _send(self, message: Message) -> None:
        while self._drained is not None:
            await asyncio.shield(self._drained)  # others may wait for it too
        if self._code is not None:
            raise ConnectionResetError("the socket is closed")
        match message["type"]:
            case "websocket.send":
                self._write(message)
            case "websocket.accept":
                self._accept(message)
            case "websocket.close" if self._is_open:
                self._say_close(message.get("code") or 1000, message.get("reason") or "")
            case "websocket.close":
                self._answer(HTTPStatus.FORBIDDEN)
            case "websocket.http.response.start":
                self._upgrade = (message["status"], message.get("headers", []))
            case "websocket.http.response.body" if isinstance(self._upgrade, tuple):
                self._answer(*self._upgrade, body=message.get("body", b""))

    def _write(self, message: Message) -> None:
        text = message.get("text")
        if text is None:
            raise ValueError("Only text frames are sent here.")
        self._transport.write(frame(text.encode()))

    def _accept(self, message: Message) -> None:
        assert isinstance(self._upgrade, Upgrade)  # noqa: S101 - ASGI: one answer to a handshake
        headers = [
            (b"upgrade", b"websocket"),
            (b"connection", b"Upgrade"),
            (b"sec-websocket-accept", self._upgrade.accept),
            *self._state.default_headers,
            *message.get("headers", ()),
        ]
        if subprotocol := message.get("subprotocol"):
            headers.append((b"sec-websocket-protocol", subprotocol.encode()))
        self._upgrade = None
        self._transport.write(response(HTTPStatus.SWITCHING_PROTOCOLS, headers))
        self._is_open = True
        if settings.STREAMS_PING_SECONDS:
            self._place = every(settings.STREAMS_PING_SECONDS).join(self)
        self._transport.resume_reading()

    def _answer(self, status: int, headers: Headers | None = None, body: bytes = b"") -> None:
        """Refuse the handshake."""
        self._upgrade = None
        said = [*self._state.default_headers, *(headers or ())]
        self._transport.write(response(status, said, body))
        self._end(LOST)
        self._hang_up()

    def _say_close(self, code: int, reason: str) -> None:
        """Say it and wait for the answer, but not forever, and not for what is unsent."""
        self._transport.write(close_frame(code, reason))
        self._end(code)
        self._inbox.clear()
        self._transport.resume_reading()
        self._abort_later()

    def _hang_up(self) -> None:
        """Close when everything is sent; a client that does not read is not waited for."""
        self._transport.close()
        self._abort_later()

    def _abort_later(self) -> None:
        if self._closing is None:
            loop = asyncio.get_running_loop()
            self._closing = loop.call_later(CLOSE_SECONDS, self._transport.abort)

    def _end(self, code: int) -> None:
        """From now on nothing is heard or said."""
        if self._code is None:
            self._code = code
        self._is_open = False
        if self._place is not None:
            every(settings.STREAMS_PING_SECONDS).leave(self, self._place)
            self._place = None
        self._wake()

    def _wake(self) -> None:
        if self._receiver is not None and not self._receiver.done():
            self._receiver.set_result(None)

    def _let_go_on(self) -> None:
        drained, self._drained = self._drained, None
        if drained is not None:
            drained.set_result(None)

    # The extension

    def _on_drain(self, drainer: Callable[[], None]) -> None:
        self._drainer = drainer

    def _watch(self, watcher: Watcher) -> None:
        self._watcher = watcher

    def _tell(self, *, paused: bool | None) -> None:
        if self._watcher is not None:
            self._watcher(paused)
