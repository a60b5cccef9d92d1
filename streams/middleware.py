"""ASGI middleware around the streams' routes."""

from collections.abc import Awaitable, Callable
from typing import Any

Application = Callable[..., Awaitable[Any]]


class RefuseUnknownRoutes:
    """Refuse the handshake of an unknown route; the router would raise into the log."""

    def __init__(self, router: Any) -> None:
        self.router = router

    async def __call__(self, scope: dict[str, Any], receive: Application, send: Any) -> None:
        path = scope["path"].lstrip("/")
        if any(route.pattern.match(path) for route in self.router.routes):
            await self.router(scope, receive, send)
            return
        await receive()  # websocket.connect
        await send({"type": "websocket.close"})  # before accept: HTTP 403
