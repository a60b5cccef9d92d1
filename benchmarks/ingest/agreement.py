"""The same rows from one process and from four, and from SQLite as from PostgreSQL.

    python -m benchmarks.ingest.agreement [--events 0]

A year of a steel plant and three weeks of the US grid go through the whole pipeline three times.
Of four processes each sends the readings of its own entities, all at once. What is stored then
(readings with their expectations and scores, hotspots, alerts) is compared, value by value; what
only the clock decides is left out. Prints the hotspots by rule, reason and severity, and fails if
two of the three differ.
"""

import argparse
import json
import sys
from collections import defaultdict
from typing import Any

from benchmarks.ingest.feed import DATA, bodies, recorded
from benchmarks.ingest.site import BATCH, Site
from benchmarks.streams.machine import describe

FILES = (
    ("steel_events.csv", "energy"),
    ("steel_events.csv", "co2e"),
    ("us_grid_events.csv", "demand"),
)
#: A storm depends on the clock, and thereby on who is faster.
SETTINGS = {"ALERT_STORM_HOTSPOTS": "0"}
TELL = """
import hashlib, json
from django.db.models import Count
from alerts.models import Alert
from hotspots.models import Hotspot, Measurement

def digest(rows, place, *fields):
    names = [f"{place}entity__name", f"{place}metric", *fields]
    rows, sum = rows.order_by(*names).values_list(*names), hashlib.sha256()
    for row in rows.iterator(chunk_size=10_000):
        sum.update(json.dumps(row, default=lambda moment: moment.isoformat()).encode())
    return sum.hexdigest()[:16]

readings, hotspots, alerts = Measurement.objects, Hotspot.objects, Alert.objects
kinds = hotspots.values_list("rule", "reason", "severity").annotate(n=Count("pk")).order_by("-n")
print(json.dumps({
    "counts": [readings.count(), hotspots.count(), alerts.count()],
    "readings": digest(readings, "series__", "time", "value", "expected", "lower", "upper",
        "score", "late", "previous_value", "raw_value"),
    "hotspots": digest(hotspots, "series__", "opened_at", "rule", "reason", "severity", "status",
        "value", "baseline", "expected_low", "expected_high", "score", "resolved_at", "flapping"),
    "alerts": digest(alerts, "hotspot__series__", "hotspot__opened_at", "level", "status",
        "message"),
    "kinds": list(kinds),
}))
"""


def main() -> int:
    """Load three times, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--events", type=int, default=0, help="of each file; 0: all")
    limit = parser.parse_args().events or None
    events = [event for file in FILES for event in recorded(*file)[:limit]]
    print(describe())
    if not events:
        print(f"The recorded data are not here ({DATA}): nothing is compared.")
        return 0
    found = {
        "PostgreSQL, one process": load(events, postgresql=True, clients=1),
        "PostgreSQL, four processes": load(events, postgresql=True, clients=4),
        "SQLite, one process": load(events, postgresql=False, clients=1),
    }
    return show(found, len(events))


def load(events: list[dict[str, Any]], *, postgresql: bool, clients: int) -> dict[str, Any]:
    """Ingest all events by so many processes; return what is stored then."""
    shares: dict[int, list[dict[str, Any]]] = defaultdict(list)
    places = {name: i % clients for i, name in enumerate(sorted({e["entity"] for e in events}))}
    for event in events:
        shares[places[event["entity"]]].append(event)
    with Site(postgresql=postgresql, clients=clients, series=0, **SETTINGS) as site:
        run = site.run("detect", *(bodies(share, BATCH) for share in shares.values()))
        told: dict[str, Any] = json.loads(site.installation.manage("shell", "-v0", "-c", TELL))
    return told | {"rate": run.rate}


def show(found: dict[str, dict[str, Any]], events: int) -> int:
    """Print what was found and whether it is the same; the exit code."""
    first = next(iter(found.values()))
    for name, told in found.items():
        readings, hotspots, alerts = told["counts"]
        print(f"{name:28}{readings:9,} readings {hotspots:5} hotspots {alerts:5} alerts", end="")
        print(f"{told['rate']:9,.0f} events/s  " + " ".join(told[part] for part in PARTS))
    print(f"\n{first['counts'][1] / events:.3%} of the readings open a hotspot")
    for rule, reason, severity, number in first["kinds"]:
        print(f"{number:6}  {rule:14}{reason:16}{severity}")
    differ = [part for part in PARTS if len({told[part] for told in found.values()}) > 1]
    print(f"\n{', '.join(differ)} differ" if differ else "\nall the same: met")
    return int(bool(differ))


PARTS = ("readings", "hotspots", "alerts")

if __name__ == "__main__":
    sys.exit(main())
