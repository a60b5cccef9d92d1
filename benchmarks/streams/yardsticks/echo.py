"""The smallest ASGI application with a socket: it accepts, greets, and hears out the client."""

from collections.abc import Awaitable, Callable
from typing import Any

HELLO = '{"type":"hello"}'


async def application(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Serve one socket."""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": HELLO})
    while (await receive())["type"] != "websocket.disconnect":
        pass
