"""Is a claim borne out by a passage? The check that every stored recommendation passed."""

import math
from decimal import Decimal
from typing import Any

from recommendations.generation.grounding import check, embedded
from recommendations.management.lines import JSONLinesCommand, Row

MAX_CHARACTERS = {"claim": 10_000, "passage": 100_000}
MAX_EVENT_NUMBERS = 1_000


class Command(JSONLinesCommand):
    help = (
        "Reads JSON lines {id, claim, passage, event_numbers} and writes "
        "{id, supported, unsupported_numbers, overlap, cosine}. Uses no database."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        """Answer each line."""
        self.answer_lines(file, _answer)


def _answer(row: Row) -> Row:
    claim, passage = (_text(row, name) for name in ("claim", "passage"))
    verdict = check(claim, passage, _numbers(row.get("event_numbers")))
    cosine = embedded(claim, passage) if verdict.cosine is None else verdict.cosine
    return {
        "id": row.get("id"),
        "supported": verdict.supported,
        "unsupported_numbers": list(verdict.unsupported_numbers),
        "overlap": verdict.overlap,
        "cosine": None if cosine is None else round(cosine, 4),
    }


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a string")
    if len(value) > MAX_CHARACTERS[name]:
        raise ValueError(f"{name} must have at most {MAX_CHARACTERS[name]} characters")
    return value


def _numbers(values: Any) -> list[Decimal]:
    if values is None:
        return []
    if not isinstance(values, list) or not all(map(_is_number, values)):
        raise ValueError("event_numbers must be a list of finite numbers")
    if len(values) > MAX_EVENT_NUMBERS:
        raise ValueError(f"event_numbers must be at most {MAX_EVENT_NUMBERS}")
    return [Decimal(str(value)) for value in values]


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isinstance(value, int) or math.isfinite(value)
