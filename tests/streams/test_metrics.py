"""What `/metrics` says after something happened, over a real server."""

import asyncio

import pytest
import websockets
from channels.layers import get_channel_layer

from streams import log, metrics
from streams.encoding import frame
from streams.models import StreamEvent
from tests.factories import make_hotspot
from tests.streams.scrape import scrape

SESSION = {"subprotocols": ["emberwatch.v1"]}


@pytest.fixture
def look(server):
    """A function that scrapes the server."""
    return lambda: asyncio.to_thread(scrape, f"http://127.0.0.1:{server.port}")


@pytest.fixture
def until(look):
    """A function that scrapes until a sample has risen by so much; waits at most 30 s."""

    async def wait(before, name, *labels, by=1):
        async with asyncio.timeout(30):
            while True:
                now = await look()
                if now[(name, *labels)] - before[(name, *labels)] == by:
                    return now
                await asyncio.sleep(0.05)

    return wait


async def test_events_and_frames_are_counted_once_per_socket(server, analyst, look, in_thread):
    before = await look()
    async with (
        server.connect("/ws/hotspots", analyst) as one,
        server.connect("/ws/hotspots", analyst) as two,
        server.connect("/ws/hotspots", analyst, **SESSION) as three,
    ):
        await three.frame()
        for _ in range(4):
            await in_thread(make_hotspot, status="resolved")
        for client in (one, two, three):
            await client.seqs(4)
        now = await look()

    assert now["emberwatch_sockets", "hotspots"] == 3
    risen = now - before
    assert risen["emberwatch_sockets_accepted_total", "hotspots"] == 3
    assert risen["emberwatch_events_sent_total", "hotspots"] == 12
    assert 9 <= risen["emberwatch_frames_sent_total", "hotspots"] <= 12  # a session's may be joined
    lag = "emberwatch_publish_to_socket_seconds"
    assert 1 <= risen[f"{lag}_count", "hotspots"] <= 4
    assert 0 <= risen[f"{lag}_sum", "hotspots"] < 60


async def test_a_socket_that_leaves_is_no_longer_there(server, analyst, look, until):
    before = await look()
    async with server.connect("/ws/alerts", analyst):
        assert (await look())["emberwatch_sockets", "alerts"] == 1
    now = await until(before, "emberwatch_sockets_closed_total", "1000")
    assert now["emberwatch_sockets", "alerts"] == 0


async def test_a_close_is_counted_by_its_code(server, analyst, look, until):
    before = await look()
    async with server.connect("/ws/hotspots") as client:
        assert await client.close_code() == 4401
    async with server.connect("/ws/hotspots", analyst) as client:
        await client.socket.close(4777)
    await until(before, "emberwatch_sockets_closed_total", "4401")
    await until(before, "emberwatch_sockets_closed_total", "other")


async def test_refusals_are_counted_by_reason(server, analyst, settings, look):
    settings.STREAMS_MAX_SOCKETS_PER_USER = 1
    before = await look()
    async with server.connect("/ws/hotspots", analyst):
        for path, options in (
            ("/ws/hotspots", {}),
            ("/ws/nothing", {}),
            ("/ws/hotspots", {"origin": "https://elsewhere.example"}),
        ):
            with pytest.raises(websockets.InvalidStatus):
                async with server.connect(path, analyst, **options):
                    pass
    risen = await look() - before
    assert [
        risen["emberwatch_handshakes_refused_total", reason]
        for reason in ("user", "route", "origin")
    ] == [1, 1, 1]


async def test_who_comes_back_is_served_from_memory_or_from_pages(
    server, analyst, look, in_thread, monkeypatch
):
    monkeypatch.setattr("streams.hub.RING_EVENTS", 2)
    for _ in range(5):
        await in_thread(make_hotspot, status="resolved")
    before = await look()
    async with server.connect("/ws/hotspots?since=4", analyst) as near:
        assert await near.seqs(1) == [5]
        assert (await look() - before)["emberwatch_ring_hits_total", "hotspots"] == 1
        for _ in range(3):
            async with server.connect("/ws/hotspots?since=1", analyst) as far:
                assert await far.seqs(4) == [2, 3, 4, 5]
        risen = await look() - before
    assert risen["emberwatch_log_pages_read_total", "hotspots"] == 1
    assert risen["emberwatch_resumes_total", "ok", "hotspots"] == 4


async def test_resumes_that_fail_are_counted_by_reason(server, analyst, look, in_thread):
    for _ in range(3):
        await in_thread(make_hotspot, status="resolved")
    await in_thread(StreamEvent.objects.filter(seq__lte=2).delete)
    before = await look()
    for query in ("since=1", "since=99", "since=1&epoch=other"):
        async with server.connect(f"/ws/hotspots?{query}", analyst) as client:
            assert await client.close_code() == 4409
    risen = await look() - before
    assert [
        risen["emberwatch_resumes_total", reason, "hotspots"]
        for reason in ("trimmed", "ahead", "epoch")
    ] == [1, 1, 1]


async def test_a_wake_up_that_was_lost_is_repaired_and_counted(
    server, analyst, look, until, in_thread, monkeypatch
):
    async def away(*args, **kwargs):
        raise OSError("no broker")

    async with server.connect("/ws/hotspots", analyst) as client:
        before = await look()
        monkeypatch.setattr(type(get_channel_layer()), "group_send", away, raising=False)
        await in_thread(make_hotspot)
        assert await client.seqs(1) == [1]
        await until(before, "emberwatch_wakeups_not_sent_total")
        await until(before, "emberwatch_poll_repairs_total", "hotspots")


async def test_a_hub_that_fails_begins_again_and_is_counted(
    server, analyst, look, until, in_thread, monkeypatch
):
    async with server.connect("/ws/hotspots", analyst) as client:
        before, position = await look(), log.position

        def broken(stream):
            monkeypatch.setattr(log, "position", position)
            raise OSError("no log")

        monkeypatch.setattr(log, "position", broken)
        await until(before, "emberwatch_hub_restarts_total", "hotspots")
        await in_thread(make_hotspot)
        assert await client.seqs(1) == [1]


async def test_http_is_counted_by_method_and_class(server, look):
    await look()
    before = await look()
    risen = await look() - before
    assert risen["emberwatch_http_requests_total", "GET", "2xx"] == 1


@pytest.mark.django_db
def test_readings_are_counted_by_what_became_of_them(client, ingester):
    def number(result):
        return metrics.READINGS.labels(result)._value.get()

    before = {result: number(result) for result in ("accepted", "duplicate", "rejected")}
    client.force_login(ingester)
    good = {"entity": "A", "metric": "co2e", "value": 1.0, "time": "2026-01-01T00:00:00Z"}
    bad = {**good, "value": "much"}
    for _ in range(2):
        assert client.post("/api/events", [good, bad], "application/json").status_code == 200
    risen = {result: number(result) - before[result] for result in before}
    assert risen == {"accepted": 1, "duplicate": 1, "rejected": 2}


@pytest.mark.parametrize("sizes", [[0], [5, 125, 126, 65_535, 65_536, 1]])
def test_frames_are_counted_in_what_was_written(sizes):
    assert metrics.frames_in(b"".join(frame(b"x" * size) for size in sizes)) == len(sizes)
