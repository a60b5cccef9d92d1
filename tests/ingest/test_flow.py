"""The whole flow: one POST, and three sockets tell of hotspot, alert and recommendations."""

from contextlib import AsyncExitStack

import pytest

from hotspots.models import Hotspot
from recommendations.models import Recommendation
from recommendations.worker import run_waiting_tasks
from streams.models import StreamEvent
from tests.faults.clients import ROUTES, quiet_days, spike
from tests.recommendations.stock import stock

SITE = "Mill 4"


@pytest.fixture
def post(api, ingester):
    """Send readings as a program does; returns the answer's JSON."""
    client = api(ingester)

    def send(readings):
        response = client.post("/api/events", readings, format="json")
        assert response.status_code == 200
        return response.json()

    return send


@pytest.fixture
def learned(transactional_db, post):
    """A series that is known, and the playbooks; nothing has been found yet."""
    stock()
    assert post(quiet_days(SITE))["accepted"] == 240
    assert not StreamEvent.objects.exists()


async def _joined(stack, server, user):
    """A socket on each of the three routes."""
    return {
        route: await stack.enter_async_context(server.connect(f"/ws/{route}", user))
        for route in ROUTES
    }


async def test_a_reading_becomes_hotspot_alert_and_recommendations_on_three_sockets(
    server, learned, post, analyst, in_thread
):
    async with AsyncExitStack() as stack:
        sockets = await _joined(stack, server, analyst)

        answer = await in_thread(post, spike(SITE))
        opened, raised = [await sockets[name].frame() for name in ("hotspots", "alerts")]
        await in_thread(run_waiting_tasks)
        advised = await sockets["hotspots"].frame()
        written = await in_thread(lambda: list(Recommendation.objects.order_by("pk")))
        advice = [await sockets["recommendations"].frame() for _ in written]

    assert (answer["accepted"], answer["hotspots"]) == (1, [opened["id"]])
    assert (opened["seq"], opened["event"], opened["value"]) == (1, "hotspot.created", 400.0)
    assert (raised["seq"], raised["event"]) == (1, "alert.created")
    assert (raised["hotspot_id"], raised["level"]) == (opened["id"], opened["severity"])
    assert (opened["advice"], advised["advice"]) == ("pending", "ready")
    assert (advised["seq"], advised["event"]) == (2, "hotspot.updated")
    assert [frame["id"] for frame in advice] == [row.pk for row in written] != []
    assert [frame["seq"] for frame in advice] == list(range(1, len(written) + 1))
    assert {frame["hotspot_id"] for frame in advice} == {opened["id"]}


async def test_what_came_over_a_socket_is_what_the_api_shows(
    server, learned, post, api, analyst, in_thread
):
    async with AsyncExitStack() as stack:
        sockets = await _joined(stack, server, analyst)
        await in_thread(post, spike(SITE))
        frames = {name: await sockets[name].frame() for name in ("hotspots", "alerts")}

    for name, frame in frames.items():
        listed = await in_thread(lambda name=name: api(analyst).get(f"/api/{name}").json())
        envelope = {key: frame.pop(key) for key in ("seq", "event", "at")}
        assert listed["results"] == [frame]
        assert listed["seq"] == envelope["seq"] == 1


async def test_a_reading_that_is_refused_is_told_to_nobody(
    server, learned, api, ingester, analyst, in_thread
):
    refused = {**spike(SITE), "value": "400"}
    async with server.connect("/ws/hotspots?since=0", analyst) as client:
        response = await in_thread(
            lambda: api(ingester).post("/api/events", [refused], format="json")
        )

        assert (response.status_code, response.json()["code"]) == (400, "all_rejected")
        assert await client.silent()
    assert not await in_thread(StreamEvent.objects.exists)
    assert not await in_thread(Hotspot.objects.exists)
