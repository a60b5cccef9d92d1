"""What a WebSocket handshake says, read once: origin, query, subprotocols, credentials."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.http import parse_cookie
from django.http.request import split_domain_port, validate_host

from .addresses import client_address

SESSION = "emberwatch.v1"
PLAIN = "emberwatch.plain"
BEARER = "bearer."
MAX_SEQ = 2**63 - 1


class MalformedQueryError(Exception):
    """The query string cannot be read; the text says which part."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """The parts of a handshake that decide who may connect and from where."""

    origin: str | None
    host: str
    subprotocols: tuple[str, ...]
    authorization: str
    cookies: dict[str, str]
    query: dict[str, list[str]]
    address: str = ""
    is_secure: bool = False

    @property
    def subprotocol(self) -> str | None:
        """The one to echo: never a token."""
        return next((name for name in (SESSION, PLAIN) if name in self.subprotocols), None)

    @property
    def bearer(self) -> str | None:
        """The access token from the subprotocols or the header; never from the URL."""
        offered = [name for name in self.subprotocols if name.startswith(BEARER)]
        if offered:
            return offered[0].removeprefix(BEARER)
        scheme, _, token = self.authorization.partition(" ")
        return token.strip() if scheme.lower() == "bearer" else None

    @property
    def ticket(self) -> str | None:
        """The single-use ticket from the query."""
        return self.query.get("ticket", [None])[0]

    @property
    def has_credential(self) -> bool:
        """Whether the client says who it is; that it is true is not said."""
        cookie = self.origin is not None and settings.SESSION_COOKIE_NAME in self.cookies
        return self.bearer is not None or self.ticket is not None or cookie

    @property
    def epoch(self) -> str | None:
        """The life of the log that ``since`` belongs to, if the client says so."""
        return self.query.get("epoch", [None])[0] or None

    @property
    def since(self) -> int | None:
        """The position to resume after; ``None`` where absent or empty.

        Raises:
            MalformedQueryError: it is no number from 0, or is given twice.
        """
        values = self.query.get("since", [])
        if len(values) > 1:
            raise MalformedQueryError("since is given more than once.")
        if not values or not values[0]:
            return None
        text = values[0]
        if not (text.isascii() and text.isdecimal() and len(text) < 20) or int(text) > MAX_SEQ:
            raise MalformedQueryError(f"since must be a number from 0, got {text[:40]!r}.")
        return int(text)

    def origin_is_allowed(self) -> bool:
        """Tell whether a page of this origin may connect: this host, or ``ALLOWED_ORIGINS``."""
        if self.origin is None:
            return True  # not a browser
        if self.origin in settings.ALLOWED_ORIGINS:
            return True
        # Without TLS here there may be some before a proxy that we do not know of.
        schemes = ("https",) if self.is_secure else ("http", "https")
        if self.origin not in [f"{scheme}://{self.host}" for scheme in schemes]:
            return False
        domain, _ = split_domain_port(self.host)
        return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def read(scope: dict[str, Any]) -> Handshake:
    """Read an ASGI scope."""
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    forwarded_for = headers.get(b"x-forwarded-for", "")
    try:
        query = parse_qs(
            scope["query_string"].decode("ascii", "replace"),
            keep_blank_values=True,
            max_num_fields=10,
        )
    except ValueError:
        query = {"since": ["too many fields"]}
    return Handshake(
        origin=headers.get(b"origin"),
        host=headers.get(b"host", ""),
        subprotocols=tuple(scope.get("subprotocols", ())),
        authorization=headers.get(b"authorization", ""),
        cookies=parse_cookie(headers.get(b"cookie", "")),
        query=query,
        address=client_address((scope.get("client") or ("",))[0], forwarded_for),
        is_secure=scope.get("scheme") in ("wss", "https"),
    )
