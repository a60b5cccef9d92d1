"""How work beside the server keeps out of everybody's way."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def alone(lock: int) -> Iterator[bool]:
    """Say whether no other process is at the same work; with one file, there is one process.

    Args:
        lock: a number of the work's own, for PostgreSQL's advisory locks.
    """
    if connection.vendor != "postgresql":
        yield True
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        (is_alone,) = cursor.fetchone()
        try:
            yield is_alone
        finally:
            if is_alone:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])


@contextmanager
def pause() -> Iterator[None]:
    """Give whoever waits as long as the batch took: SQLite has one lock for all."""
    began = time.monotonic()
    yield
    time.sleep(time.monotonic() - began)
