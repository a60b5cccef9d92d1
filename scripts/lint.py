"""Run every check that needs no running server, all of them, and say which failed."""

import os
import sys
import time

from scripts.parts import Part, run_lanes, summarize

PYTHON = sys.executable
NPM = ("scripts/node.sh", "npm", "--prefix", "frontend", "run", "--silent")
MANAGE = (PYTHON, "manage.py")
PYTHON_CHECKS = {
    "ruff check": (PYTHON, "-m", "ruff", "check", "."),
    "ruff format": (PYTHON, "-m", "ruff", "format", "--check", "."),
    "mypy": (PYTHON, "-m", "mypy"),
    "import-linter": (".venv/bin/lint-imports",),
}
OTHER_CHECKS = {
    "manage.py check": (*MANAGE, "check", "--fail-level", "WARNING"),
    "migrations": (*MANAGE, "makemigrations", "--check", "--dry-run"),
    "front end: types": (*NPM, "typecheck"),
    "front end: lint": (*NPM, "lint"),
}


def main() -> int:
    """The exit code: 0 if every check is clean."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    started = time.monotonic()
    lanes = (PYTHON_CHECKS, OTHER_CHECKS)
    outcomes = run_lanes([[Part(*check) for check in lane.items()] for lane in lanes])
    return summarize(outcomes, time.monotonic() - started)


if __name__ == "__main__":
    sys.exit(main())
