"""The two ways to speak on a socket: plain rows, or the ``emberwatch.v1`` session."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from .encoding import Encoded, frame, session_text

MAX_FRAME_BYTES = 256 * 1024


class Mode(Protocol):
    """How events become text frames."""

    name: str

    def texts(self, events: Sequence[Encoded]) -> Iterator[bytes]:
        """Yield the frames' texts."""
        ...

    def frames(self, events: Sequence[Encoded]) -> bytes:
        """Return the same as ready WebSocket frames, one after another."""
        ...


class Plain:
    """Every frame is exactly one row: for any WebSocket client."""

    name = "plain"

    def texts(self, events: Sequence[Encoded]) -> Iterator[bytes]:
        """Yield one text per event."""
        return (event.plain for event in events)

    def frames(self, events: Sequence[Encoded]) -> bytes:
        """Join the frames that each event made once."""
        return b"".join([event.plain_frame for event in events])


class Session:
    """Typed frames; waiting events travel together."""

    name = "session"

    def texts(self, events: Sequence[Encoded]) -> Iterator[bytes]:
        """Yield as few texts as stay below ``MAX_FRAME_BYTES``."""
        waiting: list[Encoded] = []
        size = 0
        for event in events:
            if waiting and size + len(event.item) > MAX_FRAME_BYTES:
                yield session_text(waiting)
                waiting, size = [], 0
            waiting.append(event)
            size += len(event.item)
        yield session_text(waiting)

    def frames(self, events: Sequence[Encoded]) -> bytes:
        """Return the texts as frames."""
        return b"".join([frame(text) for text in self.texts(events)])
