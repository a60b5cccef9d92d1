"""What a client asked the log for, and the HTTP answer to it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

import orjson

from streams.auth import Access
from streams.errors import DomainError
from streams.rest import problems

KEY = "emberwatch.feed"
REPLACED = (b"content-type", b"content-length")
Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]


class Order(NamedTuple):
    """What a permitted client asked for; ``wait`` in seconds."""

    access: Access
    after: int | None
    epoch: str | None
    limit: int
    wait: int
    is_stream: bool


class Answer:
    """The answer to one request: Django's, unless its view leaves an order."""

    def __init__(self, send: Send) -> None:
        self.order: Order | None = None
        self.is_begun = False
        self._send = send
        self._headers: list[tuple[bytes, bytes]] | None = None

    @property
    def is_handed_over(self) -> bool:
        """Whether Django has ended with an order, and not with an error or a lost client."""
        return self._headers is not None

    async def from_django(self, message: Message) -> None:
        """Pass a message of Django's on, or keep its headers for the answer to come."""
        if message["type"] == "http.response.start" and self.order and message["status"] == 200:
            self._headers = [(name.lower(), value) for name, value in message["headers"]]
        elif self._headers is None:
            await self._send(message)

    async def json(self, body: bytes) -> None:
        """Answer with one JSON text."""
        await self._begin(200, {b"content-type": b"application/json"}, len(body))
        await self.write(body, more=False)

    async def stream(self) -> None:
        """Begin an answer of many parts."""
        no_buffer = {b"x-accel-buffering": b"no"}  # nginx would hold the events back
        await self._begin(200, {b"content-type": b"text/event-stream; charset=utf-8"} | no_buffer)

    async def refuse(self, error: DomainError) -> None:
        """Answer with a problem; an answer that has begun just ends."""
        if self.is_begun:
            await self.write(b"", more=False)
            return
        problem = problems.of_error(error)
        headers = {b"content-type": problems.CONTENT_TYPE.encode()}
        for name, value in problems.headers_of(error).items():
            headers[name.lower().encode()] = value.encode()
        body = orjson.dumps(problem)
        await self._begin(error.status, headers, len(body))
        await self.write(body, more=False)

    async def write(self, body: bytes, *, more: bool = True) -> None:
        """Send a part."""
        await self._send({"type": "http.response.body", "body": body, "more_body": more})

    async def _begin(
        self, status: int, headers: Mapping[bytes, bytes], length: int | None = None
    ) -> None:
        self.is_begun = True
        kept = [pair for pair in self._headers or [] if pair[0] not in REPLACED]
        size = [] if length is None else [(b"content-length", b"%d" % length)]
        head = [*kept, *headers.items(), *size]
        await self._send({"type": "http.response.start", "status": status, "headers": head})
