"""Every test that docs/guarantees.md names is there: without one it would only be a wish."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs/guarantees.md").read_text()
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


def functions(path):
    """The names of a file's functions."""
    tree = ast.parse((ROOT / path).read_text())
    return {n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_test_that_is_named_exists():
    assert len(NAMED) > 20
    assert [f"{path}::{name}" for path, name in NAMED if name not in functions(path)] == []


def test_every_row_names_its_source_and_a_test():
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and "Complaint" not in line]
    assert len(rows) > 20
    incomplete = [
        row for row in rows if not (re.search(r"\w+/[\w.-]+#\d+", row) and "::test_" in row)
    ]
    assert incomplete == []
