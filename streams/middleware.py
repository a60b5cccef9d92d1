"""ASGI middleware around the streams' routes."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import orjson
from django.urls import URLPattern

from . import metrics
from .rest import problems

Application = Callable[..., Awaitable[Any]]
Message = dict[str, Any]

MAX_BODY_BYTES = 6 * 1024 * 1024  # a little above the largest that a view takes


class SocketRoutes:
    """Leads a handshake to its consumer, and refuses one for an unknown route.

    Channels' ``URLRouter`` would raise that into the log, and keep a copy of the scope for every
    socket as long as it lives.
    """

    def __init__(self, patterns: Iterable[URLPattern]) -> None:
        self.patterns = tuple(patterns)

    async def __call__(self, scope: Message, receive: Application, send: Any) -> None:
        path = scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/")
        for route in self.patterns:
            if route.pattern.match(path):
                await route.callback(scope, receive, send)
                return
        metrics.REFUSED.labels("route").inc()
        await receive()  # websocket.connect
        await send({"type": "websocket.close"})  # before accept: HTTP 403


class LimitBody:
    """Refuse a large request body while it comes; Django would first write it to disk."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Message, receive: Application, send: Any) -> None:
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if length.isdigit() and int(length) > MAX_BODY_BYTES:
            await _refuse(send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message: Message = await receive()
            seen += len(message.get("body", b""))
            if seen <= MAX_BODY_BYTES:
                return message
            await _refuse(send)
            return {"type": "http.disconnect"}  # the application tidies up and says nothing more

        await self.application(scope, counted, send)


async def _refuse(send: Any) -> None:
    problem = problems.problem(
        413, "too_large", f"A request may have {MAX_BODY_BYTES // 1024 // 1024} MiB."
    )
    headers = [(b"content-type", problems.CONTENT_TYPE.encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": orjson.dumps(problem)})
