"""Run the tests, all parts or those named:  python -m scripts.test [PART...]

The Python suite runs twice: on SQLite with the in-memory layer, and on a real PostgreSQL with a
real Valkey. A part that fails does not keep the others from running.
"""

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scripts.parts import Part, run, summarize

PYTHON = sys.executable
NPM = ("scripts/node.sh", "npm", "--prefix", "frontend", "run", "--silent")
ON_SERVERS = (PYTHON, "-m", "tests.servers", "--")
# What would point the tests at a server that somebody uses, or at other settings.
FOREIGN = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
NO_SERVERS = {"TEST_DATABASE_URL": "", "TEST_REDIS_URL": ""}


def pytest(report: Path, *arguments: str) -> list[str]:
    """The command of one pytest run that leaves its counts in a file."""
    return [PYTHON, "-m", "pytest", "-q", f"--junitxml={report}", *arguments]


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
        "sqlite": Part("Python on SQLite", pytest(sqlite, *suite), sqlite, NO_SERVERS),
        "postgres": Part(
            "Python on PostgreSQL and Valkey", (*ON_SERVERS, *pytest(postgres, *suite)), postgres
        ),
        "browser": Part("browser", pytest(browser, "-m", "browser"), browser, NO_SERVERS),
        "faults": Part(
            "faults, full length",
            (*ON_SERVERS, *pytest(faults, "tests/faults")),
            faults,
            outages,
        ),
    }


def main(names: Sequence[str]) -> int:
    """Run the parts named, or all but the long fault drills; the exit code is 0 if all passed."""
    for name in FOREIGN:
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory(prefix="emberwatch-reports-") as folder:
        known = parts(Path(folder))
        if unknown := set(names) - set(known):
            print(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
            return 2
        chosen = names or [name for name in known if name != "faults"]
        return summarize([run(known[name]) for name in chosen])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
