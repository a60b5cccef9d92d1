"""What gap-free numbers cost: many writers on one stream, on a PostgreSQL that syncs to disk.

    python -m benchmarks.streams.publish [--writers 1,2,4,8] [--seconds 1.5] [--rounds 3]

Every writer is a process that changes a hotspot of its own, again and again: lock, save, history,
event, as a service does (ORM), or one UPDATE and the event (SQL). Four ways to number the event
are measured in turns within the same run:

    log                the product: head locked, numbers and COMMIT in one message
    log, COMMIT apart  the same, COMMIT as a message of its own: the lock is held for a round trip
    auto-increment     numbered by a sequence: loses events (tests/streams/test_commit_order.py)
    no number          the same saves and inserts, nothing to wait for

Bound: with 8 writers the log does at least half of what they do without a number.
"""

import argparse
import statistics
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import psycopg

from benchmarks.streams.costs import Line, verdict
from benchmarks.streams.disk import fdatasync_microseconds, pg_test_fsync_microseconds
from benchmarks.streams.machine import describe
from benchmarks.streams.publish_writers import Team
from tests.servers import EmberwatchServer, PostgresServer
from tests.servers.emberwatch import ROOT

VARIANTS = ("log", "log, COMMIT apart", "auto-increment", "no number")
WAYS = ("ORM", "SQL")
BOUND = 0.5
SAMPLE_SECONDS = 0.01

HOTSPOTS = """
from tests.factories import make_hotspot, make_series
for number in range({writers}):
    make_hotspot(make_series(f"Supplier {{number}}"))
"""


class Round(NamedTuple):
    """What one round of one variant brought."""

    rate: float  # transactions a second
    p99: float  # milliseconds
    flushes: float  # of the WAL, per transaction
    flush: float  # microseconds
    waits: Counter[str]


class Bench:
    """A durable PostgreSQL with a hotspot for each writer, and the writers."""

    def __init__(self, postgres: PostgresServer, team: Team, seconds: float) -> None:
        self.team, self.seconds = team, seconds
        self.database = psycopg.connect(postgres.url, autocommit=True)

    def round(self, writers: int, way: str, variant: str) -> Round:
        """Write to an empty log for a while; a gap is an error."""
        self.database.execute("TRUNCATE streams_streamevent, hotspots_historicalhotspot")
        self.database.execute("UPDATE streams_streamhead SET seq = 0")
        self.database.execute("CHECKPOINT")
        self.database.execute("SELECT pg_stat_reset_shared('io')")
        with self._sampled() as waits:
            lengths = self.team.run(writers, way, variant, self.seconds)
        if variant.startswith("log"):
            self._check(len(lengths))
        flushes, milliseconds = self._flushes()
        return Round(
            len(lengths) / self.seconds,
            statistics.quantiles(lengths, n=100)[98] * 1e3,
            flushes / len(lengths),
            milliseconds * 1e3 / max(1, flushes),
            waits,
        )

    def _check(self, transactions: int) -> None:
        """Every transaction has its number, and there are no others."""
        found = self.database.execute(
            "SELECT count(*), min(seq), max(seq), (SELECT seq FROM streams_streamhead"
            " WHERE stream = 'hotspots') FROM streams_streamevent"
        ).fetchone()
        expected = (transactions, 1, transactions, transactions)
        if found != expected:
            raise AssertionError(f"count, first, last and head are {found}, not {expected}")

    def _flushes(self) -> tuple[int, float]:
        """Return how often the WAL was synced, and how long that took in milliseconds."""
        found = self.database.execute(
            "SELECT sum(fsyncs), sum(fsync_time) FROM pg_stat_io"
            " WHERE object = 'wal' AND backend_type = 'client backend'"
        ).fetchone()
        assert found is not None
        return int(found[0] or 0), float(found[1] or 0)

    @contextmanager
    def _sampled(self) -> Iterator[Counter[str]]:
        """Count what the writers' connections are seen waiting for."""
        seen: Counter[str] = Counter()
        over = threading.Event()

        def look() -> None:
            while not over.wait(SAMPLE_SECONDS):
                rows = self.database.execute(
                    "SELECT coalesce(wait_event_type || ':' || wait_event, 'running')"
                    " FROM pg_stat_activity WHERE backend_type = 'client backend'"
                    " AND pid <> pg_backend_pid() AND state <> 'idle'"
                )
                seen.update(name for (name,) in rows.fetchall())

        thread = threading.Thread(target=look)
        thread.start()
        try:
            yield seen
        finally:
            over.set()
            thread.join()


@contextmanager
def durable_bench(writers: int, seconds: float) -> Iterator[Bench]:
    """Start PostgreSQL as an operator would, with fsync and synchronous_commit on."""
    with PostgresServer(durable=True) as postgres:
        installation = EmberwatchServer(database=postgres.url)
        try:
            installation.install()
            installation.manage("shell", "--command", HOTSPOTS.format(writers=writers))
            environment = installation.settings | {"DJANGO_SETTINGS_MODULE": "config.settings"}
            with psycopg.connect(postgres.url, autocommit=True) as database:
                database.execute("CREATE SEQUENCE bench_number")
                database.execute("ALTER SYSTEM SET track_wal_io_timing = on")
                database.execute("SELECT pg_reload_conf()")
            print(describe())
            print(describe_server(postgres))
            with Team(writers, environment) as team:
                yield Bench(postgres, team, seconds)
        finally:
            installation.close()


def describe_server(postgres: PostgresServer) -> str:
    """Return the settings that decide what a commit costs, and the cost of the disk."""
    with psycopg.connect(postgres.url) as database:
        names = ("server_version", "fsync", "synchronous_commit", "wal_sync_method")
        shown = [database.execute(f"SELECT current_setting('{name}')") for name in names]
        settings = ", ".join(
            f"{n} {row.fetchone()[0]}" for n, row in zip(names, shown, strict=True)
        )
    test = pg_test_fsync_microseconds(postgres.binaries / "pg_test_fsync", ROOT)
    said = f", pg_test_fsync says {test:.0f} µs" if test else ""
    appended = fdatasync_microseconds(postgres.root)
    return f"PostgreSQL: {settings}\nfdatasync of 8 kB appended: median {appended:.0f} µs{said}"


def table(way: str, measured: dict[tuple[int, str], list[Round]], writers: list[int]) -> None:
    """Print transactions a second by writers, and how the log compares."""
    print(f"\n{way}: transactions a second on one stream")
    print(f"{'writers':>8}" + "".join(f"{name:>19}" for name in VARIANTS) + f"{'log : none':>12}")
    for number in writers:
        rates = [statistics.median(r.rate for r in measured[number, name]) for name in VARIANTS]
        cells = "".join(f"{rate:19,.0f}" for rate in rates)
        print(f"{number:8}{cells}{ratio(measured, number):12.2f}")


def ratio(measured: dict[tuple[int, str], list[Round]], writers: int) -> float:
    """Return the median, over the rounds, of the log's rate to that without a number."""
    pairs = zip(measured[writers, "log"], measured[writers, "no number"], strict=True)
    return statistics.median(ours.rate / none.rate for ours, none in pairs)


def profile(way: str, measured: dict[tuple[int, str], list[Round]], writers: int) -> None:
    """Print where the time goes with the most writers."""
    print(f"\n{way}, {writers} writers: where the connections are seen while a transaction is open")
    for name in VARIANTS:
        rounds = measured[writers, name]
        waits = sum((one.waits for one in rounds), Counter[str]())
        shares = ", ".join(
            f"{wait} {number / waits.total():.0%}" for wait, number in waits.most_common(5)
        )
        p99 = statistics.median(one.p99 for one in rounds)
        flushes = statistics.median(one.flushes for one in rounds)
        flush = statistics.median(one.flush for one in rounds)
        print(
            f"  {name}: p99 {p99:.1f} ms; {flushes:.2f} WAL syncs a transaction,"
            f" {flush:.0f} µs each; {shares}"
        )


def main() -> int:
    """Measure, print, and fail if the bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--writers", default="1,2,4,8")
    parser.add_argument("--seconds", type=float, default=1.5)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    writers = [int(number) for number in options.writers.split(",")]
    measured: dict[str, dict[tuple[int, str], list[Round]]] = {way: {} for way in WAYS}
    with durable_bench(max(writers), options.seconds) as bench:
        for way in WAYS:
            bench.team.run(max(writers), way, "log", 0.5)  # warm
            for number in writers:
                for _ in range(options.rounds):
                    for name in VARIANTS:
                        one = bench.round(number, way, name)
                        measured[way].setdefault((number, name), []).append(one)
    for way in WAYS:
        table(way, measured[way], writers)
        profile(way, measured[way], max(writers))
    return verdict([share(way, measured[way], max(writers)) for way in WAYS])


def share(way: str, measured: dict[tuple[int, str], list[Round]], writers: int) -> Line:
    """Return how much of the rate without a number the log reaches."""
    name = f"{writers} writers, gap-free, of the same without a number, {way}"
    return Line(name, 100 * ratio(measured, writers), "%", 100 * BOUND, at_most=False)


if __name__ == "__main__":
    sys.exit(main())
