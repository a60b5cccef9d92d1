"""How a request leaves the house: what is sent along, and how much may come back.

Imports what the extra ``llm`` installs.
"""

import time
from collections.abc import AsyncIterator

import httpx2

#: Nothing else is sent: not what the SDK tells about this machine, nor what its environment adds.
SENT = ("host", "content-type", "content-length", "authorization", "connection")
NAME = "emberwatch"
MAX_ANSWER_BYTES = 1_000_000


class TooLargeError(ValueError):
    """An answer that no recommendation needs."""


class Transport(httpx2.AsyncHTTPTransport):
    """HTTP with few headers, bounded answers and no wait beyond a deadline."""

    def __init__(self, *, api_key: str, deadline: float) -> None:
        """``deadline`` is a moment of ``time.monotonic()``."""
        super().__init__(trust_env=False)
        self._authorization = {"authorization": f"Bearer {api_key}"} if api_key else {}
        self._deadline = deadline

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request."""
        kept = {name: request.headers[name] for name in SENT if name in request.headers}
        kept.pop("authorization", None)
        request.headers = httpx2.Headers(
            {**kept, **self._authorization, "accept": "application/json", "user-agent": NAME}
        )
        response = await super().handle_async_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            raise TooLargeError("a compressed answer was not asked for")
        if _wait(response) > self._deadline - time.monotonic():
            response.headers["x-should-retry"] = "false"  # the SDK would sleep through it
        response.stream = _Bounded(response.stream)
        return response


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.SyncByteStream | httpx2.AsyncByteStream) -> None:
        assert isinstance(stream, httpx2.AsyncByteStream)  # noqa: S101 - for the types
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._stream:
            size += len(chunk)
            if size > MAX_ANSWER_BYTES:
                raise TooLargeError("the answer is too large")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


def _wait(response: httpx2.Response) -> float:
    """Return the seconds that an endpoint wants to be left alone; a date is too long."""
    headers = response.headers
    try:
        return float(headers.get("retry-after", 0)) + float(headers.get("retry-after-ms", 0)) / 1000
    except ValueError:
        return float("inf")
