"""Events as bytes: each is turned into JSON once and into a WebSocket frame once."""

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:  # a process of `serve --workers` imports this before Django is set up
    from .log import Event


class Encoded:
    """One event in every form in which a socket may need it."""

    def __init__(self, event: "Event") -> None:
        self.seq = event.seq
        self.name = event.event
        self.tail = b'"seq":%d,"event":"%b","at":"%b"' % (
            event.seq,
            event.event.encode(),
            event.at.encode(),
        )
        self.data = event.data
        self.before = event.before

    @cached_property
    def row(self) -> dict[str, Any]:
        """The row after the change; only read where somebody filters."""
        return dict(orjson.loads(self.data))

    @cached_property
    def former_row(self) -> dict[str, Any]:
        """The row before the change, as far as a filter may ask for it."""
        return self.row | orjson.loads(self.before) if self.before else self.row

    @cached_property
    def plain(self) -> bytes:
        """The row's own fields at the top level, plus seq, event and at."""
        return self.data[:-1] + b"," + self.tail + b"}"

    @cached_property
    def plain_frame(self) -> bytes:
        """``plain`` as a whole WebSocket frame."""
        return frame(self.plain)

    @cached_property
    def item(self) -> bytes:
        """One element of a session frame's ``events``."""
        return b"{" + self.tail + b',"data":' + self.data + b"}"


def session_text(events: Iterable[Encoded]) -> bytes:
    """Return the ``events`` frame's text for several events."""
    return b'{"type":"events","events":[' + b",".join(event.item for event in events) + b"]}"


def frame(text: bytes) -> bytes:
    """Return a whole, unmasked, unfragmented WebSocket text frame (RFC 6455, section 5.2)."""
    size = len(text)
    if size < 126:
        return bytes((0x81, size)) + text
    if size < 65536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + text
    return b"\x81\x7f" + size.to_bytes(8, "big") + text
