"""The series that the detector's benchmarks run over, from the optional folder beside the checkout.

``nab`` has one file per series; the two event files have rows of many series. A series is its
times (seconds since 1970 UTC, rising) and its values.
"""

import csv
import sys
from datetime import datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

SHARED = Path(__file__).resolve().parents[3] / "shared"
DATA = SHARED / "data"
EVENT_FILES = {"steel": "steel_events.csv", "grid": "us_grid_events.csv"}


class Series(NamedTuple):
    """One series: ``offset`` is what its clock is ahead of UTC, in seconds."""

    name: str
    times: list[float]
    values: list[float]
    offset: float = 0.0


def missing() -> str:
    """What to say where the folder is not at hand; empty if it is."""
    wanted = [SHARED / "nab", DATA / "nab_dev", *(DATA / name for name in EVENT_FILES.values())]
    gone = [str(path) for path in wanted if not path.exists()]
    return f"not run: needs {', '.join(gone)}" if gone else ""


def nablib() -> ModuleType:
    """The benchmark's scorer, which is not part of this project."""
    folder = str(SHARED / "nab")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return import_module("nablib")


def nab() -> list[Series]:
    """The development series of the Numenta Anomaly Benchmark."""
    found = nablib().load(DATA / "nab_dev")
    return [Series(one.path, one.epoch.tolist(), one.value.tolist()) for one in found]


def events(name: str) -> list[Series]:
    """The series of one event file, in the order in which they begin."""
    found: dict[str, Series] = {}
    with (DATA / EVENT_FILES[name]).open(newline="") as lines:
        for row in csv.DictReader(lines):
            key, time = f"{row['entity']} {row['metric']}", datetime.fromisoformat(row["time"])
            if key not in found:
                offset = time.utcoffset()
                found[key] = Series(key, [], [], offset.total_seconds() if offset else 0.0)
            found[key].times.append(time.timestamp())
            found[key].values.append(float(row["value"]))
    return list(found.values())
