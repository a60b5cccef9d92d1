"""From the frame of a hotspot to the frame of its first recommendation, on sockets.

    python -m benchmarks.recommendations.latency [--samples 150]

Real servers, the shipped playbooks: once embedded (one process, SQLite), once distributed (a
PostgreSQL that syncs to disk, a Valkey, `serve` and `db_worker`). Each event opens a hotspot of a
series of its own and brings the words of a reference situation as its note; nothing else is under
way. The clock runs from the whole hotspot frame; the time from the POST is printed as well.

Bound: p95 below one second, each.
"""

import argparse
import json
import queue
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from benchmarks.ingest.latency import SETTINGS, Desk
from benchmarks.streams.costs import Line, verdict
from benchmarks.streams.machine import cpu_seconds, describe
from recommendations.knowledge.reference import ReferenceSituation, reference_situations
from tests.faults.drill import TaskWorker
from tests.servers import EmberwatchServer, PostgresServer, ValkeyServer

BOUND = 1000.0  # milliseconds
WARM_UP = 10
PATIENCE = 30  # seconds
UNITS = {"co2e": "kg", "energy": "kWh", "fuel": "l", "gas": "kWh", "demand": "MWh"}
BEGAN = datetime.now(UTC).replace(microsecond=0)


class Sample(NamedTuple):
    """Milliseconds until the first recommendation, and how it was found."""

    from_hotspot: float
    from_post: float
    retriever: str


class AdviceDesk(Desk):
    """A desk that hears hotspots and recommendations as they come, with their time."""

    def __init__(self, server: EmberwatchServer) -> None:
        super().__init__(server)
        reader = {"Authorization": f"Bearer {server.token('analyst')}"}
        url = f"{server.socket_url}/ws/recommendations"
        advice = connect(url, additional_headers=reader, compression=None)
        self.heard: queue.Queue[tuple[float, dict[str, Any]]] = queue.Queue()
        for socket in (self.socket, self.stack.enter_context(advice)):
            threading.Thread(target=self._listen, args=[socket], daemon=True).start()

    def _listen(self, socket: ClientConnection) -> None:
        try:
            for frame in socket:
                self.heard.put((time.perf_counter(), json.loads(frame)))
        except ConnectionClosed:
            return

    def advised(self, event: dict[str, Any]) -> Sample | None:
        """Post an event and wait for its advice; ``None`` if nothing fits."""
        began = time.perf_counter()
        (hotspot_id,) = self.post([event])["hotspots"]
        opened = first = retriever = None
        advice = "pending"
        while advice == "pending" or (advice == "ready" and first is None):
            at, row = self.heard.get(timeout=PATIENCE)
            if row["event"].startswith("hotspot.") and row["id"] == hotspot_id:
                opened, advice = opened or at, row["advice"]
            elif row.get("hotspot_id") == hotspot_id and first is None:
                first, retriever = at, row["retriever"]
        if first is None or opened is None:
            return None
        return Sample((first - opened) * 1e3, (first - began) * 1e3, str(retriever))


@contextmanager
def embedded() -> Iterator[tuple[EmberwatchServer, int]]:
    """One process on SQLite; yields the server, and the process that writes advice."""
    settings = SETTINGS | {"EMBEDDED_WORKER": "true"}
    with EmberwatchServer(**settings).install("ingester", "analyst", embeddings=True) as server:
        assert server.process is not None
        yield server, server.process.pid


@contextmanager
def distributed() -> Iterator[tuple[EmberwatchServer, int]]:
    """`serve` and `db_worker` on PostgreSQL and Valkey."""
    with ExitStack() as stack:
        postgres = stack.enter_context(PostgresServer(durable=True))
        valkey = stack.enter_context(ValkeyServer())
        installation = {"database": postgres.url, "redis": valkey.url, **SETTINGS}
        server = EmberwatchServer(**installation).install("ingester", "analyst", embeddings=True)
        stack.enter_context(server)
        worker = stack.enter_context(TaskWorker(**installation))
        assert worker.process is not None
        yield server, worker.process.pid


def event(number: int, situation: ReferenceSituation) -> dict[str, Any]:
    """A first reading, far above its own baseline, with the situation's words."""
    return {
        "entity": f"Entity {number}",
        "entity_type": situation.entity_type,
        "metric": situation.metric,
        "unit": UNITS[situation.metric],
        "value": 130.0,
        "baseline": 100.0,
        "time": BEGAN.isoformat(),
        "attributes": {"note": situation.text},
    }


def measure(name: str, desk: AdviceDesk, pid: int, number: int) -> list[Line]:
    """Post one event after the other; the first few only warm up."""
    known = [one for one in reference_situations() if one.metric in UNITS]
    events = [event(n, known[n % len(known)]) for n in range(number + WARM_UP)]
    for one in events[:WARM_UP]:
        desk.advised(one)
    before = cpu_seconds(pid)
    answers = [desk.advised(one) for one in events[WARM_UP:]]
    spent = (cpu_seconds(pid) - before) * 1e3 / number
    samples = [sample for sample in answers if sample]
    retrievers = ", ".join(f"{k} {n}" for k, n in Counter(s.retriever for s in samples).items())
    print(f"{name}: {len(samples)} advised ({retrievers}), {number - len(samples)} refused")
    found = [
        statistics.quantiles(figures, n=20)
        for figures in ([s.from_hotspot for s in samples], [s.from_post for s in samples])
    ]
    return [
        Line(f"{name}: hotspot to recommendation, p50", found[0][9], "ms"),
        Line(f"{name}: hotspot to recommendation, p95", found[0][18], "ms", BOUND),
        Line(f"{name}: POST to recommendation, p50", found[1][9], "ms"),
        Line(f"{name}: POST to recommendation, p95", found[1][18], "ms"),
        Line(f"{name}: processor time of who writes it, each", spent, "ms"),
    ]


def main() -> int:
    """Measure, print, and fail if a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--samples", type=int, default=150)
    samples = parser.parse_args().samples
    print(describe())
    lines = []
    for installation in (embedded, distributed):
        with installation() as (server, pid), closing(AdviceDesk(server)) as desk:
            lines += measure(installation.__name__, desk, pid, samples)
    return verdict(lines)


if __name__ == "__main__":
    sys.exit(main())
