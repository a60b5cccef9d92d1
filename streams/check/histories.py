"""What one client got, in the order in which it came: 16 bytes an event."""

from array import array
from collections import deque
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson

MAX_MARKS = 400  # notes that a client keeps: the newest
MAX_NUMBER = 2**64 - 1
UNREADABLE = 0  # the number noted for a frame that carries no event: no log has it


class Mark(NamedTuple):
    """What happened to a client when it had ``place`` events; ``at`` in seconds."""

    place: int
    at: float
    text: str


class Join(NamedTuple):
    """From the event at ``place`` on, the client is owed everything after ``position``."""

    place: int
    position: int


class History:
    """One client's events and notes."""

    def __init__(self, name: str, stream: str) -> None:
        self.name = name
        self.stream = stream
        self.seqs = array("Q")
        self.digests = array("Q")
        self.joins: list[Join] = []
        self.marks: deque[Mark] = deque(maxlen=MAX_MARKS)

    def __len__(self) -> int:
        return len(self.seqs)

    @property
    def position(self) -> int | None:
        """The number to resume after; ``None`` before the client has joined."""
        joined = self.joins[-1] if self.joins else Join(0, -1)
        if len(self.seqs) > joined.place:
            return self.seqs[-1]
        return joined.position if self.joins else None

    def add(self, seq: int, digest: int) -> None:
        """Note an event as it came, also one that should not have come."""
        self.seqs.append(seq if 0 <= seq <= MAX_NUMBER else UNREADABLE)
        self.digests.append(digest)

    def join(self, position: int) -> None:
        """Note that everything after a position is owed from now on."""
        self.joins.append(Join(len(self.seqs), position))

    def mark(self, at: float, text: str) -> None:
        """Note what happened."""
        self.marks.append(Mark(len(self.seqs), at, text))


def digest(event: dict[str, Any]) -> int:
    """Return 8 bytes for an event's whole content, whichever mode it came in.

    Args:
        event: ``{seq, event, at, data}``.
    """
    return int.from_bytes(
        blake2b(orjson.dumps(event, option=orjson.OPT_SORT_KEYS), digest_size=8).digest()
    )


def plain_events(frame: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the event that a plain frame is, as ``{seq, event, at, data}``.

    Raises:
        ValueError, KeyError, TypeError: it is none.
    """
    data = dict(frame)
    return [_checked({name: data.pop(name) for name in ("seq", "event", "at")} | {"data": data})]


def session_events(frame: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the events of an ``events`` frame.

    Raises:
        ValueError, KeyError, TypeError: they cannot be read.
    """
    return [_checked(event) for event in frame["events"]]


def _checked(event: dict[str, Any]) -> dict[str, Any]:
    if type(event["seq"]) is not int or type(event["data"]) is not dict:
        raise ValueError("an event without a number or a row")
    return event
