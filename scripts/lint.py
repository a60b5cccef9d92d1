"""Run every check that needs no running server, all of them, and say which failed."""

import os
import sys

from scripts.parts import Part, run, summarize

PYTHON = sys.executable
NPM = ("scripts/node.sh", "npm", "--prefix", "frontend", "run", "--silent")
MANAGE = (PYTHON, "manage.py")
CHECKS = {
    "ruff check": (PYTHON, "-m", "ruff", "check", "."),
    "ruff format": (PYTHON, "-m", "ruff", "format", "--check", "."),
    "mypy": (PYTHON, "-m", "mypy"),
    "import-linter": (".venv/bin/lint-imports",),
    "manage.py check": (*MANAGE, "check", "--fail-level", "WARNING"),
    "migrations": (*MANAGE, "makemigrations", "--check", "--dry-run"),
    "front end: types": (*NPM, "typecheck"),
    "front end: lint": (*NPM, "lint"),
}


def main() -> int:
    """The exit code: 0 if every check is clean."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    return summarize([run(Part(name, command)) for name, command in CHECKS.items()])


if __name__ == "__main__":
    sys.exit(main())
