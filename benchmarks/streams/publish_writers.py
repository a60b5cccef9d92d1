"""Processes that write to one stream as fast as they can, each with its own row and connection.

A writer reads orders from its standard input, one JSON object a line, and answers each with the
length of every transaction in seconds. All of them save rows and insert events alike; only how
an event gets its number differs, by replacing ``streams.log.append``.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any, Self

APPENDED = """
    INSERT INTO streams_streamevent (stream, seq, event, at, data, before)
    SELECT %(stream)s, {number}, new.event, clock_timestamp(), new.data, new.before
    FROM unnest(%(events)s::text[], %(rows)s::text[], %(before)s::text[])
        WITH ORDINALITY AS new (event, data, before, position)
"""
HEAD_START = 10**12  # numbers of one writer, when each counts for itself
START_SECONDS = 0.2  # until all have got their orders


class Team:
    """Writer processes, started once; each order is carried out by the first so many."""

    def __init__(self, size: int, environment: Mapping[str, str]) -> None:
        code = "from benchmarks.streams.publish_writers import main; main({})"
        self.members = [
            subprocess.Popen(
                [sys.executable, "-c", code.format(number)],
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for number in range(size)
        ]
        for member in self.members:
            self._answer(member)  # ready

    def run(self, writers: int, way: str, variant: str, seconds: float) -> list[float]:
        """Let so many write at once; return the length of each transaction in seconds."""
        start = time.monotonic() + START_SECONDS  # one clock for all processes of a machine
        order = {"way": way, "variant": variant, "start": start, "end": start + seconds}
        for member in self.members[:writers]:
            assert member.stdin is not None
            member.stdin.write(json.dumps(order) + "\n")
            member.stdin.flush()
        return [length for one in self.members[:writers] for length in self._answer(one)]

    @staticmethod
    def _answer(member: subprocess.Popen[str]) -> list[float]:
        assert member.stdout is not None
        line = member.stdout.readline()
        if not line:
            raise RuntimeError("a writer ended: what it said stands above")
        answer: list[float] = json.loads(line)
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        for member in self.members:
            member.communicate()  # the end of its orders is its end


def appender(sql: str, first: Iterator[int] | None = None) -> Callable[..., list[Any]]:
    """Return what replaces ``log.append``: the same rows in one message with COMMIT, no lock."""
    from django.db import connection
    from psycopg import ClientCursor

    def append(pending: Mapping[str, Sequence[Any]], *, commit: bool = False) -> list[Any]:
        with connection.cursor() as cursor:
            bind = ClientCursor(connection.connection).mogrify
            statements = [
                bind(sql, values(stream, changes, next(first) if first else 0))
                for stream, changes in pending.items()
            ]
            cursor.execute(";".join([*statements, "COMMIT"] if commit else statements))
        return [announced(stream, changes) for stream, changes in pending.items()]

    return append


def announced(stream: str, changes: Sequence[Any]) -> Any:
    """Return what is announced, so that no way is spared that."""
    from streams import log

    at = log.timestamp(datetime.now(UTC))
    events = [log.Event(0, change.event, at, change.data, change.before) for change in changes]
    return log.Numbered("", stream, events)


def values(stream: str, changes: Sequence[Any], first: int) -> dict[str, Any]:
    """Return the parameters of ``APPENDED``."""
    return {
        "stream": stream,
        "first": first,
        "events": [change.event for change in changes],
        "rows": [change.data.decode() for change in changes],
        "before": [change.before.decode() for change in changes],
    }


def variants(number: int) -> dict[str, Callable[..., list[Any]]]:
    """Return every way to number an event, by name."""
    from streams import log

    ours = log.append
    return {
        "log": ours,
        "log, COMMIT apart": lambda pending, *, commit=False: ours(pending),
        "no number": appender(
            APPENDED.format(number="%(first)s + new.position"), count((number + 1) * HEAD_START)
        ),
        "auto-increment": appender(APPENDED.format(number="nextval('bench_number')")),
    }


@contextmanager
def numbered_by(append: Callable[..., list[Any]]) -> Iterator[None]:
    """Let the product number its events in another way."""
    from streams import log

    ours = log.append
    log.append = append
    try:
        yield
    finally:
        log.append = ours


def ways(number: int) -> dict[str, Callable[[], None]]:
    """Return one transaction through the ORM, as a service writes it, and one without."""
    from django.db import connection

    from hotspots.models import Hotspot
    from hotspots.rows import hotspot_row
    from streams.events import batch, publish

    hotspot = Hotspot.objects.select_related("series__entity", "series__metric").order_by("pk")
    pk, row = hotspot[number].pk, hotspot_row(hotspot[number])

    def orm() -> None:
        with batch():
            mine = hotspot.select_for_update(of=("self",), no_key=True).get(pk=pk)
            mine.value += 1
            mine.save()

    def sql() -> None:
        with batch(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE hotspots_hotspot SET value = value + 1, version = version + 1"
                " WHERE id = %s",
                [pk],
            )
            publish("hotspots", "hotspot.updated", row)

    return {"ORM": orm, "SQL": sql}


def work(write: Callable[[], None], start: float, end: float) -> list[float]:
    """Write from start to end; return the length of each transaction in seconds."""
    lengths = []
    time.sleep(max(0.0, start - time.monotonic()))
    while (began := time.monotonic()) < end:
        write()
        lengths.append(time.monotonic() - began)
    return lengths


def tell_statistics() -> None:
    """Make PostgreSQL count this connection's WAL syncs now, not up to a second later."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")


def main(number: int) -> None:
    """Carry out orders until there are no more."""
    import django

    django.setup()
    numbering, writing = variants(number), ways(number)
    print("[]", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        with numbered_by(numbering[order["variant"]]):
            lengths = work(writing[order["way"]], order["start"], order["end"])
        tell_statistics()
        print(json.dumps([round(length, 6) for length in lengths]), flush=True)
