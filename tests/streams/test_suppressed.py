"""What is hidden arrives on the sockets like everything else, and says by what it is hidden."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.models import Alert
from hotspots.readings import Reading
from hotspots.silences import service as silences
from ingest.pipeline import ingest
from tests.factories import make_series

ROUTES = ("/ws/hotspots", "/ws/alerts")


@pytest.fixture
async def silence(server, in_thread):
    """A silence of one plant, in force now."""
    await in_thread(make_series, "Plant 0", "energy")
    now = timezone.now()
    return await in_thread(
        silences.create, kind="silence", reason="boiler service", entity="Plant 0",
        ends_at=now + timedelta(hours=1), by=None, at=now, via="api",
    )  # fmt: skip


def strike(*numbers):
    """A reading of this moment, far above its target, of each plant."""
    now = timezone.now()
    batch = [
        Reading(
            index=i, entity=f"Plant {number}", metric="energy", unit="kWh", value=160.0, time=now,
            baseline=100.0,
        )
        for i, number in enumerate(numbers)
    ]  # fmt: skip
    ingest(batch, received_at=now)


@pytest.mark.parametrize("route", ROUTES)
async def test_a_hidden_row_is_sent_and_sent_again_when_it_is_released(
    server, analyst, in_thread, silence, route
):
    label = f"silence {silence.pk}: boiler service"
    async with server.connect(route, analyst) as client:
        await in_thread(strike, 0)
        created = await client.frame()
        await in_thread(silences.end, silence.pk, by=analyst, at=timezone.now(), via="api")
        released = await client.frame()

    assert created["event"].endswith(".created")
    assert (created["suppressed_by"], released["suppressed_by"]) == (label, "")
    assert (created["status"], released["id"]) == (released["status"], created["id"])


async def test_a_storm_comes_as_one_alert_with_every_member_hidden(
    server, analyst, in_thread, settings
):
    settings.ALERT_STORM_HOTSPOTS = 2
    async with server.connect("/ws/alerts", analyst) as client:
        await in_thread(strike, 1, 2, 3, 4)
        frames = [await client.frame() for _ in range(7)]
        assert await client.silent()

    rows = {frame["id"]: frame for frame in frames}
    [storm] = [row for row in rows.values() if row["hotspot_id"] is None]
    assert (storm["hotspots"], storm["entity"], storm["suppressed_by"]) == (3, "", "")
    members = [row for row in rows.values() if row["hotspot_id"]]
    assert {row["suppressed_by"] for row in members} == {f"storm {storm['id']}"}
    assert len(members) == await in_thread(Alert.objects.filter(hotspot__isnull=False).count) == 4


async def test_a_filter_by_entity_leaves_the_storm_out(server, analyst, in_thread, settings):
    settings.ALERT_STORM_HOTSPOTS = 1
    session = {"subprotocols": ["emberwatch.v1"]}
    async with server.connect("/ws/alerts", analyst, **session) as client:
        await client.frame()
        await client.socket.send('{"type":"filter","entity":["Plant 2"]}')
        assert (await client.frame())["type"] == "ok"
        await in_thread(strike, 1, 2)
        events = (await client.frame())["events"]

    assert {event["data"]["entity"] for event in events} == {"Plant 2"}
