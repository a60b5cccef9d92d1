"""The event log: numbers given out in commit order, rows read back for whoever missed them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import ClientCursor

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


def append(pending: Mapping[str, Sequence[Collected]], *, commit: bool = False) -> list[Numbered]:
    """Number the changes of each stream and add them to the log, in the caller's transaction.

    A head's row stays locked until that transaction ends, so numbers have no gap and become
    visible in commit order. With ``commit`` the caller has nothing more to say in it: PostgreSQL
    gets the COMMIT in the same message, and the locks are held for the flush to disk alone.
    The transaction is still the caller's to leave, and to roll back if this raises.
    """
    if connection.vendor == "postgresql":
        answers = _append_postgres(pending, commit=commit)
    else:
        answers = [_append_portable(stream, changes) for stream, changes in pending.items()]
    return [
        Numbered(
            epoch,
            stream,
            [Event(first + i, c.event, at, c.data, c.before) for i, c in enumerate(changes)],
        )
        for (stream, changes), (epoch, first, at) in zip(pending.items(), answers, strict=True)
    ]


# How a stream's events were numbered: the log's epoch, the first number, their moment.
type _Answer = tuple[str, int, str]

_APPEND = """
    WITH head AS (
        INSERT INTO streams_streamhead (stream, seq, epoch)
        VALUES (%(stream)s, %(count)s, %(epoch)s)
        ON CONFLICT (stream) DO UPDATE SET seq = streams_streamhead.seq + %(count)s
        RETURNING epoch, seq - %(count)s AS seq, clock_timestamp() AS at
    ), added AS (
        INSERT INTO streams_streamevent (stream, seq, event, at, data, before)
        SELECT %(stream)s, head.seq + new.position, new.event, head.at, new.data, new.before
        FROM head, unnest(%(events)s::text[], %(rows)s::text[], %(before)s::text[])
            WITH ORDINALITY AS new (event, data, before, position)
    )
    SELECT epoch, seq + 1, at FROM head
"""


def _append_postgres(pending: Mapping[str, Sequence[Collected]], *, commit: bool) -> list[_Answer]:
    """One message for all statements: no lock waits for a round trip of the client.

    The simple query protocol is the one that takes several statements at once, hence values
    bound here. (Measured: psycopg's pipeline, which sends them one by one, is slower.)
    """
    with connection.cursor() as cursor:
        bind = ClientCursor(connection.connection).mogrify
        statements = [bind(_APPEND, _values(*one)) for one in pending.items()]
        cursor.execute(";".join([*statements, "COMMIT"] if commit else statements))
        return [_answer(cursor) for _ in pending]


def _answer(cursor: CursorWrapper) -> _Answer:
    epoch, first, at = cursor.fetchone()
    cursor.nextset()
    return epoch, first, timestamp(at)


def _values(stream: str, changes: Sequence[Collected]) -> dict[str, Any]:
    return {
        "stream": stream,
        "count": len(changes),
        "epoch": new_epoch(),
        "events": [change.event for change in changes],
        "rows": [change.data.decode() for change in changes],
        "before": [change.before.decode() for change in changes],
    }


def _append_portable(stream: str, changes: Sequence[Collected]) -> _Answer:
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
    """Return up to ``limit`` events after a number, oldest first.

    They have consecutive numbers: what lies behind a hole comes with the next reading, whose first
    number tells of the hole.
    """
    rows = StreamEvent.objects.filter(stream=stream, seq__gt=after).order_by("seq")[:limit]
    events = [_event(*row) for row in rows.values_list(*_FIELDS)]
    return [event for i, event in enumerate(events) if event.seq == events[0].seq + i]


def tail(stream: str, count: int) -> tuple[str, int, list[Event]]:
    """Return the epoch, a head and the last ``count`` events up to it, oldest first.

    Only those with consecutive numbers: all between the first of them and the head.
    """
    epoch, head = position(stream)
    rows = StreamEvent.objects.filter(stream=stream, seq__lte=head).order_by("-seq")[:count]
    events = [_event(*row) for row in rows.values_list(*_FIELDS)]
    return epoch, head, [e for i, e in enumerate(events) if e.seq == head - i][::-1]


RENEWAL = 10**9


def renew() -> dict[str, int]:
    """Begin a new life of the log; return the heads, from which its numbers go on.

    That is the next multiple of ``RENEWAL``, so that also a position which names no epoch, and
    lies beyond what a backup brought back, is told to resync. Locks no event.
    """
    heads = {}
    with transaction.atomic():
        for stream in settings.STREAMS:  # in the order in which writers lock them
            StreamHead.objects.get_or_create(stream=stream)
            head = StreamHead.objects.select_for_update().get(stream=stream)
            head.seq = (head.seq // RENEWAL + 1) * RENEWAL
            head.epoch = new_epoch()
            head.save()
            heads[stream] = head.seq
    return heads


_FIELDS = ("seq", "event", "at", "data", "before")


def _event(seq: int, event: str, at: datetime, data: str, before: str) -> Event:
    return Event(seq, event, timestamp(at), data.encode(), before.encode())
