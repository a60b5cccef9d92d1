"""`GET /api/streams/{name}/events` as server-sent events, over a real server."""

import asyncio

import pytest

from streams.feed import readers
from streams.models import StreamEvent, StreamHead
from tests.factories import make_hotspot, make_series
from tests.streams.feeds import reader, until_waiting


async def resolved(in_thread, count: int) -> None:
    for _ in range(count):
        await in_thread(make_hotspot, status="resolved")


async def test_every_event_comes_with_its_number_name_and_row(feed, in_thread):
    await resolved(in_thread, 1)
    async with feed.listen(after=0) as stream:
        opened, missed = await stream.block(), await stream.block()
        made = await in_thread(make_hotspot, await in_thread(make_series, "Supplier B"))
        live = await stream.block()
    shown = (await feed.get(f"/api/hotspots/{made.pk}")).json()

    assert stream.response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert stream.response.headers["Cache-Control"] == "no-store"
    assert (opened["id"], opened["retry"]) == ("0", "2000")
    assert (missed["id"], missed["event"]) == ("1", "hotspot.created")
    assert (live["id"], live.row) == ("2", shown)


async def test_who_comes_back_gets_only_what_it_missed(feed, in_thread):
    await resolved(in_thread, 3)
    async with feed.listen(after=0, last="2") as stream:
        assert [(await stream.block())["id"] for _ in range(2)] == ["2", "3"]


async def test_who_is_cut_off_before_the_first_event_misses_none(feed, in_thread):
    await resolved(in_thread, 2)
    async with feed.listen() as stream:
        last = (await stream.block())["id"]
    await resolved(in_thread, 1)
    async with feed.listen(last=last) as stream:
        assert [(await stream.block())["id"] for _ in range(2)] == ["2", "3"]


async def test_many_streams_get_the_same_history(feed, in_thread):
    async with feed.listen(after=0) as early, feed.listen() as second:
        for stream in (early, second):
            await stream.block()
        await resolved(in_thread, 20)
        async with feed.listen(after=5) as late:
            for stream, first in ((early, 1), (second, 1), (late, 5)):
                found = [int((await stream.block())["id"]) for _ in range(first, 21)]
                assert found == list(range(first, 21))


async def test_heartbeats_keep_it_open(feed, settings):
    settings.STREAMS_HEARTBEAT_SECONDS = 0.05
    async with feed.listen() as stream:
        await stream.block()
        assert [await stream.block() for _ in range(3)] == [{"": ""}] * 3


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"after": 9}, "ahead"),
        ({"after": 3, "epoch": "other"}, "epoch"),
        ({"last": "1"}, "trimmed"),
    ],
)
async def test_a_position_that_cannot_be_served_is_told_and_ends_it(feed, in_thread, query, reason):
    await resolved(in_thread, 3)
    await in_thread(StreamEvent.objects.filter(seq__lte=2).delete)
    async with feed.listen(**query) as stream:
        (told,) = await stream.rest()
    epoch = (await in_thread(StreamHead.objects.get)).epoch

    assert stream.response.status_code == 200  # a browser's EventSource reads nothing else
    assert (told["event"], told["id"]) == ("resync", "3")
    assert told.row == {"reason": reason, "head": 3, "epoch": epoch}


async def test_a_log_that_is_recreated_is_told(feed, in_thread):
    await resolved(in_thread, 1)
    async with feed.listen() as stream:
        await stream.block()
        await in_thread(StreamHead.objects.update, epoch="another")
        (told,) = await stream.rest()

    assert told.row == {"reason": "epoch", "head": 1, "epoch": "another"}


async def test_a_refusal_is_a_problem_and_no_stream(feed, server, in_thread):
    async with reader(server.port) as stranger, stranger.listen() as stream:
        body = await stream.response.aread()
        assert stream.response.status_code == 401
        assert stream.response.headers["Content-Type"].startswith("application/problem+json")
        assert b'"not_signed_in"' in body
    for query in ({"last": "x"}, {"last": "-1"}, {"after": "x"}):
        async with feed.listen(**query) as stream:
            assert stream.response.status_code == 400
    path = "/api/streams/hotspots/events"
    answer = await feed.get(path, headers={"Accept": "text/html"})
    assert answer.json()["code"] == "not_acceptable"


async def test_a_response_is_bounded_and_the_client_goes_on(feed, in_thread, monkeypatch):
    monkeypatch.setattr(readers, "MAX_STREAM_BYTES", 2000)
    async with feed.listen() as stream:
        for _ in range(8):
            await resolved(in_thread, 1)
        first = [int(block["id"]) for block in await stream.rest()]
    async with feed.listen(last=str(first[-1])) as stream:
        found = [int((await stream.block())["id"]) for _ in range(first[-1], 9)]

    assert 2 < len(first) < 9
    assert first + found[1:] == list(range(9))


async def test_looking_at_the_log_while_events_come_resets_nothing(feed, in_thread, settings):
    settings.STREAMS_POLL_SECONDS = 0.001
    async with feed.listen() as stream:
        await stream.block()
        await resolved(in_thread, 200)
        found = [await stream.event() for _ in range(200)]

    assert {block["event"] for block in found} == {"hotspot.created"}
    assert [int(block["id"]) for block in found] == list(range(1, 201))


async def test_a_reader_that_stalls_delays_nobody(feed, in_thread):
    async with feed.listen() as stalled, feed.listen() as healthy:
        for stream in (stalled, healthy):
            await stream.block()
        for number in range(100):
            await in_thread(make_hotspot, status="resolved", explanation="x" * 20_000)
            assert int((await healthy.event())["id"]) == number + 1
        found = [int((await stalled.event())["id"]) for _ in range(100)]

    assert found == list(range(1, 101))


async def test_a_stopping_server_says_when_to_come_back(feed, server):
    async with feed.listen() as stream:
        await stream.block()
        waiting = asyncio.create_task(feed.events(after=0, wait=30))
        await until_waiting(2)
        await asyncio.to_thread(server.stop)
        (goodbye,) = await stream.rest()

    assert list(goodbye) == ["retry"]
    assert 0 <= int(goodbye["retry"]) < 2000
    assert (await waiting)["events"] == []
    assert not server.thread.is_alive()
