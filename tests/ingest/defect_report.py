"""What became of each kind of defect, as a table: kind, code, lines, an example's sentence."""

import csv
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from .defects import KINDS, LINES, ZONE, table, verdicts

ROOT = Path(__file__).parents[2]


def print_report() -> None:
    """Load the table by `manage.py ingest` into a new database, and print the verdicts."""
    with tempfile.TemporaryDirectory(prefix="emberwatch-defects-") as folder:
        path, errors = Path(folder, "mills.csv"), Path(folder, "errors.csv")
        path.write_bytes(table())
        manage(folder, "migrate", "--verbosity", "0")
        out = manage(folder, "ingest", str(path), "--time-zone", ZONE, "--errors", str(errors))
        print(f"{LINES:,} lines: {out.splitlines()[0]}\n")  # noqa: T201
        print_kinds(errors.read_text())
        path.write_bytes(table(mended=True))
        again = manage(folder, "ingest", str(path), "--time-zone", ZONE)
        print(f"\nmended and loaded again: {again.splitlines()[0]}")  # noqa: T201


def print_kinds(rejected: str) -> None:
    """Print each kind with how its lines were rejected."""
    said = {int(row["line"]): row for row in csv.DictReader(io.StringIO(rejected))}
    expected = verdicts()
    for kind in KINDS:
        rows = [said[line] for line, one in expected.items() if one is kind and line in said]
        codes = ", ".join(sorted({row["code"] for row in rows})) or "not rejected"
        example = rows[0]["detail"] if rows else ""
        print(f"{kind.name:<30} {codes:<18} {len(rows):>3}  {example}")  # noqa: T201


def manage(folder: str, *arguments: str) -> str:
    """Run a command of ours on the folder's database; returns what it said."""
    environment = {**os.environ, "DATA_DIR": folder, "DATABASE_URL": "", "REDIS_URL": ""}
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    ran = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
    if ran.returncode:
        raise SystemExit(ran.stderr)
    return ran.stdout
