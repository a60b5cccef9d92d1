"""Lists over REST with a million rows: what a page costs, near the head and far down.

    python -m benchmarks.history.lists [--rows 1000000] [--requests 40] [--database URL [--loaded]]

Hotspots, alerts and recommendations are copied from one row of each by SQL: a thousand entities,
one of which has nothing but the oldest rows, kinds of very different frequency. A real server is
asked over HTTP, page by page from a cursor. Bound: every p95 is at most 50 ms,
and no plan reads a long table whole. CPU is the server's, SQL and blocks are PostgreSQL's, for one
page: they tell the same on a machine that has other work.
"""

import argparse
import http.client
import json
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import urlencode

import psycopg

from benchmarks.history.million import OLD, RARE, fill
from benchmarks.history.server import HistoryPostgres
from benchmarks.streams.machine import cpu_seconds, describe
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
#: for ``manage.py shell``: how PostgreSQL reads a page of each list
EXPLAIN = """
import json
from django.db import connection
from django.http import QueryDict
from alerts.api import AlertViewSet
from hotspots.api import HotspotViewSet
from hotspots.series.api import SeriesViewSet
from recommendations.api import RecommendationViewSet
from streams.rest.pagination import one_page
from streams.rest.strict import ListQuery
views = {{"alerts": AlertViewSet, "hotspots": HotspotViewSet, "series": SeriesViewSet,
          "recommendations": RecommendationViewSet}}
def explained(path, query):
    name, _, rest = path.partition("/")
    view = views[name]
    form = (ListQuery if rest else view.queries["list"])(data=QueryDict(query))
    form.is_valid(raise_exception=True)
    rows = view.rows.all()
    if rest:
        rows = rows.model.history.filter(id=rest.partition("/")[0]).select_related("history_user")
    sql, parameters = one_page(form.filtered(rows), form).query.sql_with_params()
    with connection.cursor() as cursor:
        for _ in range(3):
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {{sql}}", parameters)
            (found,) = cursor.fetchone()
    return found[0]
print(json.dumps([explained(*asked) for asked in {asked!r}]))
"""


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
        if not options.loaded:
            server.install("analyst")
            began = time.monotonic()
            with psycopg.connect(server.settings["DATABASE_URL"], autocommit=True) as database:
                fill(server, database, options.rows)
            print(f"{options.rows:,} rows of each table in {time.monotonic() - began:,.0f} s")
        with server:
            return report(server, options)


@contextmanager
def _installation(url: str) -> Iterator[EmberwatchServer]:
    if url:
        yield EmberwatchServer(database=url, EMBEDDED_WORKER="false", LOG_LEVEL="WARNING")
        return
    with HistoryPostgres() as postgres:
        yield EmberwatchServer(database=postgres.url, EMBEDDED_WORKER="false", LOG_LEVEL="WARNING")


def report(server: EmberwatchServer, options: argparse.Namespace) -> int:
    """Print a line per case and depth; return whether a bound was missed."""
    heads = ("p50 ms", "p95 ms", "CPU ms", "SQL ms", "blocks")
    print(f"\n{'GET /api/':<72}{'page':>7}" + "".join(f"{head:>8}" for head in heads))
    assert server.process is not None
    asked = [(case, page) for case in CASES for page in _depths(case)]
    plans = _plans(server, [(case.path, _query(case, page, options.rows)) for case, page in asked])
    reader = Reader(server, "analyst")
    yardstick = [reader.milliseconds("/api/me") for _ in range(options.requests)]
    _line("me", 1, yardstick, "")
    missed = 0
    for (case, page), plan in zip(asked, plans, strict=True):
        address = f"/api/{case.path}?{_query(case, page, options.rows)}"
        before = cpu_seconds(server.process.pid)
        found = [reader.milliseconds(address) for _ in range(options.requests)]
        cpu = (cpu_seconds(server.process.pid) - before) / options.requests * 1e3
        milliseconds = plan["Planning Time"] + plan["Execution Time"]
        whole = [table for table in TABLES if _reads_whole(plan["Plan"], table)]
        blocks = plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
        said = f"{cpu:>8.1f}{milliseconds:>8.1f}{blocks:>8,}{'  READ WHOLE ' if whole else ''}"
        missed += _line(str(case), page, found, said + ", ".join(whole)) or bool(whole)
    return int(bool(missed))


def _depths(case: Case) -> tuple[int, ...]:
    """Lists of a million rows are asked for far down too."""
    deep = not case.filters and "/" not in case.path and case.path != "series"
    return DEPTHS if deep else (1,)


def _plans(server: EmberwatchServer, asked: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """How PostgreSQL reads each page, and how long that takes without the rest of the request."""
    said = server.manage("shell", "-v0", "-c", EXPLAIN.format(asked=asked))
    return json.loads(said.strip().splitlines()[-1])


def _reads_whole(node: dict[str, Any], table: str) -> bool:
    """Whether a plan reads a table from end to end."""
    if node["Node Type"] == "Seq Scan" and node["Relation Name"] == table:
        return True
    return any(_reads_whole(part, table) for part in node.get("Plans", []))


def _line(case: str, page: int, found: list[float], said: str) -> bool:
    """Print one line; return whether the bound is missed. ``me`` is what any request costs."""
    middle, p95 = statistics.median(found), statistics.quantiles(found, n=20)[18]
    mark = "" if p95 <= BOUND else "  MISSED"
    print(f"{case:<72}{page:>7,}{middle:>8.1f}{p95:>8.1f}{said}{mark}", flush=True)
    return p95 > BOUND


def _query(case: Case, page: int, rows: int) -> str:
    query = dict(case.filters)
    if page > 1:
        query["cursor"] = Position(max(1, rows - (page - 1) * PAGE)).cursor()
    return urlencode(query)


if __name__ == "__main__":
    sys.exit(main())
