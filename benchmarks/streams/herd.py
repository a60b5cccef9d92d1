"""Everybody comes back at once: kill -9 of the server, a restart, and all clients with ``since``.

    python -m benchmarks.streams.herd [--clients 5000] [--rounds 1]

The clients are connected and have read up to the head when the server is killed. More is published
while it is away, and a little after. Then it starts again and every client comes with its last
number; they lie a few apart. In the second case so much was published meanwhile that the ring does
not hold it and the rest comes from the log; the third has plain clients.

PostgreSQL itself counts the reads of the log (pg_stat_statements: every SELECT of events), from the
start of the server until the last client has everything. Beside them what the server says.

Bound: everybody caught up, nothing lost, repeated or out of order, at most 10 reads.
"""

import argparse
import sys
import time
from collections import Counter
from typing import Any, NamedTuple

import psycopg

from benchmarks.streams.costs import Line, profiled, shares, verdict
from benchmarks.streams.load import Load
from benchmarks.streams.machine import (
    OTHERS_CORE,
    SERVER_CORE,
    cpu_seconds,
    describe,
    memory_bytes,
    on_core,
)
from benchmarks.streams.rig import Contender, Rig
from tests.servers import EmberwatchServer
from tests.streams.scrape import scrape

BOUND_READS = 10
POSITIONS = 5  # the clients' last numbers lie so far apart
BATCH = 100
SETTINGS = {"STREAMS_MAX_SOCKETS": "0", "STREAMS_ALLOW_ANONYMOUS": "false"}
READS = """
    SELECT coalesce(sum(calls), 0) FROM pg_stat_statements
    WHERE query LIKE 'SELECT%"streams_streamevent"."data"%'
"""


class Case(NamedTuple):
    """How many events were missed, and how the clients speak."""

    name: str
    missed: int
    protocol: str


class Herd(NamedTuple):
    """What a case brought."""

    seconds: float  # from the first connect until the last client had everything
    wrong: int  # events lost, repeated or out of order, and clients that are not there
    reads: int  # of the log's table, as PostgreSQL counts
    pages: int  # of them for latecomers, as the server says
    events: int  # written to clients
    megabytes: float  # of the server's memory at the end
    server_seconds: float


class Drill:
    """One installation whose server is killed."""

    def __init__(self, rig: Rig, contender: Contender, clients: int) -> None:
        assert isinstance(contender.server, EmberwatchServer)
        self.rig, self.contender, self.server = rig, contender, contender.server
        self.clients = clients
        self.database = psycopg.connect(rig.postgres.url, autocommit=True)
        self.token = self.server.token("analyst")
        self.where: Counter[str] = Counter()

    def run(self, case: Case) -> Herd:
        """Connect everybody, kill, publish, restart, let everybody come back."""
        with self._herd(case) as before:
            head = self._publish(BATCH)
            while before.reached < head:
                time.sleep(0.01)
            self.server.kill()
        last = self._publish(case.missed)
        self.database.execute("SELECT pg_stat_statements_reset()")
        with on_core(SERVER_CORE):
            self.server.start()
        return self._return(case, head, last)

    def _return(self, case: Case, head: int, last: int) -> Herd:
        began, spent = time.monotonic(), cpu_seconds(self.contender.pid)
        with (
            profiled(self.contender.pid) as where,
            self._herd(case, since=head, since_spread=POSITIONS, until=last) as herd,
        ):
            told = herd.result()
            if told["incomplete"]:
                print(f"{case.name}: {herd.connected}, closed {told['closed']}")
            seconds = time.monotonic() - began
        self.where += where
        expected = sum(last - head + n % POSITIONS for n in range(self.clients))
        wrong = sum(told[name] for name in ("gaps", "repeated", "reordered", "bad_frames"))
        wrong += told["incomplete"] + self.clients - herd.connected["connected"]
        return Herd(
            seconds,
            wrong + abs(expected - told["events"]),
            self._reads(),
            self._pages(),
            told["events"],
            memory_bytes(self.contender.pid) / 1e6,
            cpu_seconds(self.contender.pid) - spent,
        )

    def _herd(self, case: Case, **options: Any) -> Load:
        return Load(
            self.server.port,
            sockets=self.clients,
            subprotocol=case.protocol,
            headers=(f"Authorization: Bearer {self.token}",),
            handshakes=self.clients,
            seconds=300,
            **options,
        )

    def _publish(self, events: int) -> int:
        rate = max(1, events // BATCH)
        fed = self.rig.feed(self.contender, rate=rate, batch=BATCH, seconds=1)
        return int(fed["last"])

    def _reads(self) -> int:
        row = self.database.execute(READS).fetchone()
        assert row is not None
        return int(row[0])

    def _pages(self) -> int:
        return int(scrape(self.server.url)["emberwatch_log_pages_read_total", "hotspots"])


def count_statements(rig: Rig) -> None:
    """Have PostgreSQL count what it is asked."""
    with psycopg.connect(rig.postgres.url, autocommit=True) as database:
        database.execute("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")
    rig.postgres.stop()
    with on_core(OTHERS_CORE):
        rig.postgres.start()
    with psycopg.connect(rig.postgres.url, autocommit=True) as database:
        database.execute("CREATE EXTENSION pg_stat_statements")


def main() -> int:
    """Measure and print; 1 if a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--clients", type=int, default=5000)
    parser.add_argument("--missed", type=int, default=500)
    parser.add_argument("--older", type=int, default=6000, help="more than the ring holds")
    options = parser.parse_args()
    cases = (
        Case("in the ring", options.missed, "emberwatch.v1"),
        Case("older than the ring", options.older, "emberwatch.v1"),
        Case("older than the ring, plain", options.older, "emberwatch.plain"),
    )
    print(describe())
    lines = []
    with Rig() as rig:
        count_statements(rig)
        ours = rig.ours(**SETTINGS)
        assert isinstance(ours.server, EmberwatchServer)
        ours.server.install("analyst")
        drill = Drill(rig, ours, options.clients)
        for case in cases:
            lines += lines_of(case, options.clients, drill.run(case))
    code = verdict(lines)
    print(f"\nwhere the server's time goes: {shares(drill.where)}")
    return code


def lines_of(case: Case, clients: int, herd: Herd) -> list[Line]:
    """Return the table's lines of a case."""
    return [
        Line(f"{clients:,} back, {case.name}: reads of the log", herd.reads, "", BOUND_READS),
        Line("    of them pages for latecomers, says the server", herd.pages, ""),
        Line("    lost, repeated, out of order, missing clients", herd.wrong, "", 0),
        Line("    from the first connect to the last event", herd.seconds, "s"),
        Line("    events that were written", herd.events, ""),
        Line("    the server's processor time", herd.server_seconds, "s"),
        Line("    memory of the server", herd.megabytes, "MB"),
    ]


if __name__ == "__main__":
    sys.exit(main())
