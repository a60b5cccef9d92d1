"""Situations with known right answers: what a change of the knowledge base is judged by."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "situations.jsonl"


@dataclass(frozen=True, slots=True)
class ReferenceSituation:
    """What a hotspot plus somebody's note would say, and every playbook that fits it."""

    id: str
    entity_type: str
    metric: str
    text: str
    expected: frozenset[str]


@cache
def reference_situations() -> tuple[ReferenceSituation, ...]:
    """Return the situations of the shipped file, in its order."""
    return read(FILE)


def read(path: Path) -> tuple[ReferenceSituation, ...]:
    """Return the situations of a file of JSON lines."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(_situation(json.loads(line)) for line in lines)


def _situation(row: dict[str, str | list[str]]) -> ReferenceSituation:
    names = ("id", "entity_type", "metric", "text")
    told = {name: str(row[name]) for name in names}
    return ReferenceSituation(**told, expected=frozenset(row["expected"]))
