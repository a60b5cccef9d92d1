"""From the POST of one anomalous event to the hotspot's frame on a socket.

    python -m benchmarks.ingest.latency [--samples 300]

`manage.py serve` runs alone on its core, against a PostgreSQL that syncs to disk and a Valkey;
those and the client share the other core. Each event opens a hotspot of a series of its own: of
one that has learned its rhythm (anomaly), and of one that nobody knew before (policy, by the
event's own baseline). The clock runs from the first byte of the request to the whole frame;
nothing else is under way, and advice is written elsewhere (`db_worker`).

Bounds: p50 <= 15 ms and p99 <= 50 ms, each.
"""

import argparse
import http.client
import json
import math
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from websockets.sync.client import ClientConnection, connect

from benchmarks.streams.costs import Line, verdict
from benchmarks.streams.machine import OTHERS_CORE, SERVER_CORE, cpu_seconds, describe, on_core
from tests.servers import EmberwatchServer, PostgresServer, ValkeyServer

LEARNED = 160  # readings: the warm-up is 100
ANOMALOUS = 300.0  # three times the usual, and not so much that a unit is suspected
BATCH = 10_000
WARM_UP = 10
#: No worker beside it, and no storm: three hundred hotspots in a minute would be one.
SETTINGS = {"EMBEDDED_WORKER": "false", "LOG_LEVEL": "WARNING", "ALERT_STORM_HOTSPOTS": "0"}
P50, P99 = 15.0, 50.0  # milliseconds
STEPS = (2, 4, 6, 8, 10, 12, 15, 20, 30, 50, 100)  # milliseconds: the histogram's upper ends
WIDTH = 50


class Desk:
    """Somebody signed in, with a connection for requests and a socket with hotspots."""

    def __init__(self, server: EmberwatchServer) -> None:
        self.http = http.client.HTTPConnection("127.0.0.1", server.port)
        token = server.token("ingester")
        self.headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        reader = {"Authorization": f"Bearer {server.token('analyst')}"}
        self.stack = ExitStack()
        self.socket: ClientConnection = self.stack.enter_context(
            connect(f"{server.socket_url}/ws/hotspots", additional_headers=reader, compression=None)
        )

    def post(self, events: list[dict[str, Any]]) -> dict[str, Any]:
        """Send events and return the report."""
        self.http.request("POST", "/api/events", json.dumps(events), self.headers)
        answer = self.http.getresponse()
        report: dict[str, Any] = json.loads(answer.read())
        assert answer.status == 200, report
        return report

    def sample(self, event: dict[str, Any]) -> tuple[float, float]:
        """Post one event; return the milliseconds to the frame and to the answer."""
        body = json.dumps([event])
        began = time.perf_counter()
        self.http.request("POST", "/api/events", body, self.headers)
        frame = json.loads(self.socket.recv(timeout=10))
        seen = time.perf_counter()
        answer = self.http.getresponse()
        report = json.loads(answer.read())
        done = time.perf_counter()
        assert frame["event"] == "hotspot.created", frame
        assert frame["entity"] == event["entity"], frame
        assert report["hotspots"] == [frame["id"]], report
        return (seen - began) * 1e3, (done - began) * 1e3

    def close(self) -> None:
        """Hang up."""
        self.stack.close()
        self.http.close()


@contextmanager
def installation() -> Iterator[EmberwatchServer]:
    """A distributed installation: durable PostgreSQL, Valkey, one server on its core."""
    with on_core(OTHERS_CORE):
        postgres, valkey = PostgresServer(durable=True), ValkeyServer()
    with postgres, valkey:
        server = EmberwatchServer(database=postgres.url, redis=valkey.url, **SETTINGS)
        server.install("ingester", "analyst")
        with on_core(SERVER_CORE):
            server.start()
        with server_running(server):
            yield server


@contextmanager
def server_running(server: EmberwatchServer) -> Iterator[None]:
    """Close a started server on the way out."""
    try:
        yield
    finally:
        server.close()


def event(entity: str, hour: int, value: float, **more: Any) -> dict[str, Any]:
    """One reading, so many hours after the first."""
    at = now() - timedelta(hours=LEARNED + 2 - hour)
    return {
        "entity": entity, "metric": "energy", "unit": "kWh", "value": value,
        "time": at.isoformat(), **more,
    }  # fmt: skip


def now() -> datetime:
    """The hour in which the program began."""
    return BEGAN


BEGAN = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def teach(desk: Desk, entities: list[str]) -> None:
    """Let every entity learn a week of a daily rhythm, and open nothing."""
    events = [
        event(entity, hour, 100 + 30 * math.sin(hour * math.pi / 12) + hour * 7 % 5)
        for hour in range(LEARNED)
        for entity in entities
    ]
    for first in range(0, len(events), BATCH):
        report = desk.post(events[first : first + BATCH])
        assert not report["rejected"], report["rejected"][:3]
        assert not report["hotspots"], report["hotspots"][:3]


def report(name: str, samples: list[tuple[float, float]]) -> list[Line]:
    """Print a histogram and return the figures with their bounds."""
    frames = sorted(frame for frame, _ in samples)
    answers = [answer for _, answer in samples]
    print(f"\n{name}: milliseconds from POST to frame, {len(frames)} samples")
    low = 0.0
    for high in (*STEPS, math.inf):
        number = sum(low < value <= high for value in frames)
        bar = "#" * math.ceil(WIDTH * number / len(frames))
        print(f"  {low:5g} to {high:<5g}{number:6} {bar}")
        low = high
    cuts = statistics.quantiles(frames, n=100)
    return [
        Line(f"{name}: POST to frame, p50", cuts[49], "ms", P50),
        Line(f"{name}: POST to frame, p99", cuts[98], "ms", P99),
        Line(f"{name}: POST to answer, p50", statistics.median(answers), "ms"),
    ]


def main() -> int:
    """Measure, print, and fail if a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--samples", type=int, default=300)
    samples = parser.parse_args().samples
    print(describe())
    with installation() as server, closing(Desk(server)) as desk, on_core(OTHERS_CORE):
        known = [f"Site {number}" for number in range(samples + WARM_UP)]
        teach(desk, known)
        taught = [event(name, LEARNED, ANOMALOUS) for name in known]
        fresh = [event(f"New {name}", LEARNED, 130.0, baseline=100.0) for name in known]
        lines = measure("known series", server, desk, taught)
        lines += measure("new series", server, desk, fresh)
    return verdict(lines)


def measure(
    name: str, server: EmberwatchServer, desk: Desk, events: list[dict[str, Any]]
) -> list[Line]:
    """Post one event after the other; the first few only warm up."""
    assert server.process is not None
    for one in events[:WARM_UP]:
        desk.sample(one)
    before = cpu_seconds(server.process.pid)
    samples = [desk.sample(one) for one in events[WARM_UP:]]
    spent = (cpu_seconds(server.process.pid) - before) * 1e3 / len(samples)
    return [*report(name, samples), Line(f"{name}: processor time of the server", spent, "ms")]


if __name__ == "__main__":
    sys.exit(main())
