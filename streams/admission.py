"""Who is let in at all: decided in the handshake, before anything costs a query.

The rate of handshakes and the sockets of a process are counted here; those of an address and of
a user by the ``Tally``, over all processes.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self
from weakref import WeakKeyDictionary

from django.conf import settings

from . import metrics
from .addresses import network
from .limits import OncePer, TokenBucket
from .tally import Tally

logger = logging.getLogger(__name__)

STRANGERS_PER_ADDRESS = 10  # sockets without a credential, or with one that opens nothing
RETRY_SECONDS = 10
_said = OncePer(60)


class RefusedError(Exception):
    """No room: ``reason`` names the limit, ``retry_after`` says when to ask again (seconds)."""

    def __init__(self, reason: str, retry_after: int = RETRY_SECONDS) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class Admission:
    """The door of one event loop."""

    def __init__(self) -> None:
        self.inside = 0
        self.tally = Tally()
        rate = settings.STREAMS_ACCEPT_RATE
        self._rate = TokenBucket(rate, max(1, int(rate)))

    def admit(self) -> None:
        """Let one more in, if there is room.

        Raises:
            RefusedError: too many at once, or too many already.
        """
        if not self._rate.take():
            raise RefusedError("accept_rate", retry_after=1)
        if 0 < settings.STREAMS_MAX_SOCKETS <= self.inside:
            raise RefusedError("process")
        self.inside += 1


class Visit:
    """One socket's stay, as an async context: it is counted from the handshake to its end."""

    def __init__(self, address: str) -> None:
        self.address = network(address)
        self._door = admission()
        self._names: list[str] = []

    async def __aenter__(self) -> Self:
        """Count the socket and its address.

        Raises:
            RefusedError: there is no room.
        """
        self._door.admit()
        try:
            limit = settings.STREAMS_MAX_SOCKETS_PER_ADDRESS
            await self._take("address", self.address, limit)
        except BaseException:
            self._leave()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Forget the socket."""
        self._leave()

    async def as_stranger(self) -> None:
        """Count the socket as one of nobody we know.

        Raises:
            RefusedError: too many of this address.
        """
        limit = min(STRANGERS_PER_ADDRESS, settings.STREAMS_MAX_SOCKETS_PER_ADDRESS)
        await self._take("stranger", self.address, limit)

    async def as_user(self, user_id: int) -> None:
        """Count the socket as one of a user.

        Raises:
            RefusedError: the user has too many.
        """
        await self._take("user", str(user_id), settings.STREAMS_MAX_SOCKETS_PER_USER)

    async def _take(self, kind: str, who: str, limit: int) -> None:
        name = f"{kind}.{who}"
        if not limit or name in self._names:
            return
        if not await self._door.tally.take(name, limit):
            raise RefusedError(kind)
        self._names.append(name)

    def _leave(self) -> None:
        self._door.inside -= 1
        for name in self._names:
            self._door.tally.release(name)
        self._names.clear()


_doors: WeakKeyDictionary[asyncio.AbstractEventLoop, Admission] = WeakKeyDictionary()


def admission() -> Admission:
    """Return this process's door."""
    loop = asyncio.get_running_loop()
    if loop not in _doors:
        _doors[loop] = Admission()
    return _doors[loop]


async def refuse(
    error: RefusedError,
    address: str,
    extensions: dict[str, Any],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Answer a handshake 429 where the server can, else with the 403 of a close before accept."""
    metrics.REFUSED.labels(error.reason).inc()
    if _said.first(f"{error.reason} {address}"):
        logger.warning("no more sockets for %s: limit of %s", address, error.reason)
    if "websocket.http.response" not in extensions:
        await send({"type": "websocket.close"})
        return
    headers = [(b"content-type", b"text/plain"), (b"retry-after", b"%d" % error.retry_after)]
    await send({"type": "websocket.http.response.start", "status": 429, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": b"Too many sockets.\n"})
