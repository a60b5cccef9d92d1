"""A session that asks for some rows only: what comes, what does not, and where it stands."""

import json

import pytest

from hotspots.models import Hotspot
from streams.encoding import Encoded
from streams.filters import BadFilterError, Filter
from streams.log import Event
from tests.factories import make_alert, make_hotspot, make_series

SESSION = {"subprotocols": ["emberwatch.v1"]}


def event(before: dict | None = None, **row: str) -> Encoded:
    former = json.dumps(before).encode() if before else b""
    return Encoded(Event(1, "hotspot.updated", "t", json.dumps(row).encode(), former))


@pytest.mark.parametrize(
    ("asked", "row", "before", "wanted"),
    [
        ({}, {"status": "open"}, None, True),
        ({"status": ["open"]}, {"status": "open"}, None, True),
        ({"status": ["open"]}, {"status": "resolved"}, None, False),
        ({"status": ["open"]}, {"status": "resolved"}, {"status": "open"}, True),
        ({"severity": ["critical"]}, {"level": "critical"}, None, True),
        ({"severity": ["critical"]}, {"status": "open"}, None, False),
        ({"entity": ["A"], "status": ["open"]}, {"entity": "B", "status": "open"}, None, False),
        ({"entity": ["A", "B"]}, {"entity": "B"}, None, True),
    ],
)
def test_a_row_is_wanted_if_it_matches_or_matched(asked, row, before, wanted):
    chosen = Filter.read(asked | {"type": "filter"}).choose([event(before, **row)])

    assert bool(chosen) is wanted


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"colour": ["red"]}, "colour"),
        ({"status": "open"}, "status"),
        ({"status": [1]}, "status"),
        ({"status": []}, "status"),
        ({"entity": ["x" * 201]}, "entity"),
        ({"entity": ["x"] * 101}, "entity"),
    ],
)
def test_a_filter_that_cannot_be_asked_for_is_refused(asked, named):
    with pytest.raises(BadFilterError, match=named):
        Filter.read(asked)


def test_equal_filters_share_their_frames():
    one, other = ({"status": ["open", "x"]}, {"status": ["x", "open"], "id": 5})

    assert hash(Filter.read(one)) == hash(Filter.read(other))


async def ask(client, **filter_: object) -> dict:
    await client.socket.send(json.dumps({"type": "filter", "id": 1} | filter_))
    return await client.frame()


async def until_head(client, head: int) -> None:
    """Ping until the server has heard of an event."""
    while True:
        await client.socket.send('{"type":"ping"}')
        if (await client.frame())["head"] >= head:
            return


async def test_only_what_is_asked_for_comes_and_a_row_is_seen_leaving(server, analyst, in_thread):
    def change_status(pk: int, status: str) -> None:
        row = Hotspot.objects.get(pk=pk)
        row.status, row.resolved_at = status, row.opened_at
        row.save()

    async with server.connect("/ws/hotspots", analyst, **SESSION) as client:
        await client.frame()
        assert await ask(client, status=["open"]) == {"type": "ok", "id": 1, "seq": 0}
        await in_thread(make_hotspot, await in_thread(make_series, "Supplier B"), status="ignored")
        seen = await in_thread(make_hotspot)
        await in_thread(change_status, seen.pk, "resolved")
        await in_thread(change_status, seen.pk, "ignored")
        await in_thread(make_hotspot)

        told: list[tuple[int, str]] = []
        while len(told) < 3:  # waiting events may share a frame
            frame = await client.frame()
            told += [(e["seq"], e["data"]["status"]) for e in frame["events"]]

    assert told == [(2, "open"), (3, "resolved"), (5, "open")]


async def test_a_filter_can_be_cleared_and_holds_for_what_is_missed_too(
    server, analyst, in_thread, settings
):
    settings.STREAMS_COMMAND_RATE = 0  # this one asks until the server has heard
    for level in ("info", "warn", "critical"):
        await in_thread(make_hotspot, severity=level, status="resolved")
    async with server.connect("/ws/hotspots?since=3", analyst, **SESSION) as client:
        await client.frame()
        await ask(client, severity=["critical"])
        await in_thread(make_hotspot, severity="warn", status="resolved")
        await until_head(client, 4)
        assert (await ask(client))["seq"] == 4
        await in_thread(make_hotspot, severity="warn", status="resolved")
        assert await client.seqs(1) == [5]


async def test_skipped_events_advance_the_position_that_the_beacon_tells(
    server, analyst, in_thread, settings
):
    settings.STREAMS_HEARTBEAT_SECONDS = 0.3
    async with server.connect("/ws/alerts", analyst, **SESSION) as client:
        await client.frame()
        await ask(client, severity=["info"])
        await in_thread(make_alert)
        frame = await client.frame()
        while frame["head"] < 1:
            frame = await client.frame()

    assert (frame["type"], frame["seq"], frame["head"]) == ("beacon", 1, 1)


async def test_a_bad_filter_changes_nothing(server, analyst, in_thread):
    async with server.connect("/ws/hotspots", analyst, **SESSION) as client:
        await client.frame()
        assert (await ask(client, status="open"))["code"] == "bad_filter"
        await in_thread(make_hotspot, status="resolved")
        assert await client.seqs(1) == [1]
