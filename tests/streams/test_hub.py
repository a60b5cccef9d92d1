"""The hub repairs what the channel layer loses, and no reader delays another."""

import pytest

from streams import log, wakeup
from streams.models import StreamEvent, StreamHead
from tests.factories import make_hotspot
from tests.streams import laggards


async def test_a_lost_wake_up_is_only_late(server, analyst, in_thread, monkeypatch):
    monkeypatch.setattr(wakeup, "announce", lambda numbered: None)
    async with server.connect("/ws/hotspots", analyst) as client:
        await in_thread(make_hotspot)
        assert await client.seqs(1) == [1]


async def test_a_gap_between_wake_ups_is_read_from_the_log(server, analyst, in_thread, monkeypatch):
    announce = wakeup.announce
    async with server.connect("/ws/hotspots", analyst) as client:
        monkeypatch.setattr(wakeup, "announce", lambda numbered: None)
        await in_thread(make_hotspot, status="resolved")
        monkeypatch.setattr(wakeup, "announce", announce)
        await in_thread(make_hotspot, status="resolved")
        assert await client.seqs(2) == [1, 2]


async def collected(in_thread, monkeypatch, count):
    """So many transactions of one event each, which nobody was told about yet."""
    silent: list[log.Numbered] = []
    with monkeypatch.context() as patch:
        patch.setattr(wakeup, "announce", silent.append)
        for _ in range(count):
            await in_thread(make_hotspot, status="resolved")
    return silent


async def test_wake_ups_may_come_in_any_order(server, analyst, in_thread, monkeypatch):
    async with server.connect("/ws/hotspots", analyst) as client:
        for numbered in reversed(await collected(in_thread, monkeypatch, 3)):
            await in_thread(wakeup.announce, numbered)
        assert await client.seqs(3) == [1, 2, 3]


@pytest.mark.sqlite  # the layer in memory hands over in one turn of the loop
async def test_events_that_wait_travel_in_one_frame(
    server, analyst, in_thread, monkeypatch, settings
):
    settings.STREAMS_POLL_SECONDS = 60  # else the hub may read the first of them from the log
    async with server.connect("/ws/hotspots", analyst, subprotocols=["emberwatch.v1"]) as client:
        assert (await client.frame())["type"] == "hello"
        waiting = await collected(in_thread, monkeypatch, 3)
        wakeup._loop().call_soon_threadsafe(lambda: list(map(wakeup.announce, waiting)))
        assert [event["seq"] for event in (await client.frame())["events"]] == [1, 2, 3]


async def test_another_deployments_message_is_dropped(server, analyst, in_thread):
    foreign = log.Numbered("another-epoch", "hotspots", [log.Event(1, "x", "t", b'{"id":9}')])
    async with server.connect("/ws/hotspots", analyst) as client:
        await in_thread(wakeup.announce, foreign)
        row = await in_thread(make_hotspot)
        assert (await client.frame())["id"] == row.pk


async def test_positions_older_than_the_ring_come_from_the_log(server, analyst, many_events):
    await many_events(5000, 10)
    async with server.connect("/ws/hotspots?since=3", analyst) as client:
        assert await client.seqs(4997) == list(range(4, 5001))


async def test_a_stalled_reader_delays_nobody_and_catches_up(server, analyst, many_events):
    await laggards.catches_up(server, analyst, many_events)


async def test_a_reader_too_far_behind_is_cut(server, analyst, many_events, settings):
    await laggards.is_cut(server, analyst, many_events, settings)


async def test_a_recreated_log_is_told(server, analyst, in_thread):
    await in_thread(make_hotspot)
    async with server.connect("/ws/hotspots", analyst, subprotocols=["emberwatch.v1"]) as client:
        epoch = (await client.frame())["epoch"]
        await in_thread(StreamEvent.objects.all().delete)
        await in_thread(StreamHead.objects.all().delete)
        told = await client.frame()
        assert (told["type"], told["reason"], told["head"]) == ("resync", "epoch", 0)
        assert told["epoch"] != epoch
