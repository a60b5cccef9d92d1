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
BOUNDED = frozenset({"90 days", "a year"})
#: for ``manage.py shell``; the server does the same beside, in small rounds
ROLL_UP = """
import time
from hotspots.measurements.rollup import roll_up
while (batches := roll_up()) != 0:
    time.sleep(1 if batches is None else 0)
"""
#: what a chart costs without the request: the best of each series' turns, and their median
ALONE = """
import json, statistics, time
from datetime import datetime, timedelta
from hotspots.models import Series
from hotspots.measurements.points import points
end, found = datetime.fromisoformat("{end}"), []
for days in {days}:
    best = []
    for series in Series.objects.filter(pk__in={ids}).defer("state"):
        turns = []
        for _ in range(5):
            began = time.perf_counter()
            points(series, end - timedelta(days=days), end, 500)
            turns.append((time.perf_counter() - began) * 1e3)
        best.append(min(turns))
    found.append(statistics.median(best))
print(json.dumps(found))
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
        fast = range(1, scale.dense + 1)
        report("every 5 minutes, readings", server, fast)
        report("every hour, readings", server, range(scale.dense + 1, scale.series + 1))
        began = time.monotonic()
        server.manage("shell", "-v0", "-c", ROLL_UP)
        print(f"\nrolled up in {time.monotonic() - began:,.0f} s")
        return report("every 5 minutes, hours", server, fast, bounded=BOUNDED)


def report(
    feed: str, server: EmberwatchServer, ids: range, bounded: frozenset[str] = frozenset()
) -> int:
    """Print a line per range; return whether a bound was missed."""
    alone = _alone(server, [ids[place * 7 % len(ids)] for place in range(10)])
    charts = Charts(server)
    bare = [charts.yardstick() for _ in range(REQUESTS)]
    print(f"\n{feed:<28}{'range':<10}{'buckets':>10}{'alone ms':>10}{'p50 ms':>9}{'p95 ms':>9}")
    _line("yardstick: GET /api/me", "", 0, 0.0, bare)
    missed = 0
    for (name, days), best in zip(RANGES, alone, strict=True):
        asked = [ids[place * 7 % len(ids)] for place in range(REQUESTS)]
        found = [charts.milliseconds(one, days) for one in asked]
        p95 = _line("", name, found[0][1], best, [took for took, _ in found])
        missed += name in bounded and p95 > BOUND
    return int(bool(missed))


def _alone(server: EmberwatchServer, ids: list[int]) -> list[float]:
    days = [days for _, days in RANGES]
    code = ALONE.format(end=END.isoformat(), days=days, ids=ids)
    return json.loads(server.manage("shell", "-v0", "-c", code).strip().splitlines()[-1])


def _line(feed: str, name: str, seconds: int, alone: float, times: list[float]) -> float:
    p95 = statistics.quantiles(times, n=20)[18]
    middle = statistics.median(times)
    row = f"{feed:<28}{name:<10}{seconds:>8} s{alone:>10.1f}{middle:>9.1f}{p95:>9.1f}"
    print(row, flush=True)
    return p95


if __name__ == "__main__":
    sys.exit(main())
