"""The application as Daphne calls it, given what uvicorn gives it by itself."""

from collections.abc import Awaitable, Callable
from typing import Any

from daphne.http_protocol import WebRequest
from django.conf import settings
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from .ending import Ending, Visit
from .gate import Gate
from .sockets import BroadcastProtocol

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Daphne:
    """ASGI: the application, with back-pressure, direct writes, draining and true addresses.

    ``send`` is the only thing of Daphne's that leads from a call to its connection: a partial
    with the connection as first argument. Another server's call is passed on as it is.
    """

    def __init__(self, application: Callable[..., Awaitable[Any]]) -> None:
        self.application = application
        self._ending = Ending()
        if settings.TRUSTED_PROXIES:  # as uvicorn does under `serve`
            self._known: Any = ProxyHeadersMiddleware(application, settings.TRUSTED_PROXIES)
        else:
            self._known = application

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        connection = next(iter(getattr(send, "args", ())), None)
        if isinstance(connection, BroadcastProtocol):
            with self._ending.visit(connection.server) as visit:
                await self._socket(connection, visit, scope, receive, send)
        elif isinstance(connection, WebRequest):
            with self._ending.visit(connection.server) as visit:
                await self._request(connection, visit, scope, receive, send)
        else:
            await self.application(scope, receive, send)

    async def _socket(
        self,
        socket: BroadcastProtocol,
        visit: Visit,
        scope: Message,
        receive: Receive,
        send: Send,
    ) -> None:
        async def when_open(message: Message) -> None:
            await socket.gate.passage()
            await send(message)

        offered = {
            "emberwatch.broadcast": socket.broadcast(visit.on_end),
            "websocket.http.response": {},
        }
        client = _host_and_port(socket.transport.getPeer())
        await self._known({**scope, "client": client, "extensions": offered}, receive, when_open)

    async def _request(
        self, request: WebRequest, visit: Visit, scope: Message, receive: Receive, send: Send
    ) -> None:
        gate = Gate()

        async def when_open(message: Message) -> None:
            if message["type"] == "http.response.start" and self._ending.is_closing:
                message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
            if message.get("more_body"):
                _attach(gate, request)
            await gate.passage()
            if not message.get("more_body"):
                _detach(gate, request)
            await send(message)

        offered = {"emberwatch.drain": {"callbacks": visit.callbacks}}
        try:
            await self._known(
                {**scope, **_seen(request), "extensions": offered}, receive, when_open
            )
        finally:
            _detach(gate, request)


def _attach(gate: Gate, request: WebRequest) -> None:
    """Let the gate feel the transport's pressure, as long as the client is there."""
    is_there = not request.finished and request.channel is not None
    if is_there and request.producer is None:
        request.registerProducer(gate, streaming=True)


def _detach(gate: Gate, request: WebRequest) -> None:
    """Free the request of the gate: it must not finish with it."""
    if request.producer is gate and request.channel is not None:
        request.unregisterProducer()


def _seen(request: WebRequest) -> Message:
    """Return who asked and how; what ``--proxy-headers`` makes of a header anyone can send."""
    return {
        "client": _host_and_port(request.getClientAddress()),
        "scheme": "https" if request.isSecure() else "http",
    }


def _host_and_port(address: Any) -> list[Any] | None:
    """Return an address in ASGI's form; a Unix socket has none."""
    return [str(address.host), address.port] if hasattr(address, "host") else None
