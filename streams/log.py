"""The event log: numbers given out in commit order, rows read back for whoever missed them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from django.db import connection

from .models import StreamEvent, StreamHead, StreamLog


class Collected(Protocol):
    """A change that waits for its number: an event name and a row as JSON."""

    @property
    def event(self) -> str: ...
    @property
    def data(self) -> bytes: ...


class Event(NamedTuple):
    """One row of the log: ``seq``, ``event``, ``at`` (ISO 8601 UTC) and the row as JSON."""

    seq: int
    event: str
    at: str
    data: bytes


class Numbered(NamedTuple):
    """What one transaction added to one stream."""

    epoch: str
    stream: str
    events: list[Event]


def append(stream: str, changes: Sequence[Collected]) -> Numbered:
    """Number the changes and add them to the log, in the caller's transaction.

    The head's row stays locked until that transaction ends, so numbers have no gap and
    become visible in commit order.
    """
    write = _append_postgres if connection.vendor == "postgresql" else _append_portable
    first, at = write(stream, changes)
    events = [Event(first + i, c.event, at, c.data) for i, c in enumerate(changes)]
    return Numbered(epoch(), stream, events)


def _append_postgres(stream: str, changes: Sequence[Collected]) -> tuple[int, str]:
    """One statement: the lock is held for as short as can be."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH head AS (
                INSERT INTO streams_streamhead (stream, seq) VALUES (%(stream)s, %(count)s)
                ON CONFLICT (stream) DO UPDATE SET seq = streams_streamhead.seq + %(count)s
                RETURNING seq - %(count)s AS seq, clock_timestamp() AS at
            )
            INSERT INTO streams_streamevent (stream, seq, event, at, data)
            SELECT %(stream)s, head.seq + new.position, new.event, head.at, new.data
            FROM head, unnest(%(events)s::text[], %(rows)s::text[])
                WITH ORDINALITY AS new (event, data, position)
            RETURNING seq, at
            """,
            {
                "stream": stream,
                "count": len(changes),
                "events": [change.event for change in changes],
                "rows": [change.data.decode() for change in changes],
            },
        )
        rows = cursor.fetchall()
    return min(row[0] for row in rows), timestamp(rows[0][1])


def _append_portable(stream: str, changes: Sequence[Collected]) -> tuple[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO streams_streamhead (stream, seq) VALUES (%s, %s) ON CONFLICT (stream)"
            " DO UPDATE SET seq = streams_streamhead.seq + %s RETURNING seq",
            [stream, len(changes), len(changes)],
        )
        last: int = cursor.fetchone()[0]
    first, at = last - len(changes) + 1, datetime.now(UTC)
    StreamEvent.objects.bulk_create(
        StreamEvent(stream=stream, seq=first + i, event=c.event, at=at, data=c.data.decode())
        for i, c in enumerate(changes)
    )
    return first, timestamp(at)


def timestamp(moment: datetime) -> str:
    """Return a moment as clients see it: ISO 8601 in UTC with milliseconds and ``Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def epoch() -> str:
    """Return the name of this life of the log."""
    return StreamLog.objects.get_or_create(id=1)[0].epoch


def head(stream: str) -> int:
    """Return the last number given out, 0 before the first."""
    row = StreamHead.objects.filter(pk=stream).values_list("seq", flat=True).first()
    return row or 0


def read(stream: str, *, after: int, limit: int) -> list[Event]:
    """Return up to ``limit`` events after a number, oldest first."""
    rows = StreamEvent.objects.filter(stream=stream, seq__gt=after).order_by("seq")[:limit]
    values = rows.values_list("seq", "event", "at", "data")
    return [Event(seq, event, timestamp(at), data.encode()) for seq, event, at, data in values]


def tail(stream: str, count: int) -> tuple[str, int, list[Event]]:
    """Return the epoch, the head and the last ``count`` events, oldest first."""
    rows = StreamEvent.objects.filter(stream=stream).order_by("-seq")[:count]
    values = rows.values_list("seq", "event", "at", "data")
    events = [Event(seq, event, timestamp(at), data.encode()) for seq, event, at, data in values]
    events.reverse()
    return epoch(), events[-1].seq if events else head(stream), events
