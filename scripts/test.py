"""Run the tests, all parts or those named:  python -m scripts.test [PART...]

The Python suite runs twice: on SQLite with the in-memory layer, and on a real PostgreSQL with a
real Valkey; there without the tests that touch no database, which would only be repeated. Two
lanes run beside each other, since tests of servers and browsers mostly wait. A part that fails
does not keep the others from running. Up to three tests of it that failed there are run once
more, alone; what passes then is named at the end.
"""

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from scripts.parts import Part, run_lanes, summarize
from scripts.second_look import look_again

PYTHON = sys.executable
NPM = ("scripts/node.sh", "npm", "--prefix", "frontend", "run", "--silent")
ON_SERVERS = (PYTHON, "-m", "tests.servers", "--")
# What would point the tests at a server that somebody uses, or at other settings.
FOREIGN = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
NO_SERVERS = {"TEST_DATABASE_URL": "", "TEST_REDIS_URL": ""}
WITH_DATABASE = {"TEST_ONLY_WITH_DATABASE": "1"}  # see tests/conftest.py
# What runs beside what, when everything runs: as long as each other, the longest parts first.
LANES = (("postgres", "browser"), ("sqlite", "typecheck", "frontend"))


PYTEST = (PYTHON, "-m", "pytest", "-q")


def pytest(report: Path, *arguments: str) -> list[str]:
    """The command of one pytest run that leaves its counts in a file, and what failed beside it."""
    cache = f"cache_dir={report.with_suffix('.cache')}"
    return [*PYTEST, f"--junitxml={report}", "-o", cache, *arguments]


def parts(folder: Path) -> dict[str, Part]:
    """Every part by its short name, in the order of running; reports go into the folder."""
    vitest, sqlite, postgres, browser, faults = (
        folder / name for name in ("vitest.json", "s.xml", "p.xml", "b.xml", "f.xml")
    )
    report = ("--reporter=default", "--reporter=json", f"--outputFile.json={vitest}")
    suite = ("-n", "2", "--dist", "loadgroup", "-m", "not browser")
    outages = {"FAULT_SECONDS": os.environ.get("FAULT_SECONDS", "30")}
    return {
        "typecheck": Part("front end: types", (*NPM, "typecheck")),
        "frontend": Part("front end: tests", (*NPM, "test", "--", *report), vitest),
        "build": Part("front end: build", ("scripts/frontend.sh",)),
        "sqlite": Part("Python on SQLite", pytest(sqlite, *suite), sqlite, NO_SERVERS, PYTEST),
        "postgres": Part(
            "Python on PostgreSQL and Valkey",
            (*ON_SERVERS, *pytest(postgres, *suite)),
            postgres,
            WITH_DATABASE,
            (*ON_SERVERS, *PYTEST),
        ),
        "browser": Part("browser", pytest(browser, "-m", "browser"), browser, NO_SERVERS, PYTEST),
        "faults": Part(
            "faults, full length",
            (*ON_SERVERS, *pytest(faults, "tests/faults")),
            faults,
            outages,
        ),
    }


def lanes(names: Sequence[str]) -> list[Sequence[str]]:
    """What is run beside what: the parts named in one lane, or everything in two."""
    return [names] if names else list(LANES)


def main(names: Sequence[str]) -> int:
    """Run the parts named, or all but the long fault drills; the exit code is 0 if all passed."""
    for name in FOREIGN:
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory(prefix="emberwatch-reports-") as folder:
        known = parts(Path(folder))
        if unknown := set(names) - set(known):
            print(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
            return 2
        started = time.monotonic()
        outcomes = [] if names else run_lanes([[known["build"]]])  # the tests serve what it makes
        chosen = [[known[name] for name in lane] for lane in lanes(names)]
        ran = zip([part for lane in chosen for part in lane], run_lanes(chosen), strict=True)
        outcomes += [look_again(part, outcome) for part, outcome in ran]
        return summarize(outcomes, time.monotonic() - started)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
