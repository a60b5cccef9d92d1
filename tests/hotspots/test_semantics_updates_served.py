"""A running server sends what an open hotspot had to keep back, without another reading."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.servers import EmberwatchServer

pytestmark = pytest.mark.servers

PAUSE = 2.0
NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)


@pytest.fixture(scope="module")
def served():
    """A server that writes an open hotspot every two seconds at most."""
    server = EmberwatchServer(HOTSPOT_UPDATE_SECONDS=str(PAUSE))
    with server.install("analyst", "ingester"):
        yield server


def send(server, token, values, second):
    events = [
        {
            "entity": "Site A", "metric": "energy", "value": value, "baseline": 100,
            "time": (NOW + timedelta(seconds=second + n)).isoformat(),
        }
        for n, value in enumerate(values)
    ]  # fmt: skip
    status, answer = server.call("POST", "/api/events", events, token)
    assert (status, answer["accepted"]) == (200, len(values))


def until_counted(server, token, occurrences):
    """Every event of the stream up to the one that tells of so many occurrences."""
    events, after = [], 0
    while not events or events[-1]["data"]["occurrences"] < occurrences:
        path = f"/api/streams/hotspots/events?after={after}"
        status, page = server.call("GET", path, token=token)
        assert status == 200
        events += page["events"]
        after = events[-1]["seq"]
    return events


def test_what_waited_is_sent_once_when_its_time_has_come(served):
    writer, reader = served.token("ingester"), served.token("analyst")
    send(served, writer, [160], 0)
    send(served, writer, [170, 180], 1)

    events = until_counted(served, reader, 3)

    counted = {}
    for event in events:
        counted.setdefault(event["data"]["occurrences"], event)
    assert sorted(counted) == [1, 3]
    assert counted[3]["data"]["value"] == 180
    first, last = (datetime.fromisoformat(counted[n]["at"]) for n in (1, 3))
    assert last - first >= timedelta(seconds=PAUSE / 2)  # counted from before the first commit
