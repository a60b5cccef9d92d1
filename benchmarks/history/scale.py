"""One long table of readings against partitions by month, on PostgreSQL.

    python -m benchmarks.history.scale [--rows 100e6] [--database URL [--loaded]]

A year of readings of an installation, in the order in which they came: of 9,200 series at full
size, 200 of them every five minutes, the others every hour. By default a fiftieth of that, for
``make bench``; 100e6 takes 40 GB of disk and most of an hour. With ``--database`` an empty
PostgreSQL of one's own is used and what was loaded stays there; ``--loaded`` measures it again.

    one table     the product's: unique (series, time), found by nothing else
    and BRIN      the same with a BRIN index on time, for retention
    partitions    by month of time, the same keys; idempotency keys in a table of their own
"""

import argparse
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from benchmarks.history.measures import Contender
from benchmarks.history.server import HistoryPostgres
from benchmarks.history.tables import ONE, PARTED, Scale, add_series, make_one, make_parted
from benchmarks.streams.machine import describe
from tests.servers import EmberwatchServer

SMALL = 2e6
Figures = dict[str, str]


def main() -> int:
    """Load, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=float, default=SMALL)
    parser.add_argument("--database", default="")
    parser.add_argument("--loaded", action="store_true")
    options = parser.parse_args()
    scale = Scale.of(int(options.rows))
    print(describe())
    print(f"{scale.rows:,} readings of {scale.series:,} series, {scale.dense} every five minutes")
    with _database(options.database) as url:
        database = psycopg.connect(url, autocommit=True)
        if not options.loaded:
            _load(url, database, scale)
        print(table(compare(database, scale)))
    return 0


@contextmanager
def _database(url: str) -> Iterator[str]:
    if url:
        yield url
        return
    with HistoryPostgres() as server:
        yield server.url


def _load(url: str, database: psycopg.Connection, scale: Scale) -> None:
    installation = EmberwatchServer(database=url)
    try:
        installation.manage("migrate", "-v0")
        add_series(installation, scale)
    finally:
        installation.close()
    for name, make in (("one table", make_one), ("partitions", make_parted)):
        began = time.monotonic()
        make(database, scale)
        print(f"loaded {name} in {time.monotonic() - began:,.0f} s", flush=True)


def compare(database: psycopg.Connection, scale: Scale) -> dict[str, Figures]:
    """Measure each contender; what deletes comes last."""
    one = Contender("one table", ONE, database, scale)
    parted = Contender("partitions", PARTED, database, scale)
    brin = Contender("and BRIN", ONE, database, scale)
    figures = {one.name: _reads(one), parted.name: _reads(parted)}
    figures[one.name] |= _deletes(one)
    began = time.perf_counter()
    database.execute(f"CREATE INDEX history_brin ON {ONE} USING brin (time)")
    made = time.perf_counter() - began
    figures[brin.name] = _reads(brin) | {"making the BRIN index": f"{made:,.0f} s"}
    rate, wal = brin.prune_by_time()
    figures[brin.name] |= _retention(rate, wal) | {"VACUUM after it": f"{brin.vacuum():,.1f} s"}
    database.execute("DROP INDEX history_brin")
    figures[parted.name]["forgetting the oldest"] = f"{parted.drop_month():,.0f} ms a month"
    return figures


def _reads(contender: Contender) -> Figures:
    print(f"measuring {contender.name}", flush=True)
    sizes = contender.sizes()
    plan, execution = contender.lookup()
    return {
        "rows": f"{sizes.pop('rows') / 1e3:,.2f} GB",
        "indexes": f"{sum(sizes.values()) / 1e3:,.2f} GB",
        **{f"  {name}": f"{size / 1e3:,.2f} GB" for name, size in sorted(sizes.items())},
        "COPY of 1,000 fresh rows": f"{contender.insert_rate(keyed=False):,.0f} rows/s",
        "the same with keys": f"{contender.insert_rate(keyed=True):,.0f} rows/s",
        "a week of a series": _spread(contender.ranges()),
        "90 days by hours, added up": _spread(contender.charts()),
        "look-up of 1,000: planning": f"{plan:.2f} ms",
        "look-up of 1,000: execution": f"{execution:.1f} ms",
    }


def _deletes(contender: Contender) -> Figures:
    rate, wal = contender.prune_by_series()
    return _retention(rate, wal) | {"VACUUM after it": f"{contender.vacuum():,.1f} s"}


def _retention(rate: float, wal: float) -> Figures:
    return {"forgetting the oldest": f"{rate:,.0f} rows/s, {wal:,.0f} B WAL each"}


def _spread(milliseconds: list[float]) -> str:
    middle = statistics.median(milliseconds)
    p95 = statistics.quantiles(milliseconds, n=20)[18] if len(milliseconds) > 1 else middle
    return f"p50 {middle:,.1f} p95 {p95:,.1f} ms"


def table(figures: dict[str, Figures]) -> str:
    """The contenders side by side."""
    names = list(dict.fromkeys(name for column in figures.values() for name in column))
    lines = ["", f"{'':<30}" + "".join(f"{name:>32}" for name in figures)]
    lines += [
        f"{name:<30}" + "".join(f"{column.get(name, ''):>32}" for column in figures.values())
        for name in names
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
