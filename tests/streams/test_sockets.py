"""The three routes over a real server: delivery, resume, the session's frames."""

import json

import pytest

from streams.models import StreamEvent
from tests.factories import make_alert, make_hotspot, make_recommendation, make_series

ROUTES = {
    "/ws/hotspots": make_hotspot,
    "/ws/alerts/": make_alert,
    "/ws/recommendations": make_recommendation,
    "/ws/recommend": make_recommendation,
}


@pytest.mark.parametrize("route", ROUTES)
async def test_a_plain_client_gets_the_row_with_its_number(server, analyst, in_thread, route):
    async with server.connect(route, analyst) as client:
        row = await in_thread(ROUTES[route])
        frame = await client.frame()

    assert (frame["id"], frame["seq"], frame["version"]) == (row.pk, 1, 1)
    assert frame["event"].endswith(".created")
    assert frame["at"].endswith("Z")


async def test_a_returning_client_gets_only_what_it_missed(server, analyst, in_thread):
    for _ in range(3):
        await in_thread(make_hotspot, status="resolved")
    async with server.connect("/ws/hotspots?since=1", analyst) as client:
        assert await client.seqs(2) == [2, 3]
        assert await client.silent()


async def test_without_a_position_only_new_events_come(server, analyst, in_thread):
    await in_thread(make_hotspot)
    async with server.connect("/ws/hotspots", analyst) as client:
        await in_thread(make_hotspot, await in_thread(make_series, "Supplier B"))
        assert await client.seqs(1) == [2]


async def test_a_session_says_hello_then_sends_waiting_events_together(server, analyst, in_thread):
    for _ in range(3):
        await in_thread(make_hotspot, status="resolved")
    async with server.connect(
        "/ws/hotspots?since=1", analyst, subprotocols=["emberwatch.v1"]
    ) as client:
        hello, events = await client.frame(), await client.frame()

    assert client.socket.subprotocol == "emberwatch.v1"
    assert (hello["type"], hello["stream"], hello["seq"], hello["head"], hello["user"]) == (
        "hello", "hotspots", 1, 3, "analyst"
    )  # fmt: skip
    assert [event["seq"] for event in events["events"]] == [2, 3]
    assert set(events["events"][0]) == {"seq", "event", "at", "data"}


async def test_a_position_that_cannot_be_served_is_told(server, analyst, in_thread):
    await in_thread(make_hotspot)
    for query, reason in (("since=9", "ahead"), ("since=0&epoch=other", "epoch")):
        async with server.connect(
            f"/ws/hotspots?{query}", analyst, subprotocols=["emberwatch.v1"]
        ) as client:
            assert (await client.frame())["type"] == "hello"
            told = await client.frame()
        assert (told["type"], told["reason"], told["head"]) == ("resync", reason, 1)


async def test_events_that_were_pruned_are_told_not_skipped(server, analyst, in_thread):
    for _ in range(3):
        await in_thread(make_hotspot, status="resolved")
    await in_thread(StreamEvent.objects.filter(seq__lte=2).delete)
    async with server.connect("/ws/hotspots?since=1", analyst) as client:
        assert await client.close_code() == 4409
    async with server.connect("/ws/hotspots?since=2", analyst) as client:
        assert await client.seqs(1) == [3]


async def test_a_beacon_tells_the_head(server, analyst, in_thread, settings):
    settings.STREAMS_HEARTBEAT_SECONDS = 0.05
    await in_thread(make_hotspot)
    async with server.connect("/ws/hotspots", analyst, subprotocols=["emberwatch.v1"]) as client:
        assert (await client.frame())["heartbeat_seconds"] == 0.05
        beacon = await client.frame()

    assert (beacon["type"], beacon["head"]) == ("beacon", 1)


async def test_a_bad_command_leaves_the_socket_open(server, analyst):
    async with server.connect("/ws/hotspots", analyst, subprotocols=["emberwatch.v1"]) as client:
        await client.frame()
        answers = []
        for text in ("nonsense", "[]", '{"type":"fly","id":3}', '{"type":"ping","id":"p"}'):
            await client.socket.send(text)
            answers.append(await client.frame())

    assert [a.get("code") for a in answers] == ["bad_json", "bad_json", "unknown_command", None]
    assert answers[2]["id"] == 3
    assert (answers[3]["type"], answers[3]["id"]) == ("pong", "p")


async def test_what_a_plain_client_says_is_ignored(server, analyst, in_thread):
    async with server.connect("/ws/hotspots", analyst) as client:
        await client.socket.send("hello")
        await in_thread(make_hotspot)
        assert await client.seqs(1) == [1]


@pytest.mark.parametrize("subprotocols", [None, ["emberwatch.v1"]])
async def test_too_many_messages_close_the_socket(server, analyst, subprotocols):
    async with server.connect("/ws/hotspots", analyst, subprotocols=subprotocols) as client:
        for _ in range(60):
            await client.socket.send('{"type":"ping"}')
        assert await client.close_code() == 4429


async def test_a_frame_that_is_too_large_closes_the_socket(server, analyst):
    async with server.connect("/ws/hotspots", analyst) as client:
        await client.socket.send("x" * (64 * 1024 + 1))
        assert await client.close_code() == 1009


async def test_a_stopping_server_says_when_to_come_back(server, analyst):
    async with server.connect("/ws/hotspots", analyst, subprotocols=["emberwatch.v1"]) as client:
        await client.frame()
        server.server.should_exit = True
        goodbye = await client.frame()
        code = await client.close_code()

    assert (goodbye["code"], code) == ("going_away", 4412)
    assert 0 <= goodbye["retry_after_ms"] <= 2000


async def test_many_clients_get_the_same_history(server, analyst, in_thread, settings):
    settings.STREAMS_MAX_SOCKETS_PER_USER = 0
    async with (
        server.connect("/ws/hotspots?since=0", analyst) as early,
        server.connect("/ws/hotspots", analyst, subprotocols=["emberwatch.v1"]) as session,
    ):
        for _ in range(20):
            await in_thread(make_hotspot, status="resolved")
        async with server.connect("/ws/hotspots?since=5", analyst) as late:
            assert await early.seqs(20) == list(range(1, 21))
            assert await session.seqs(20) == list(range(1, 21))
            assert await late.seqs(15) == list(range(6, 21))


async def test_the_frame_is_what_the_rest_api_shows(server, analyst, in_thread, api):
    async with server.connect("/ws/hotspots", analyst) as client:
        hotspot = await in_thread(make_hotspot)
        frame = await client.frame()

    def fetch() -> dict:
        return json.loads(api(analyst).get(f"/api/hotspots/{hotspot.pk}").content)

    shown = await in_thread(fetch)
    assert {key: frame[key] for key in shown} == shown
