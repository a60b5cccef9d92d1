"""The event log: numbers given out in commit order, rows read back for whoever missed them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from django.db import connection

from .models import StreamEvent, StreamHead, new_epoch


class Collected(Protocol):
    """A change that waits for its number: an event name, a row and what was replaced, as JSON."""

    @property
    def event(self) -> str: ...
    @property
    def data(self) -> bytes: ...
    @property
    def before(self) -> bytes: ...


class Event(NamedTuple):
    """One row of the log: ``seq``, ``event``, ``at`` (ISO 8601 UTC) and the row as JSON.

    ``before`` is JSON of what the change replaced, of the fields a filter may ask for.
    """

    seq: int
    event: str
    at: str
    data: bytes
    before: bytes = b""


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
    epoch, first, at = write(stream, changes)
    events = [Event(first + i, c.event, at, c.data, c.before) for i, c in enumerate(changes)]
    return Numbered(epoch, stream, events)


def _append_postgres(stream: str, changes: Sequence[Collected]) -> tuple[str, int, str]:
    """One statement: the lock is held for as short as can be."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH head AS (
                INSERT INTO streams_streamhead (stream, seq, epoch)
                VALUES (%(stream)s, %(count)s, %(epoch)s)
                ON CONFLICT (stream) DO UPDATE SET seq = streams_streamhead.seq + %(count)s
                RETURNING epoch, seq - %(count)s AS seq, clock_timestamp() AS at
            ), added AS (
                INSERT INTO streams_streamevent (stream, seq, event, at, data, before)
                SELECT %(stream)s, head.seq + new.position, new.event, head.at, new.data,
                    new.before
                FROM head, unnest(%(events)s::text[], %(rows)s::text[], %(before)s::text[])
                    WITH ORDINALITY AS new (event, data, before, position)
            )
            SELECT epoch, seq + 1, at FROM head
            """,
            {
                "stream": stream,
                "count": len(changes),
                "epoch": new_epoch(),
                "events": [change.event for change in changes],
                "rows": [change.data.decode() for change in changes],
                "before": [change.before.decode() for change in changes],
            },
        )
        epoch, first, at = cursor.fetchone()
    return epoch, first, timestamp(at)


def _append_portable(stream: str, changes: Sequence[Collected]) -> tuple[str, int, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO streams_streamhead (stream, seq, epoch) VALUES (%s, %s, %s)"
            " ON CONFLICT (stream) DO UPDATE SET seq = streams_streamhead.seq + %s"
            " RETURNING epoch, seq",
            [stream, len(changes), new_epoch(), len(changes)],
        )
        epoch, last = cursor.fetchone()
    first, at = last - len(changes) + 1, datetime.now(UTC)
    StreamEvent.objects.bulk_create(
        StreamEvent(
            stream=stream,
            seq=first + i,
            event=change.event,
            at=at,
            data=change.data.decode(),
            before=change.before.decode(),
        )
        for i, change in enumerate(changes)
    )
    return epoch, first, timestamp(at)


def timestamp(moment: datetime) -> str:
    """Return a moment as clients see it: ISO 8601 in UTC with milliseconds and ``Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def position(stream: str) -> tuple[str, int]:
    """Return the log's epoch and the last number given out, 0 before the first."""
    head = StreamHead.objects.filter(pk=stream).first()
    if head is None:
        head, _ = StreamHead.objects.get_or_create(stream=stream)
    return head.epoch, head.seq


def read(stream: str, *, after: int, limit: int) -> list[Event]:
    """Return up to ``limit`` events after a number, oldest first."""
    rows = StreamEvent.objects.filter(stream=stream, seq__gt=after).order_by("seq")[:limit]
    return [_event(*row) for row in rows.values_list(*_FIELDS)]


def tail(stream: str, count: int) -> tuple[str, int, list[Event]]:
    """Return the epoch, a head and the last ``count`` events up to it, oldest first."""
    epoch, head = position(stream)
    rows = StreamEvent.objects.filter(stream=stream, seq__lte=head).order_by("-seq")[:count]
    return epoch, head, [_event(*row) for row in rows.values_list(*_FIELDS)][::-1]


_FIELDS = ("seq", "event", "at", "data", "before")


def _event(seq: int, event: str, at: datetime, data: str, before: str) -> Event:
    return Event(seq, event, timestamp(at), data.encode(), before.encode())
