"""publish() and batch(): an event exists if and only if its transaction committed."""

import asyncio
import json
import threading

import pytest
from channels.layers import get_channel_layer
from django.db import connection, transaction

from streams import log, wakeup
from streams.events import batch, head, publish
from streams.models import StreamEvent
from tests.factories import make_alert, make_hotspot, make_series


def names() -> list[tuple[str, int, str]]:
    rows = StreamEvent.objects.order_by("id").values_list("stream", "seq", "event")
    return list(rows)


@pytest.mark.django_db
def test_every_save_of_a_row_is_one_event_with_the_whole_row():
    hotspot = make_hotspot()
    hotspot.value = 130.0
    hotspot.save()

    assert names() == [("hotspots", 1, "hotspot.created"), ("hotspots", 2, "hotspot.updated")]
    row = json.loads(StreamEvent.objects.get(seq=2).data)
    assert (row["value"], row["version"], row["entity"]) == (130.0, 2, "Supplier A")


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_change_leaves_no_event_and_no_gap():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_hotspot()
        _ = 1 / 0
    make_hotspot()

    assert names() == [("hotspots", 1, "hotspot.created")]


@pytest.mark.django_db(transaction=True)
def test_a_batch_numbers_its_events_at_the_end_in_the_order_of_the_streams():
    with batch():
        alert = make_alert()
        alert.hotspot.save()
        assert not StreamEvent.objects.exists()

    assert names() == [
        ("hotspots", 1, "hotspot.created"),
        ("hotspots", 2, "hotspot.updated"),
        ("alerts", 1, "alert.created"),
    ]


@pytest.mark.django_db(transaction=True)
def test_an_inner_batch_that_fails_takes_only_its_own_events_back():
    with batch():
        make_hotspot()
        with pytest.raises(ZeroDivisionError), batch():
            make_hotspot(make_series("Supplier B"))
            _ = 1 / 0

    assert [json.loads(row.data)["entity"] for row in StreamEvent.objects.all()] == ["Supplier A"]


@pytest.mark.django_db(transaction=True)
def test_a_failed_batch_leaves_nothing_and_the_next_one_is_clean():
    with pytest.raises(ZeroDivisionError), batch():
        make_hotspot()
        _ = 1 / 0
    with batch():
        make_hotspot()

    assert names() == [("hotspots", 1, "hotspot.created")]


@pytest.mark.django_db(transaction=True)
def test_a_broken_broker_does_not_break_the_write(monkeypatch, caplog):
    sent = threading.Event()

    class Broken:
        async def group_send(self, group, message):
            sent.set()
            raise ConnectionError("no broker")

    monkeypatch.setattr(wakeup, "get_channel_layer", Broken)

    make_hotspot()

    assert sent.wait(5)
    asyncio.run_coroutine_threadsafe(asyncio.sleep(0), wakeup._loop()).result(30)
    assert head("hotspots") == 1


@pytest.mark.django_db(transaction=True)
def test_one_message_per_stream_and_transaction_and_none_before_the_commit(monkeypatch):
    announced: list[log.Numbered] = []
    monkeypatch.setattr(wakeup, "announce", announced.append)

    with batch():
        make_hotspot()
        make_hotspot(make_series("Supplier B"))
        assert not announced

    assert [(one.stream, [e.seq for e in one.events]) for one in announced] == [
        ("hotspots", [1, 2])
    ]


@pytest.mark.django_db(transaction=True)
def test_a_large_transaction_sends_only_its_head():
    events = [log.Event(n, "x", "t", b"x" * 1024) for n in range(1, 301)]

    assert wakeup._payload(events) == []
    assert len(wakeup._payload(events[:200])) == 200


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_numbers_become_visible_in_order_while_writers_race():
    """An auto-increment id would not pass: id 1 can commit after id 2."""
    done = threading.Event()
    seen: list[int] = []

    def write() -> None:
        for _ in range(25):
            with batch():
                publish("hotspots", "hotspot.updated", {"id": 1})
        connection.close()

    def read() -> None:
        while True:
            last = done.is_set()
            seen.extend(e.seq for e in log.read("hotspots", after=len(seen), limit=1000))
            if last:
                break
        connection.close()

    writers = [threading.Thread(target=write) for _ in range(8)]
    reader = threading.Thread(target=read)
    for thread in (*writers, reader):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()

    assert seen == list(range(1, 201))


@pytest.mark.django_db
def test_the_layer_is_the_one_the_settings_name(settings):
    backend = settings.CHANNEL_LAYERS["default"]["BACKEND"].rpartition(".")[2]

    assert type(get_channel_layer()).__name__ == backend
