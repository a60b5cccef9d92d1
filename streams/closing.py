"""Why a socket is closed: the code on the wire, and what the client should do."""

from typing import Any, NamedTuple


class Closing(NamedTuple):
    """A WebSocket close: ``code`` on the wire, the stable name, a sentence, whether to retry."""

    code: int
    name: str
    detail: str
    retry: bool
    retry_after_ms: int | None = None

    def error(self) -> dict[str, Any]:
        """Return the fields of the ``error`` frame that comes before."""
        after = self.retry_after_ms
        wait = {} if after is None else {"retry_after_ms": after}
        return {"code": self.name, "detail": self.detail, "retry": self.retry} | wait

    def message(self) -> dict[str, Any]:
        """Return the ASGI message."""
        return {"type": "websocket.close", "code": self.code, "reason": self.name}


class Closed(Exception):  # noqa: N818 - how a connection ends, not a failure
    """Ends a connection with ``reason``; ``None`` if the client left."""

    def __init__(self, reason: Closing | None) -> None:
        super().__init__(reason)
        self.reason = reason


MALFORMED_QUERY = Closing(4400, "malformed_query", "The query cannot be read.", retry=False)
NOT_SIGNED_IN = Closing(4401, "not_signed_in", "Sign in again, then reconnect.", retry=True)
NOT_PERMITTED = Closing(4403, "not_permitted", "You may not see this stream.", retry=False)
DISCONNECTED = Closing(
    4403, "not_permitted", "An administrator ended this connection.", retry=False
)
TOO_SLOW = Closing(4408, "too_slow", "Too far behind: reconnect with since.", retry=True)
RESYNC = Closing(4409, "resync", "Fetch the snapshot and connect again.", retry=True)
GOING_AWAY = Closing(4412, "going_away", "The server restarts: reconnect with since.", retry=True)
UNAVAILABLE = Closing(
    4412,
    "unavailable",
    "The database is away: reconnect with since.",
    retry=True,
    retry_after_ms=2000,
)
TOO_MANY_MESSAGES = Closing(
    4429, "too_many_messages", "Too many messages.", retry=True, retry_after_ms=2000
)
TOO_LARGE = Closing(1009, "too_large", "A frame may have 64 KiB.", retry=False)
# by what the watch calls it
ACCESS_ENDED = {reason.name: reason for reason in (NOT_SIGNED_IN, NOT_PERMITTED)}
