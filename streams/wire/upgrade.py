"""The opening handshake (RFC 6455, section 4.2): checked, and answered in one line of bytes."""

import base64
import binascii
from http import HTTPStatus
from urllib.parse import unquote

from websockets.exceptions import InvalidHeaderFormat
from websockets.headers import parse_subprotocol
from websockets.utils import accept_key

MAX_LINE = 8192  # bytes of the request line, and of each header
MAX_HEADERS = 128
ONCE = {b"sec-websocket-key", b"sec-websocket-version", b"origin"}
BODY = {b"content-length", b"transfer-encoding"}
Headers = list[tuple[bytes, bytes]]


class BadHandshakeError(Exception):
    """The handshake is none; ``status`` is the answer."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


class Upgrade:
    """A handshake that was found good. What has no place in the scope is kept for the answer."""

    def __init__(self, method: str, target: bytes, headers: Headers) -> None:
        """Check the request.

        Raises:
            BadHandshakeError: it is none.
        """
        self.headers = headers
        _require(len(target) <= MAX_LINE, HTTPStatus.REQUEST_URI_TOO_LONG)
        _require(_has_room(headers), HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        _require(target.isascii() and self._is_unambiguous())
        _require(method == "GET", HTTPStatus.METHOD_NOT_ALLOWED)
        _require(self._one(b"sec-websocket-version") == b"13")
        self.accept = self._accept()
        self.path, _, self.query = target.partition(b"?")
        self.subprotocols = self._subprotocols()

    @property
    def decoded_path(self) -> str:
        """The path as the application reads it."""
        path = self.path.decode("ascii")
        return unquote(path) if "%" in path else path

    def _is_unambiguous(self) -> bool:
        names = [name for name, _ in self.headers if name in ONCE]
        return len(names) == len(set(names)) and not any(n in BODY for n, _ in self.headers)

    def _one(self, wanted: bytes) -> bytes:
        return next((value for name, value in self.headers if name == wanted), b"")

    def _accept(self) -> bytes:
        key = self._one(b"sec-websocket-key")
        try:
            _require(len(base64.b64decode(key, validate=True)) == 16)
        except binascii.Error as error:
            raise BadHandshakeError(HTTPStatus.BAD_REQUEST) from error
        return accept_key(key.decode()).encode()

    def _subprotocols(self) -> list[str]:
        try:
            return [
                offered
                for name, value in self.headers
                if name == b"sec-websocket-protocol"
                for offered in parse_subprotocol(value.decode("latin-1"))
            ]
        except InvalidHeaderFormat as error:
            raise BadHandshakeError(HTTPStatus.BAD_REQUEST) from error


def _has_room(headers: Headers) -> bool:
    return len(headers) <= MAX_HEADERS and all(len(n) + len(v) <= MAX_LINE for n, v in headers)


def _require(is_so: bool, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:  # noqa: FBT001
    if not is_so:
        raise BadHandshakeError(status)


def response(status: HTTPStatus | int, headers: Headers, body: bytes = b"") -> bytes:
    """Return an HTTP answer; anything but 101 says its length and ends the connection."""
    status = HTTPStatus(status)
    if status != HTTPStatus.SWITCHING_PROTOCOLS:
        headers = [*headers, (b"content-length", b"%d" % len(body)), (b"connection", b"close")]
    lines = b"".join([b"%b: %b\r\n" % header for header in headers])
    return b"HTTP/1.1 %d %b\r\n%b\r\n%b" % (status, status.phrase.encode(), lines, body)
