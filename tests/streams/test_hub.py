"""The hub repairs what the channel layer loses, and no reader delays another."""

import asyncio

import pytest

from streams import log, wakeup
from streams.events import Change
from streams.models import StreamEvent, StreamHead
from tests.factories import make_hotspot


@pytest.fixture
def many_events(in_thread):
    """Append many large events to the log at once, without a wake-up."""

    def append(count: int, size: int = 2000) -> None:
        for start in range(0, count, 500):
            number = min(500, count - start)
            log.append(
                "hotspots", [Change("hotspot.updated", b'{"x":"' + b"y" * size + b'"}')] * number
            )

    return lambda *args: in_thread(append, *args)


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


async def test_a_stalled_reader_delays_nobody_and_catches_up(
    server, analyst, in_thread, many_events
):
    async with (
        server.connect("/ws/hotspots?since=0", analyst, max_queue=1) as stalled,
        server.connect("/ws/hotspots?since=0", analyst) as healthy,
    ):
        stalled.socket.transport.pause_reading()
        await many_events(6000)
        assert await healthy.seqs(6000) == list(range(1, 6001))
        stalled.socket.transport.resume_reading()
        assert await stalled.seqs(6000) == list(range(1, 6001))


async def test_a_reader_too_far_behind_is_cut(server, analyst, many_events, settings):
    settings.STREAMS_MAX_LAG_EVENTS = 100
    async with server.connect("/ws/hotspots?since=0", analyst, max_queue=1) as stalled:
        stalled.socket.transport.pause_reading()
        await many_events(6000)
        async with asyncio.timeout(20):
            while server.server.server_state.connections:  # until it is cut from there
                await many_events(500)
        stalled.socket.transport.resume_reading()
        assert await stalled.close_code() in {4408, 1006}  # 1006: it did not even read the close


async def test_a_recreated_log_is_told(server, analyst, in_thread):
    await in_thread(make_hotspot)
    async with server.connect("/ws/hotspots", analyst, subprotocols=["emberwatch.v1"]) as client:
        epoch = (await client.frame())["epoch"]
        await in_thread(StreamEvent.objects.all().delete)
        await in_thread(StreamHead.objects.all().delete)
        told = await client.frame()
        assert (told["type"], told["reason"], told["head"]) == ("resync", "epoch", 0)
        assert told["epoch"] != epoch
