"""The numbers go to PostgreSQL together with COMMIT: whole or not at all, as any transaction."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import (
    IntegrityError,
    OperationalError,
    connection,
    connections,
    transaction,
)
from django.utils import timezone

from streams import log, wakeup
from streams.events import batch, publish
from streams.models import StreamEvent, StreamTicket
from tests.factories import make_alert

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
AWKWARD = {"id": 1, "entity": "100 % o'clock \\ %s %(x)s ; COMMIT; $1 {} \u0000 Zürich", "n": None}


@pytest.fixture
def announced(monkeypatch):
    """What the hubs were told of, in order."""
    told: list[log.Numbered] = []
    monkeypatch.setattr(wakeup, "announce", told.append)
    return told


def seqs(stream: str = "hotspots") -> list[int]:
    """The numbers that anybody can see."""
    return [event.seq for event in log.read(stream, after=0, limit=1000)]


def elsewhere(function):
    """Call it in a thread, and so on a connection of its own."""

    def call():
        try:
            return function()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call).result(30)


def around_numbering(before=None, after=None):
    """Do something around the message that takes the numbers."""

    def wrapper(execute, sql, params, many, context):
        if b"streams_streamhead" not in (sql if isinstance(sql, bytes) else sql.encode()):
            return execute(sql, params, many, context)
        if before:
            before()
        result = execute(sql, params, many, context)
        if after:
            after()
        return result

    return connection.execute_wrapper(wrapper)


def terminate_me() -> None:
    """End this thread's connection from another, as a restart of the database would."""
    pid = connection.connection.info.backend_pid

    def terminate():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    elsewhere(terminate)


def test_the_transaction_is_over_when_the_numbers_come_back(announced):
    seen: list[tuple[list[int], list]] = []

    def look():
        seen.append((elsewhere(seqs), list(announced)))

    with around_numbering(after=look), batch():
        publish("hotspots", "hotspot.updated", {"id": 1})
        publish("hotspots", "hotspot.updated", {"id": 2})

    assert seen == [([1, 2], [])]  # committed, and not announced before Django knows
    assert [[event.seq for event in one.events] for one in announced] == [[1, 2]]


def test_what_is_told_is_what_is_stored(announced):
    with batch():
        publish("alerts", "alert.updated", AWKWARD, before={"status": "a'%\\"})
        publish("hotspots", "hotspot.updated", AWKWARD)
        publish("alerts", "alert.updated", {"id": 2})

    assert [one.stream for one in announced] == ["hotspots", "alerts"]
    for one in announced:
        assert one.epoch == log.position(one.stream)[0]
        assert one.events == log.read(one.stream, after=0, limit=10)
    assert json.loads(announced[0].events[0].data) == AWKWARD


def test_numbers_that_cannot_be_stored_take_the_whole_transaction_back(announced):
    taken = StreamEvent.objects.create(
        stream="alerts", seq=2, event="alert.updated", at=timezone.now(), data="{}"
    )
    with pytest.raises(IntegrityError, match="one_event_per_stream_seq"), batch():
        User.objects.create(username="written-before")
        publish("hotspots", "hotspot.updated", {"id": 1})
        publish("alerts", "alert.updated", {"id": 1})
        publish("alerts", "alert.updated", {"id": 2})

    assert (seqs("hotspots"), seqs("alerts"), announced) == ([], [2], [])
    assert not User.objects.exists()
    taken.delete()
    with batch():
        publish("alerts", "alert.updated", {"id": 3})
    assert seqs("alerts") == [1]


def test_a_constraint_that_fails_at_the_commit_takes_the_numbers_back(announced):
    with pytest.raises(IntegrityError, match="foreign key"), batch():
        publish("hotspots", "hotspot.updated", {"id": 1})
        StreamTicket.objects.create(digest="x", user_id=4711, expires_at=timezone.now())

    assert (seqs(), announced, connection.in_atomic_block) == ([], [], False)
    with batch():
        publish("hotspots", "hotspot.updated", {"id": 2})
    assert seqs() == [1]


def test_a_connection_that_is_lost_before_stores_and_tells_nothing(announced):
    with pytest.raises(OperationalError), around_numbering(before=terminate_me), batch():
        User.objects.create(username="written-before")
        publish("hotspots", "hotspot.updated", {"id": 1})

    assert (seqs(), announced, User.objects.count()) == ([], [], 0)
    with batch():
        publish("hotspots", "hotspot.updated", {"id": 2})
    assert seqs() == [1]


def test_a_connection_that_is_lost_before_the_answer_leaves_whole_transactions(announced):
    """The outcome is unknown to the writer; for everybody else it is one or the other."""
    with pytest.raises(OperationalError), around_numbering(after=lost_answer), batch():
        User.objects.create(username="written-before")
        publish("hotspots", "hotspot.updated", {"id": 1})

    assert (seqs(), User.objects.count(), announced) == ([1], 1, [])
    with batch():
        publish("hotspots", "hotspot.updated", {"id": 2})
    assert seqs() == [1, 2]


def lost_answer() -> None:
    """The connection ends after the commit, and the writer never hears of it."""
    terminate_me()
    connection.cursor().execute("SELECT 1")  # raises


def test_hooks_run_after_the_commit_in_their_order(announced):
    order: list[object] = []

    def note(name):
        order.append((name, elsewhere(seqs), len(announced)))

    with batch():
        transaction.on_commit(lambda: note("first"))
        publish("hotspots", "hotspot.updated", {"id": 1})
        transaction.on_commit(lambda: note("second"))
        assert order == []

    assert order == [("first", [1], 0), ("second", [1], 0)]
    assert len(announced) == 1


def test_a_batch_in_a_larger_transaction_leaves_the_commit_to_it(announced):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        with batch():
            publish("hotspots", "hotspot.updated", {"id": 1})
        assert (seqs(), elsewhere(seqs), announced) == ([1], [], [])
        _ = 1 / 0

    assert (seqs(), announced) == ([], [])


def test_a_batch_in_a_transaction_begun_by_hand_leaves_the_commit_to_it(announced):
    transaction.set_autocommit(False)
    try:
        with batch():
            publish("hotspots", "hotspot.updated", {"id": 1})
        assert elsewhere(seqs) == []
    finally:
        transaction.rollback()
        transaction.set_autocommit(True)

    assert (seqs(), announced) == ([], [])


def test_an_inner_batch_does_not_end_the_outer_one(announced):
    with pytest.raises(ZeroDivisionError), batch():
        with batch():
            publish("hotspots", "hotspot.updated", {"id": 1})
        _ = 1 / 0

    assert (seqs(), announced) == ([], [])


@pytest.mark.parametrize(
    "options",
    [
        {"server_side_binding": True},
        {"prepare_threshold": 0},
        {"pool": {"min_size": 1, "max_size": 2}},
        {"isolation_level": 3},  # serializable
    ],
    ids=["server-side binding", "prepared statements", "pool", "serializable"],
)
def test_it_works_with_every_kind_of_connection(options, announced):
    def write():
        settings = connection.settings_dict
        mine = connections.create_connection("default")
        mine.settings_dict = {**settings, "OPTIONS": {**settings["OPTIONS"], **options}}
        connections["default"] = mine
        try:
            with batch():
                alert = make_alert()
                alert.hotspot.save()
            with pytest.raises(ZeroDivisionError), batch():
                alert.hotspot.save()
                _ = 1 / 0
            with batch():
                alert.save()
        finally:
            mine.close()
            mine.close_pool()

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()

    assert (seqs("hotspots"), seqs("alerts")) == ([1, 2], [1, 2])
    assert [(one.stream, len(one.events)) for one in announced] == [
        ("hotspots", 2),
        ("alerts", 1),
        ("alerts", 1),
    ]


def test_a_row_that_is_saved_alone_is_not_kept_without_its_event(announced):
    alert = make_alert()
    announced.clear()
    StreamEvent.objects.create(
        stream="alerts", seq=2, event="alert.updated", at=timezone.now(), data="{}"
    )
    alert.message = "never stored"
    with pytest.raises(IntegrityError):
        alert.save()

    alert.refresh_from_db()
    assert (alert.version, alert.message, announced) == (1, "Supplier A: co2e is critical.", [])
