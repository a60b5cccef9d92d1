"""Events to send: hourly readings of many sites, each with its daily rhythm and a little noise.

Every site has its own next hour, so that all that is ever sent in a run is new. The data sets of
the field (a year of a steel plant, the US grid) are used where they lie beside the project.
"""

import csv
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from math import pi, sin
from pathlib import Path
from random import Random
from typing import Any

from tests.servers.emberwatch import ROOT

START = datetime(2021, 1, 4, tzinfo=UTC)  # a Monday
LEARNED = 14 * 24  # hours that every site knows before anything is measured
DATA = ROOT.parent / "shared" / "data"


class Feed:
    """What the sites send next."""

    def __init__(self) -> None:
        self.hours: Counter[int] = Counter()
        self.noise = Random(1)  # noqa: S311 - no secret

    def bodies(self, events: int, *, series: int, batch: int, first: int = 0) -> list[str]:
        """So many events of so many sites, site after site, as request bodies of ``batch`` each."""
        sites = (first + number % series for number in range(events))
        return bodies([self.event(site) for site in sites], batch)

    def event(self, site: int) -> dict[str, Any]:
        """The next hour of a site."""
        hour = self.hours[site]
        self.hours[site] += 1
        usual = 100 + 30 * sin(hour * pi / 12) + self.noise.uniform(-3, 3)
        time = (START + timedelta(hours=hour)).isoformat()
        return {
            "entity": f"Site {site}", "entity_type": "site", "metric": "energy", "unit": "kWh",
            "value": round(usual, 3), "time": time,
        }  # fmt: skip


def bodies(events: Sequence[dict[str, Any]], batch: int) -> list[str]:
    """Events as JSON arrays of ``batch`` each."""
    return [json.dumps(events[i : i + batch]) for i in range(0, len(events), batch)]


def recorded(name: str, metric: str) -> list[dict[str, Any]]:
    """The events of one metric of a data set; none if it is not here."""
    path = DATA / name
    return list(_rows(path, metric)) if path.exists() else []


def _rows(path: Path, metric: str) -> Iterator[dict[str, Any]]:
    with path.open(newline="") as lines:
        for row in csv.DictReader(lines):
            if row["metric"] == metric:
                yield {**row, "value": float(row["value"])}
