"""The two ways to speak on a socket: plain rows, or the ``emberwatch.v1`` session."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from .encoding import Encoded, frame, session_text
from .filters import Filter

MAX_FRAME_BYTES = 256 * 1024


class Mode(Protocol):
    """Which events a connection wants, and how they become text frames."""

    @property
    def key(self) -> Hashable:
        """Connections with the same key get the same bytes."""
        ...

    def choose(self, events: Sequence[Encoded]) -> Sequence[Encoded]:
        """Return the events that are wanted."""
        ...

    def texts(self, events: Sequence[Encoded]) -> Iterator[bytes]:
        """Yield the frames' texts."""
        ...

    def frames(self, events: Sequence[Encoded]) -> bytes:
        """Return the same as ready WebSocket frames, one after another."""
        ...


class Plain:
    """Every frame is exactly one row: for any WebSocket client."""

    key = "plain"

    def choose(self, events: Sequence[Encoded]) -> Sequence[Encoded]:
        """Return all of them."""
        return events

    def texts(self, events: Sequence[Encoded]) -> Iterator[bytes]:
        """Yield one text per event."""
        return (event.plain for event in events)

    def frames(self, events: Sequence[Encoded]) -> bytes:
        """Join the frames that each event made once."""
        return b"".join([event.plain_frame for event in events])


@dataclass(frozen=True, slots=True)
class Session:
    """Typed frames; waiting events travel together."""

    filter: Filter = field(default_factory=Filter)

    @property
    def key(self) -> Hashable:
        """The filter: equal ones share their frames."""
        return self.filter

    def choose(self, events: Sequence[Encoded]) -> Sequence[Encoded]:
        """Return what the filter lets through."""
        return self.filter.choose(events)

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
