"""How many events a second come in, with detection, on SQLite and PostgreSQL.

    python -m benchmarks.ingest.throughput [--rounds 3] [--events 8000]

From the JSON text of a batch to its COMMIT, by one client process that has a core for itself;
PostgreSQL (fsync on) has the other. Every series knows a fortnight of its rhythm, and the readings
go on with it. Ways of writing are those of ``writer.py``; they take turns within each round, and a
figure is the median of its rounds. The real data (a steel plant, the US grid) hold the hotspots
that they hold, with their alerts, tasks, events and history.

Bounds, on PostgreSQL with batches of 1,000: >= 10,000 events/s with detection, >= 0.2 of COPY of
the same rows, and as many with 10,000 series as with 1,000 (>= 0.8): what one event costs does not
grow with the number of series. (From 1 to 1,000 series a batch brings more and more states along:
1,000 events of 1,000 series read and write 1,000 states.)
"""

import argparse
import sys
from collections import defaultdict
from statistics import median

from benchmarks.ingest.feed import bodies, recorded
from benchmarks.ingest.site import BATCH, Run, Site
from benchmarks.streams.costs import Line, verdict
from benchmarks.streams.machine import describe

BATCHES = (1, 100, 1_000, 10_000)
SERIES = (1, 10, 100, 1_000, 10_000)
CLIENTS = (1, 2, 4)
USUAL = 100  # series, where the number is not what is varied
RATE, SHARE, FLAT = 10_000, 0.2, 0.8
RECORDED = {
    "steel plant": ("steel_events.csv", "energy"),
    "US grid": ("us_grid_events.csv", "demand"),
}
RECORDED_EVENTS = 20_000

Measured = dict[tuple[str, ...], list[Run]]


def main() -> int:
    """Measure, print, and fail if a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--events", type=int, default=8_000, help="of one measurement")
    options = parser.parse_args()
    print(describe(), flush=True)
    found: Measured = defaultdict(list)
    for postgresql in (False, True):
        with Site(postgresql=postgresql, series=max(SERIES)) as site:
            for _ in range(options.rounds):
                vary_batches(site, options.events, found)
                vary_series(site, options.events, found)
            for number in range(options.rounds):
                replay(site, number, found)
    with Site(postgresql=True, clients=max(CLIENTS), series=max(CLIENTS) * USUAL) as site:
        for _ in range(options.rounds):
            vary_clients(site, options.events, found)
    show(found)
    return verdict(bounds(found))


def vary_batches(site: Site, events: int, found: Measured) -> None:
    """All ways with batches of each size."""
    for batch in BATCHES:
        number = min(max(events, batch), 200 * batch)  # single events take long enough
        for way in ("detect", "learn", "copy"):
            sent = site.feed.bodies(number, series=USUAL, batch=batch)
            found[name(site), way, f"batches of {batch:,}"].append(site.run(way, sent))
    sent = site.feed.bodies(events // 8, series=USUAL, batch=BATCH)
    found[name(site), "create", f"batches of {1:,}"].append(site.run("create", sent))


def vary_series(site: Site, events: int, found: Measured) -> None:
    """Detection with each number of series."""
    for series in SERIES:
        number = max(events, series)
        sent = site.feed.bodies(number, series=series, batch=BATCH)
        found[name(site), "detect", f"{series:,} series"].append(site.run("detect", sent))


def vary_clients(site: Site, events: int, found: Measured) -> None:
    """Detection by several processes, each with series of its own."""
    for clients in CLIENTS:
        shares = [
            site.feed.bodies(events, series=USUAL, batch=BATCH, first=USUAL * client)
            for client in range(clients)
        ]
        found[name(site), "detect", f"{clients} clients"].append(site.run("detect", *shares))


def replay(site: Site, number: int, found: Measured) -> None:
    """Detection on what was recorded, each round under names of its own."""
    for what, source in RECORDED.items():
        events = recorded(*source)[:RECORDED_EVENTS]
        renamed = [{**event, "entity": f"{event['entity']} {number}"} for event in events]
        if renamed:
            found[name(site), "detect", what].append(site.run("detect", bodies(renamed, BATCH)))


def name(site: Site) -> str:
    """The database's name."""
    return "PostgreSQL" if site.postgresql else "SQLite"


def rate(found: Measured, *key: str) -> float:
    """The median of a measurement, events a second."""
    return median(run.rate for run in found[key])


def show(found: Measured) -> None:
    """Print the table: a row for each measurement."""
    print(f"\n{'':12}{'':8}{'':20}{'events/s':>10}{'µs CPU':>8}  rounds")
    for key, runs in found.items():
        database, way, what = key
        cpu = median(run.microseconds for run in runs)
        each = " ".join(f"{run.rate:,.0f}" for run in runs)
        print(f"{database:12}{way:8}{what:20}{rate(found, *key):10,.0f}{cpu:8.1f}  {each}")


def bounds(found: Measured) -> list[Line]:
    """The figures that something is promised of."""
    place = "PostgreSQL", "detect"
    detect, copy = (rate(found, "PostgreSQL", w, "batches of 1,000") for w in ("detect", "copy"))
    many, some = (rate(found, *place, f"{n} series") for n in ("10,000", "1,000"))
    return [
        Line("detect, batches of 1,000, 100 series", detect, "events/s", RATE, at_most=False),
        Line("the same of COPY of the same rows", detect / copy, "", SHARE, at_most=False),
        Line("detect, 1,000 series", some, "events/s", RATE, at_most=False),
        Line("10,000 series of 1,000", many / some, "", FLAT, at_most=False),
    ]


if __name__ == "__main__":
    sys.exit(main())
