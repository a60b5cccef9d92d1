"""A chart of a long range: from hours that were rolled up, against readings added up on the way.

    python -m benchmarks.history.points [--rows 100e6] [--database URL [--loaded]]

The readings are those of ``scale.py``. Each range is asked for over REST, of many series in turn,
before and after the rollup. Bound: p95 at most 50 ms for 90 days and for a year of readings every
five minutes, rolled up.
"""

import argparse
import http.client
import json
import statistics
import sys
import time
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import psycopg

from benchmarks.history.server import HistoryPostgres
from benchmarks.history.tables import START, Scale, add_series, make_one
from benchmarks.streams.machine import describe
from tests.servers import EmberwatchServer

SMALL = 2e6
BOUND = 50.0  # milliseconds
REQUESTS = 60
END = datetime.fromisoformat(START) + timedelta(days=365)
RANGES = (("a day", 1), ("a week", 7), ("30 days", 30), ("90 days", 90), ("a year", 365))
BOUNDED = {"90 days", "a year"}
ROLL_UP = """
from hotspots.rollup import roll_up
while roll_up():
    pass
"""


class Charts:
    """A signed-in client that asks for charts."""

    def __init__(self, server: EmberwatchServer) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port)
        self.headers = {"Authorization": f"Bearer {server.token('analyst')}"}

    def milliseconds(self, series: int, days: int) -> tuple[float, int]:
        """Ask for the last days of a series; return what it took and the resolution."""
        query = {"from": (END - timedelta(days=days)).isoformat(), "to": END.isoformat()}
        path = f"/api/series/{series}/points?{urlencode(query)}"
        took, body = self._get(path)
        return took, body["resolution_seconds"]

    def yardstick(self) -> float:
        """What a request costs that asks for next to nothing."""
        return self._get("/api/me")[0]

    def _get(self, path: str) -> tuple[float, dict[str, Any]]:
        began = time.perf_counter()
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        text = answer.read()
        took = (time.perf_counter() - began) * 1e3
        if answer.status != 200:
            raise AssertionError(text)
        return took, json.loads(text)


def main() -> int:
    """Load, ask, roll up, ask again; fail if the bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=float, default=SMALL)
    parser.add_argument("--database", default="")
    parser.add_argument("--loaded", action="store_true")
    options = parser.parse_args()
    scale = Scale.of(int(options.rows))
    print(describe())
    print(f"{scale.rows:,} readings of {scale.series:,} series, {scale.dense} every five minutes")
    with ExitStack() as stack:
        url = options.database or stack.enter_context(HistoryPostgres()).url
        server = EmberwatchServer(database=url, EMBEDDED_WORKER="false", LOG_LEVEL="WARNING")
        stack.callback(server.close)
        if not options.loaded:
            server.install("analyst")
            add_series(server, scale)
            with psycopg.connect(url, autocommit=True) as database:
                make_one(database, scale)
        return measure(server, scale)


def measure(server: EmberwatchServer, scale: Scale) -> int:
    """Print what each range costs of a fast and of a slow feed."""
    with server:
        charts = Charts(server)
        series = {"every 5 minutes": range(1, scale.dense + 1),
                  "every hour": range(scale.dense + 1, scale.series + 1)}  # fmt: skip
        report("added up on the way", charts, series)
        began = time.monotonic()
        server.manage("shell", "-v0", "-c", ROLL_UP)
        print(f"\nrolled up in {time.monotonic() - began:,.0f} s")
        charts = Charts(server)  # the server has closed the idle connection
        return report("from hours", charts, {"every 5 minutes": series["every 5 minutes"]})


def report(how: str, charts: Charts, series: dict[str, range]) -> int:
    """Print a line per range; return whether a bound was missed."""
    print(f"\n{how:<28}{'range':<10}{'buckets':>10}{'first ms':>10}{'p50 ms':>9}{'p95 ms':>9}")
    bare = [charts.yardstick() for _ in range(REQUESTS)]
    print(f"{'yardstick: GET /api/me':<58}{statistics.median(bare):>9.1f}"
          f"{statistics.quantiles(bare, n=20)[18]:>9.1f}")  # fmt: skip
    missed = 0
    for feed, ids in series.items():
        for name, days in RANGES:
            asked = [ids[place * 7 % len(ids)] for place in range(REQUESTS)]
            found = [charts.milliseconds(one, days) for one in asked]
            times = [took for took, _ in found]
            p95 = statistics.quantiles(times, n=20)[18]
            late = how == "from hours" and name in BOUNDED and p95 > BOUND
            missed += late
            print(
                f"{feed:<28}{name:<10}{found[0][1]:>8} s{times[0]:>10.1f}"
                f"{statistics.median(times):>9.1f}{p95:>9.1f}{'  MISSED' if late else ''}",
                flush=True,
            )
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
