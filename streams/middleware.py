"""ASGI middleware around the streams' routes."""

from collections.abc import Awaitable, Callable, Iterable
from http import HTTPStatus
from io import BytesIO
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.urls import URLPattern

from . import metrics
from .rest.refusals import refusal

Application = Callable[..., Awaitable[Any]]
Message = dict[str, Any]

MAX_BODY_BYTES = 6 * 1024 * 1024  # a little above the largest that a usual view takes
MAX_LARGE_BODIES = 4  # at once in a process: each of them fills the disk and waits for it


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
    """Refuse a large request body while it comes; Django would first write it to disk.

    A route that takes large files has a limit of its own, for those who may use it, a few at a
    time. Such a body has to say its length: one in chunks keeps to the usual limit.
    """

    def __init__(
        self, application: Application, larger: Callable[[Message], Awaitable[int]] | None = None
    ) -> None:
        """Wrap an application.

        Args:
            larger: returns the limit of a request that says it is large, 0 for the usual one.
        """
        self.application = application
        self.larger = larger
        self.large = 0  # bodies on their way in

    async def __call__(self, scope: Message, receive: Application, send: Any) -> None:
        length = dict(scope["headers"]).get(b"content-length", b"0")
        declared = int(length) if length.isdigit() else 0
        if declared <= MAX_BODY_BYTES or self.larger is None:
            await self._limited(MAX_BODY_BYTES, declared, scope, receive, send)
        elif self.large >= MAX_LARGE_BODIES:
            detail = "Too many large files at once: try again."
            await _refuse(scope, send, 503, "overloaded", detail)
        else:
            self.large += 1
            try:
                limit = await self.larger(scope) or MAX_BODY_BYTES
                await self._limited(limit, declared, scope, receive, send)
            finally:
                self.large -= 1

    async def _limited(
        self, limit: int, declared: int, scope: Message, receive: Application, send: Any
    ) -> None:
        if declared > limit:
            await _refuse_large(scope, send, limit)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message: Message = await receive()
            seen += len(message.get("body", b""))
            if seen <= limit:
                return message
            await _refuse_large(scope, send, limit)
            return {"type": "http.disconnect"}  # the application tidies up and says nothing more

        await self.application(scope, counted, send)


async def _refuse_large(scope: Message, send: Any, limit: int) -> None:
    detail = f"A request may have {limit // 1024 // 1024} MiB."
    await _refuse(scope, send, 413, "too_large", detail)


async def _refuse(scope: Message, send: Any, status: int, code: str, detail: str) -> None:
    response = refusal(ASGIRequest(scope, BytesIO()), status, code, detail)
    response["Connection"] = "close"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = "5"
    headers = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})
