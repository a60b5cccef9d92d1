"""What is too old goes, from the oldest number up, in small transactions; who missed it is told."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from streams import log, retention
from streams.events import batch, publish
from streams.models import RevokedToken, StreamEvent, StreamHead

NOW = datetime.now(UTC)
OLD = NOW - timedelta(hours=200)
WRITERS = 2


def fill(stream: str, *, old: int, new: int = 0) -> None:
    """A stream whose first events are past their time."""
    StreamHead.objects.update_or_create(stream=stream, defaults={"seq": old + new})
    moments = [OLD] * old + [NOW] * new
    StreamEvent.objects.bulk_create(
        (
            StreamEvent(stream=stream, seq=seq, event="x.updated", at=at, data='{"id":1}')
            for seq, at in enumerate(moments, 1)
        ),
        batch_size=2000,
    )


def kept(stream: str) -> list[int]:
    rows = StreamEvent.objects.filter(stream=stream).order_by("seq")
    return list(rows.values_list("seq", flat=True))


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("prune_events", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(("old", "new"), [(0, 3), (1, 1), (7, 4), (2500, 1), (1000, 0), (0, 0)])
def test_only_what_is_past_its_time_goes_and_leaves_no_gap(old, new):
    fill("hotspots", old=old, new=new)
    fill("alerts", old=0, new=5)

    assert retention.prune() == old
    assert kept("hotspots") == list(range(old + 1, old + new + 1))
    assert kept("alerts") == [1, 2, 3, 4, 5]


@pytest.mark.django_db
def test_the_last_event_may_go_and_its_number_is_not_given_again():
    fill("hotspots", old=3)
    retention.prune()
    publish("hotspots", "hotspot.updated", {"id": 1})

    assert kept("hotspots") == [4]


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [-1, 10_000])
def test_a_clock_that_was_wrong_for_a_while_keeps_nothing_from_going(hours):
    fill("hotspots", old=5, new=3)
    StreamEvent.objects.filter(seq=3).update(at=OLD + timedelta(hours=hours))
    retention.prune()

    assert kept("hotspots") == [6, 7, 8]


@pytest.mark.django_db
def test_numbers_with_a_hole_are_pruned_too():
    """After `renew_epoch` the numbers go on a billion further up."""
    fill("hotspots", old=2100)
    log.renew()
    publish("hotspots", "hotspot.updated", {"id": 1})
    retention.prune()

    assert kept("hotspots") == [1_000_000_001]


@pytest.mark.django_db
def test_what_sign_in_remembers_goes_with_it():
    RevokedToken.objects.create(jti="over", expires_at=NOW - timedelta(seconds=1))
    RevokedToken.objects.create(jti="not yet", expires_at=NOW + timedelta(hours=1))
    retention.prune()

    assert [token.jti for token in RevokedToken.objects.all()] == ["not yet"]


@pytest.mark.django_db
def test_a_dry_run_says_what_would_go_and_does_nothing():
    fill("hotspots", old=1500, new=2)

    assert run("--dry-run").splitlines() == [
        "hotspots: 1,500 events would go, up to number 1,500",
        "alerts: 0 events would go",
        "recommendations: 0 events would go",
    ]
    assert len(kept("hotspots")) == 1502


@pytest.mark.django_db
def test_the_command_says_what_went(settings):
    settings.STREAMS_RETENTION_HOURS = 150
    fill("hotspots", old=1500, new=2)
    fill("alerts", old=1)

    assert run().splitlines() == [
        "hotspots: 1,500 of 1,500 events deleted",
        "alerts: 1 of 1 events deleted",
        "1,501 events older than 150 hours deleted.",
    ]
    assert run().splitlines() == ["0 events older than 150 hours deleted."]


@pytest.mark.django_db
def test_a_terminal_sees_how_far_it_is():
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    fill("hotspots", old=1500)
    terminal = Terminal()
    call_command("prune_events", stdout=terminal)

    assert "hotspots: 1,000 of 1,500 events deleted\r" in terminal.getvalue()


@pytest.mark.django_db(transaction=True)
def test_each_batch_is_a_transaction_of_its_own():
    fill("hotspots", old=2500)
    others_see: list[int] = []

    def look(span: retention.Span, gone: int) -> None:
        with ThreadPoolExecutor(1) as pool:
            others_see.append(pool.submit(on_own_connection, kept, "hotspots").result())

    retention.prune(progress=look)

    assert [len(seqs) for seqs in others_see] == [1500, 500, 0]


def on_own_connection(function, *args):
    try:
        return function(*args)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_prune_that_is_cut_off_leaves_no_gap_and_the_next_goes_on():
    fill("hotspots", old=2500, new=1)

    def cut(span: retention.Span, gone: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        retention.prune(progress=cut)

    assert kept("hotspots") == list(range(1001, 2502))
    assert retention.prune() == 1500
    assert kept("hotspots") == [2501]


@pytest.mark.django_db(transaction=True)
def test_writers_go_on_while_it_prunes():
    """SQLite has one lock for all: a writer that did not get it in time would fail."""
    fill("hotspots", old=5000)
    failures: list[Exception] = []
    wrote_meanwhile: set[int] = set()
    over = threading.Event()

    def write(number: int) -> None:
        try:
            while not over.is_set():
                with batch():
                    publish("hotspots", "hotspot.updated", {"id": number})
                wrote_meanwhile.add(number)
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)
        finally:
            connection.close()

    def watch(span: retention.Span, gone: int) -> None:
        if gone == retention.BATCH_ROWS:
            wrote_meanwhile.clear()

    writers = [threading.Thread(target=write, args=(n,)) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    try:
        assert retention.prune(progress=watch) == 5000
        during = set(wrote_meanwhile)
    finally:
        over.set()
        for writer in writers:
            writer.join(30)

    assert failures == []
    assert during
    numbers = kept("hotspots")
    assert numbers == list(range(5001, 5001 + len(numbers)))


async def test_a_reader_before_the_boundary_is_told(server, analyst, in_thread):
    await in_thread(fill, "hotspots", old=5, new=2)
    assert await in_thread(retention.prune) == 5

    async with server.connect("/ws/hotspots?since=4", analyst) as plain:
        assert await plain.close_code() == 4409
    async with server.connect("/ws/hotspots?since=5", analyst) as plain:
        assert await plain.seqs(2) == [6, 7]
    async with server.connect(
        "/ws/hotspots?since=4", analyst, subprotocols=["emberwatch.v1"]
    ) as client:
        assert (await client.frame())["type"] == "hello"
        told = await client.frame()
    assert (told["type"], told["reason"], told["head"]) == ("resync", "trimmed", 7)


async def test_a_reader_at_the_head_of_an_empty_log_goes_on(server, analyst, in_thread):
    await in_thread(fill, "hotspots", old=5)
    await in_thread(retention.prune)

    async with server.connect("/ws/hotspots?since=5", analyst) as client:
        await in_thread(publish, "hotspots", "hotspot.updated", {"id": 1})
        assert await client.seqs(1) == [6]
