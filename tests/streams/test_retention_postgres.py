"""Pruning on PostgreSQL: no writer waits for it, it waits for no writer, one process does it."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from streams import retention
from streams.events import batch, publish
from tests.streams.test_retention import fill, kept, on_own_connection, run

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
WRITERS, WRITES = 8, 10
SECONDS = 60  # to give up


def impatient(function, *args):
    """Call it on a connection that fails where it would wait for a lock for long."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '10s'")
    return on_own_connection(function, *args)


def elsewhere(function, *args):
    """Call it in a thread, and so on a connection of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(impatient, function, *args).result()


def write() -> None:
    for _ in range(WRITES):
        with batch():
            publish("hotspots", "hotspot.updated", {"id": 1})


def test_writers_do_not_wait_for_what_it_has_locked():
    """All 20,000 rows are deleted and nothing is committed: more locks than it ever holds."""
    fill("hotspots", old=20_000)
    with transaction.atomic():
        assert retention.prune() == 20_000
        with ThreadPoolExecutor(WRITERS) as pool:
            for written in [pool.submit(impatient, write) for _ in range(WRITERS)]:
                written.result()

    assert kept("hotspots") == list(range(20_001, 20_001 + WRITERS * WRITES))


def test_it_does_not_wait_for_a_writer_that_holds_a_number():
    fill("hotspots", old=3)
    with transaction.atomic():
        publish("hotspots", "hotspot.updated", {"id": 1})  # number 4, and the head's lock
        assert elsewhere(retention.prune) == 3

    assert kept("hotspots") == [4]


def test_one_process_prunes_at_a_time():
    fill("hotspots", old=2500)
    others: list[tuple[int | None, str]] = []

    def meanwhile(span: retention.Span, gone: int) -> None:
        before = elsewhere(kept, "hotspots")
        others.append((elsewhere(retention.prune), elsewhere(run)))
        assert elsewhere(kept, "hotspots") == before

    assert retention.prune(progress=meanwhile) == 2500
    assert others == [(None, "Nothing done: another process is at it now.\n")] * 3


def test_who_was_killed_at_it_does_not_stop_the_next_one():
    fill("hotspots", old=1500)
    started, over = threading.Event(), threading.Event()
    pids: list[int] = []

    def hang(span: retention.Span, gone: int) -> None:
        pids.append(connection.connection.info.backend_pid)
        started.set()
        over.wait(SECONDS)

    def killed() -> None:
        try:
            retention.prune(progress=hang)
        except Exception:  # noqa: BLE001 - its connection is gone
            pids.append(0)
        finally:
            connection.close()

    thread = threading.Thread(target=killed)
    thread.start()
    assert started.wait(SECONDS)
    assert retention.prune() is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pids[0]])
    assert retention.prune() == 500
    over.set()
    thread.join(SECONDS)

    assert pids[1:] == [0]
    assert kept("hotspots") == []


def test_every_statement_finds_its_rows_by_an_index():
    fill("hotspots", old=300, new=9700)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE streams_streamevent")
    with CaptureQueriesContext(connection) as captured:
        retention.prune()

    statements = {
        re.sub(r"\d+", "N", query["sql"]): query["sql"]
        for query in captured.captured_queries
        if "streams_streamevent" in query["sql"]
    }
    assert any(sql.startswith("DELETE") for sql in statements)
    for sql in statements.values():
        assert re.search("one_event_per_stream_seq|stream_event_at", plan(sql)), sql


def plan(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        found = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan" not in found, found
    return found
