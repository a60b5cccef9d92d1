"""Two transactions, the one that wrote first commits last: who reads `number > last` gets both.

With an auto-increment number it does not, which is shown here too: the same race, the same
reader, only another table.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from django.db import connection, transaction

from streams import log
from streams.events import batch, publish

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


class Follower:
    """Asks again and again for what has a higher number than the last it saw."""

    def __init__(self, read: Callable[[int], list[tuple[int, str]]]) -> None:
        self.read = read
        self.last = 0
        self.seen: list[str] = []

    def look(self) -> None:
        for number, name in self.read(self.last):
            self.last = number
            self.seen.append(name)


class Writer(threading.Thread):
    """One transaction that writes, then waits until it may commit."""

    def __init__(
        self, name: str, write: Callable[[str], None], enter: Callable[[], AbstractContextManager]
    ) -> None:
        super().__init__(name=name, daemon=True)
        self.write, self.enter = write, enter
        self.connected, self.written, self.may_commit = (threading.Event() for _ in range(3))

    def run(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (self.pid,) = cursor.fetchone()
        self.connected.set()
        try:
            with self.enter():
                self.write(self.name)
                self.written.set()
                assert self.may_commit.wait(20)
        finally:
            connection.close()

    def waits_for_a_lock(self) -> bool:
        """Whether another transaction holds this one up."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [self.pid])
            return bool(cursor.fetchone()[0])


def race(
    write: Callable[[str], None],
    read: Callable[[int], list[tuple[int, str]]],
    enter: Callable[[], AbstractContextManager] = transaction.atomic,
) -> list[str]:
    """What a follower saw of two transactions that wrote as one, two and commit as two, one."""
    follower = Follower(read)
    one, two = Writer("one", write, enter), Writer("two", write, enter)
    one.start()
    assert one.written.wait(20)
    two.start()
    two.may_commit.set()  # at once; if it can
    assert two.connected.wait(20)
    while two.is_alive() and not two.waits_for_a_lock():
        two.join(0.01)
    follower.look()
    one.may_commit.set()
    one.join(20)
    two.join(20)
    follower.look()
    return follower.seen


def publish_named(name: str) -> None:
    publish("hotspots", f"hotspot.{name}", {"id": 1})


def read_log(after: int) -> list[tuple[int, str]]:
    events = log.read("hotspots", after=after, limit=10)
    return [(event.seq, event.event.removeprefix("hotspot.")) for event in events]


@pytest.fixture
def naive_log() -> Iterator[None]:
    """The same log as most people would write it: numbered by an auto-increment."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE naive_log (id bigserial PRIMARY KEY, name text)")
        yield
        cursor.execute("DROP TABLE naive_log")


def write_naive(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO naive_log (name) VALUES (%s)", [name])


def read_naive(after: int) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM naive_log WHERE id > %s ORDER BY id", [after])
        return cursor.fetchall()


def test_an_auto_increment_loses_the_event_that_commits_late(naive_log):
    assert race(write_naive, read_naive) == ["two"]
    assert read_naive(0) == [(1, "one"), (2, "two")]  # it is there, and nobody was told


def test_a_number_of_the_log_makes_the_later_one_wait():
    """The events are numbered at once: who has a number commits before the next one gets its."""
    assert race(publish_named, read_log) == ["one", "two"]


def test_a_batch_takes_its_number_when_it_commits():
    """Nobody waits for the slow one; it is numbered behind those that were faster."""
    assert race(publish_named, read_log, enter=batch) == ["two", "one"]
    assert read_log(0) == [(1, "two"), (2, "one")]


def test_a_number_that_is_rolled_back_is_given_again():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        publish_named("undone")
        _ = 1 / 0
    with batch():
        publish_named("done")

    assert read_log(0) == [(1, "done")]
