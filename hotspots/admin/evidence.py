"""The numbers behind a hotspot, in words: what its ``evidence`` holds, as a table."""

from datetime import datetime
from typing import Any

from streams.backoffice.cells import EMPTY, exact, number

NAMES = {
    "slot": "Compared with",
    "slot_count": "Comparable readings",
    "n": "Readings learned",
    "memory_days": "Half-life of the memory (days)",
    "severity_ratio": "Severity by ratio to the baseline",
    "severity_score": "Severity by score",
    "detector": "Detector",
    "labels": "Labels",
    "found_at": "Found at",
    "period": "Period of the target",
}


def readable(evidence: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return evidence as names and values for people; unknown keys keep their own name."""
    return [
        (NAMES.get(key) or key.replace("_", " ").capitalize(), said(key, value))
        for key, value in evidence.items()
    ]


def said(key: str, value: Any) -> Any:
    """Return one value as text: lists and objects too."""
    if key == "found_at" and value:
        return exact(datetime.fromisoformat(value))
    if value is None or value in ("", [], {}):
        return EMPTY
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, list):
        return ", ".join(str(said("", item)) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {said('', item)}" for name, item in value.items())
    return str(value).replace("_", " ")
