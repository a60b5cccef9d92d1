"""What would be recommended for a situation, without storing anything."""

from typing import Any

from django.core.management.base import CommandParser
from django.db import DatabaseError

from recommendations.generation.extractive import LIMIT, Draft, recommend
from recommendations.generation.situation import Situation
from recommendations.knowledge.corpus import current_index, file_index
from recommendations.knowledge.retrieval import PassageIndex
from recommendations.management.lines import JSONLinesCommand, Row


class Command(JSONLinesCommand):
    help = (
        "Reads JSON lines {id, entity_type, metric, text} or a hotspot's own fields, and writes "
        "what would be recommended. Writes nothing to the database."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the number of recommendations."""
        super().add_arguments(parser)
        parser.add_argument("--limit", type=int, default=LIMIT, choices=range(1, LIMIT + 1))

    def handle(self, *args: Any, file: str, limit: int, **options: Any) -> None:
        """Answer each line."""
        index = self._index()
        self.answer_lines(file, lambda row: _answer(row, index, limit))

    def _index(self) -> PassageIndex:
        try:
            return current_index()
        except DatabaseError as error:
            self.stderr.write(f"No knowledge base ({error}): the shipped playbooks are used.")
            return file_index()


def _answer(row: Row, index: PassageIndex, limit: int) -> Row:
    text = row.get("text") or ""
    if not isinstance(text, str):
        raise ValueError("text must be a string")
    advice = recommend(Situation.from_row(row, note=text), index, limit=limit)
    return {
        "id": row.get("id"),
        "refused": not advice.drafts,
        "reason": advice.reason,
        "retriever": advice.retriever,
        "recommendations": [_public(draft) for draft in advice.drafts],
    }


def _public(draft: Draft) -> Row:
    names = ("playbook", "title", "action", "score", "citations", "root_cause", "rationale")
    effect = ("co2_reduction", "reduction_pct_low", "reduction_pct_high", "arithmetic")
    return {name: getattr(draft, name) for name in (*names, *effect)}
