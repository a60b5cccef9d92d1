"""Lists over REST with a million rows: what a page costs, near the head and far down.

    python -m benchmarks.history.lists [--rows 1000000] [--requests 40] [--database URL [--loaded]]

Hotspots, alerts and recommendations are copied from one row of each by SQL: a thousand entities,
one of which has nothing but the oldest rows, kinds of very different frequency. A real server is
asked over HTTP, page by page from a cursor. Bound: every p95 is at most 50 ms.
"""

import argparse
import http.client
import json
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlencode

import psycopg

from benchmarks.history.million import OLD, RARE, fill
from benchmarks.history.server import HistoryPostgres
from benchmarks.streams.machine import describe
from streams.rest.strict import Position
from tests.servers import EmberwatchServer

BOUND = 50.0  # milliseconds
PAGE = 50
TABLES = ("hotspots_hotspot", "alerts_alert", "recommendations_recommendation")


class Case(NamedTuple):
    """One way to ask for a list."""

    path: str
    filters: dict[str, str] = {}

    def __str__(self) -> str:
        return f"{self.path}?{urlencode(self.filters)}" if self.filters else self.path


CASES = (
    Case("hotspots"),
    Case("hotspots", {"status": "open"}),
    Case("hotspots", {"status": "resolved", "severity": "critical"}),
    Case("hotspots", {"severity": "critical"}),
    Case("hotspots", {"entity": "Site 7"}),
    Case("hotspots", {"entity": OLD}),
    Case("hotspots", {"entity": "nobody"}),
    Case("hotspots", {"entity_type": "supplier"}),
    Case("hotspots", {"entity_type": RARE}),
    Case("hotspots", {"metric": "energy"}),
    Case("hotspots", {"metric": "fuel"}),
    Case("hotspots", {"entity": OLD, "status": "resolved", "severity": "info"}),
    Case("hotspots", {"opened_after": "2020-02-01T00:00:00Z"}),
    Case("hotspots", {"opened_before": "2020-02-01T00:00:00Z", "severity": "critical"}),
    Case("hotspots", {"opened_after": "2020-02-01T00:00:00Z", "entity": OLD}),
    Case("hotspots", {"opened_after": "2020-02-01T00:00:00Z", "status": "open"}),
    Case("hotspots", {"incident_id": "77"}),
    Case("hotspots", {"suppressed": "true"}),
    Case("hotspots", {"suppressed": "false"}),
    Case("hotspots/77/history"),
    Case("alerts"),
    Case("alerts", {"status": "active"}),
    Case("alerts", {"level": "critical"}),
    Case("alerts", {"entity": "Site 7"}),
    Case("alerts", {"entity": OLD}),
    Case("alerts", {"hotspot_id": "77"}),
    Case("alerts", {"suppressed": "true"}),
    Case("alerts/77/history"),
    Case("recommendations"),
    Case("recommendations", {"status": "pending"}),
    Case("recommendations", {"entity": "Site 7"}),
    Case("recommendations", {"entity": OLD}),
    Case("recommendations", {"hotspot_id": "77"}),
    Case("series"),
    Case("series", {"entity": OLD}),
    Case("series", {"entity_type": RARE}),
)
#: lists of a million rows, at these pages
DEPTHS = (1, 100, 10_000)


class Reader:
    """A signed-in client on one connection."""

    def __init__(self, server: EmberwatchServer, name: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port)
        self.headers = {"Authorization": f"Bearer {server.token(name)}"}

    def milliseconds(self, path: str) -> float:
        """Ask once; an answer that is no list is an error."""
        began = time.perf_counter()
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        took = (time.perf_counter() - began) * 1e3
        if answer.status != 200 or not json.loads(body):
            raise AssertionError(f"{path}: {answer.status} {body[:300]!r}")
        return took


def main() -> int:
    """Fill, ask, print; fail if a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=40)
    parser.add_argument("--database", default="")
    parser.add_argument("--loaded", action="store_true")
    options = parser.parse_args()
    print(describe())
    with _installation(options.database) as server:
        database = psycopg.connect(server.settings["DATABASE_URL"], autocommit=True)
        if not options.loaded:
            server.install("analyst")
            began = time.monotonic()
            fill(server, database, options.rows)
            print(f"{options.rows:,} rows of each table in {time.monotonic() - began:,.0f} s")
        with server:
            return report(Reader(server, "analyst"), database, options)


@contextmanager
def _installation(url: str) -> Iterator[EmberwatchServer]:
    if url:
        yield EmberwatchServer(database=url, EMBEDDED_WORKER="false", LOG_LEVEL="WARNING")
        return
    with HistoryPostgres() as postgres:
        yield EmberwatchServer(database=postgres.url, EMBEDDED_WORKER="false", LOG_LEVEL="WARNING")


def report(reader: Reader, database: psycopg.Connection, options: argparse.Namespace) -> int:
    """Print a line per case and depth, and what was read from end to end."""
    before = _scans(database)
    missed = 0
    print(f"\n{'GET /api/':<78}{'page':>7}{'p50 ms':>9}{'p95 ms':>9}")
    _line("me", 1, [reader.milliseconds("/api/me") for _ in range(options.requests)])
    for case in CASES:
        deep = not case.filters and "/" not in case.path and case.path != "series"
        for page in DEPTHS if deep else (1,):
            path = _address(case, page, options.rows)
            found = [reader.milliseconds(path) for _ in range(options.requests)]
            missed += _line(str(case), page, found)
    after = _scans(database)
    print("\nread from end to end: " + ", ".join(f"{t} {after[t] - before[t]}" for t in TABLES))
    return int(bool(missed))


def _line(case: str, page: int, found: list[float]) -> bool:
    """Print one line; return whether the bound is missed. ``me`` is what any request costs."""
    middle, p95 = statistics.median(found), statistics.quantiles(found, n=20)[18]
    mark = "" if p95 <= BOUND else "  MISSED"
    print(f"{case:<78}{page:>7,}{middle:>9.1f}{p95:>9.1f}{mark}", flush=True)
    return p95 > BOUND


def _address(case: Case, page: int, rows: int) -> str:
    query = dict(case.filters)
    if page > 1:
        query["cursor"] = Position(max(1, rows - (page - 1) * PAGE)).cursor()
    return f"/api/{case.path}?{urlencode(query)}"


def _scans(database: psycopg.Connection) -> dict[str, int]:
    """How often each table was read whole, as PostgreSQL counts; its counters lag a little."""
    time.sleep(1.5)
    found = database.execute(
        "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE relname = ANY(%s)", [list(TABLES)]
    )
    return dict(found.fetchall())


if __name__ == "__main__":
    sys.exit(main())
