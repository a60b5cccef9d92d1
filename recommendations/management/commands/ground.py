"""Is a claim borne out by a passage? The check that every stored recommendation passed."""

import math
from decimal import Decimal
from typing import Any

from recommendations.generation.grounding import check
from recommendations.management.lines import JSONLinesCommand, Row


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
    claim, passage = row.get("claim"), row.get("passage")
    if not isinstance(claim, str) or not isinstance(passage, str):
        raise ValueError("claim and passage must be strings")
    verdict = check(claim, passage, _numbers(row.get("event_numbers") or []))
    return {
        "id": row.get("id"),
        "supported": verdict.supported,
        "unsupported_numbers": list(verdict.unsupported_numbers),
        "overlap": verdict.overlap,
        "cosine": verdict.cosine,
    }


def _numbers(values: Any) -> list[Decimal]:
    if not isinstance(values, list) or not all(
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        for value in values
    ):
        raise ValueError("event_numbers must be a list of finite numbers")
    return [Decimal(str(value)) for value in values]
