"""What uvicorn leaves open to clients that mean harm: half requests, and heads without end.

``HeadGuard`` stands between uvicorn's HTTP protocol and ours. It bounds what a client may send
before there is an application to count it, and what it can make the log say.
"""

import asyncio
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .quiet import OncePerAddress

HEAD_SECONDS = 10.0  # from the first byte of a request (or the connection) to the end of its head
MAX_HEAD_BYTES = 64 * 1024


class HeadGuard(HttpToolsProtocol):
    """uvicorn's HTTP protocol for which the head of a request has an end, in time and in bytes."""

    _head_timer: asyncio.TimerHandle | None = None
    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a head, but not forever."""
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        self.logger = OncePerAddress(self.logger, address)  # type: ignore[assignment]
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Read on; whoever sends slowly or without end is cut off."""
        if self._head_timer is None and (self.cycle is None or self.cycle.response_complete):
            self._await_head()  # the next request of a connection that was kept
        super().data_received(data)
        if self._head_timer is not None:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._have_head()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for any more."""
        self._have_head()
        super().connection_lost(exc)

    def _should_upgrade(self) -> bool:
        return self.parser.get_http_version() == "1.1" and super()._should_upgrade()

    def _await_head(self) -> None:
        self._head_bytes = 0
        self._head_timer = self.loop.call_later(
            HEAD_SECONDS, self._refuse, HTTPStatus.REQUEST_TIMEOUT
        )

    def _have_head(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _refuse(self, status: HTTPStatus) -> None:
        self._have_head()
        if not self.transport.is_closing():
            head = f"HTTP/1.1 {status.value} {status.phrase}\r\n"
            rest = "content-length: 0\r\nconnection: close\r\n\r\n"
            self.transport.write((head + rest).encode())
            self.transport.close()
