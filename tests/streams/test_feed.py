"""`GET /api/streams/{name}/events` as long poll, over a real server."""

import asyncio
import threading

import pytest

from streams.models import StreamEvent, StreamHead
from tests.factories import make_alert, make_hotspot, make_recommendation
from tests.streams.conftest import access_token
from tests.streams.feeds import hubs, reader, until_waiting

MAKERS = {"hotspots": make_hotspot, "alerts": make_alert, "recommendations": make_recommendation}


def seqs(answer: dict) -> list[int]:
    return [event["seq"] for event in answer["events"]]


@pytest.mark.parametrize("stream", MAKERS)
async def test_what_was_missed_comes_at_once_as_rest_shows_it(feed, in_thread, stream):
    made = await in_thread(MAKERS[stream])
    answer = (await feed.poll(stream, after=0)).json()
    (event,) = answer["events"]
    shown = (await feed.get(f"/api/{stream}/{made.pk}")).json()
    head = await in_thread(StreamHead.objects.get, pk=stream)

    assert (event["seq"], event["event"]) == (1, f"{stream.removesuffix('s')}.created")
    assert event["data"] == shown
    assert event["at"].endswith("Z")
    assert (answer["head"], answer["epoch"]) == (1, head.epoch)


async def test_a_trailing_slash_is_accepted(feed):
    assert (await feed.get("/api/streams/hotspots/events/?wait=0")).status_code == 200


async def test_a_page_has_a_limit_and_the_next_goes_on(feed, in_thread):
    for _ in range(5):
        await in_thread(make_hotspot, status="resolved")
    first = await feed.events(after=0, limit=2)
    second = await feed.events(after=2, limit=2, epoch=first["epoch"])

    assert (seqs(first), seqs(second)) == ([1, 2], [3, 4])
    assert first["head"] == second["head"] == 5


async def test_it_waits_for_the_next_event_from_now_on(feed, in_thread):
    await in_thread(make_hotspot, status="resolved")
    waiting = asyncio.create_task(feed.events())
    await until_waiting(1)
    assert not waiting.done()
    await in_thread(make_hotspot)

    assert seqs(await waiting) == [2]


async def test_without_a_wait_the_answer_says_where_to_go_on(feed, in_thread):
    await in_thread(make_hotspot)

    assert (await feed.events(wait=0))["head"] == 1
    assert (await feed.events(after="", epoch="", wait=0))["head"] == 1
    assert await feed.events(after=1, wait=0) == {
        "events": [], "head": 1, "epoch": (await in_thread(StreamHead.objects.get)).epoch
    }  # fmt: skip


async def test_the_waiting_has_an_end(feed):
    assert (await feed.events(wait=1))["events"] == []


async def test_a_client_that_polls_on_misses_nothing(feed, in_thread):
    found, position = [], 0

    async def poll() -> None:
        nonlocal position
        while len(found) < 30:
            found.extend(seqs(await feed.events(after=position, limit=7)))
            position = found[-1]

    polling = asyncio.create_task(poll())
    for _ in range(30):
        await in_thread(make_hotspot, status="resolved")
    await asyncio.wait_for(polling, 60)

    assert found == list(range(1, 31))


@pytest.mark.parametrize(
    ("query", "reason"),
    [({"after": 9}, "ahead"), ({"after": 3, "epoch": "other"}, "epoch"), ({"after": 1}, "trimmed")],
)
async def test_a_position_that_cannot_be_served_is_told(feed, in_thread, query, reason):
    for _ in range(3):
        await in_thread(make_hotspot, status="resolved")
    await in_thread(StreamEvent.objects.filter(seq__lte=2).delete)
    answer = await feed.poll(**query)
    problem = answer.json()

    assert answer.status_code == 409
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (problem["code"], problem["reason"], problem["head"]) == ("resync", reason, 3)
    assert problem["epoch"] == (await in_thread(StreamHead.objects.get)).epoch
    assert seqs(await feed.events(after=2)) == [3]


async def test_a_log_that_is_recreated_while_waiting_is_told(feed, in_thread):
    await in_thread(make_hotspot, status="resolved")
    epoch = (await feed.events(wait=0))["epoch"]
    waiting = asyncio.create_task(feed.poll(after=1, wait=30, epoch=epoch))
    await until_waiting(1)
    await in_thread(StreamHead.objects.update, epoch="another")
    for _ in range(2):
        await in_thread(make_hotspot, status="resolved")
    answer = await asyncio.wait_for(waiting, 25)  # and not only when its own wait is over

    assert (answer.status_code, answer.json()["reason"]) == (409, "epoch")


@pytest.mark.parametrize(
    "query",
    [
        "after=-1", "after=x", "after=9223372036854775808", "after=1e3",
        "limit=0", "limit=501", "limit=x", "wait=-1", "wait=31", "wait=nan", "wait=0.5",
        f"epoch={'x' * 33}", "epoch=%00",
    ],
)  # fmt: skip
async def test_a_malformed_query_is_refused_and_names_the_parameter(feed, query):
    answer = await feed.get(f"/api/streams/hotspots/events?{query}")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert list(answer.json()["errors"]) == [query.partition("=")[0]]


async def test_an_unknown_parameter_stream_or_method_is_refused(feed):
    path = "/api/streams/hotspots/events"

    assert (await feed.get(f"{path}?since=1")).json()["code"] == "unknown_parameter"
    for name in ("nope", "x" * 500, "Hotspots"):
        answer = await feed.poll(name)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    for method in ("POST", "HEAD", "DELETE"):
        assert (await feed.request(method, path)).status_code == 405


async def test_it_opens_to_whom_the_socket_opens(server, ingester, in_thread, settings):
    async with reader(server.port, await in_thread(access_token, ingester)) as forbidden:
        assert (await forbidden.poll()).json()["code"] == "not_permitted"
    async with reader(server.port, "x") as forged, reader(server.port) as stranger:
        answer = await stranger.poll()
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        settings.STREAMS_ALLOW_ANONYMOUS = True
        assert (await stranger.events(wait=0))["events"] == []
        assert (await forged.poll()).json()["code"] == "token_invalid"


async def test_answers_carry_the_headers_of_every_other(feed):
    for query in ({"wait": 0}, {"after": 9}):
        answer = await feed.poll(**query)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert len(answer.headers.get_list("Content-Length")) == 1


def members(stream: str) -> int:
    """How many clients the hubs of this process serve."""
    return sum(len(hub.subscribers) for hub in hubs(stream))


async def test_who_waits_holds_no_thread(feed, in_thread, settings):
    settings.STREAMS_MAX_SOCKETS_PER_USER = 0
    async with asyncio.timeout(30):
        polls = [asyncio.create_task(feed.events(after=0, wait=30)) for _ in range(60)]
        while members("hotspots") < 60:
            await feed.get("/healthz")  # not all of them wait yet
        threads = threading.active_count()
        await in_thread(make_hotspot)

    assert [seqs(answer) for answer in await asyncio.gather(*polls)] == [[1]] * 60
    assert threads < 40
