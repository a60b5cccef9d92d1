"""What would be recommended for a situation, without storing anything."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from hotspots.models import Hotspot
from recommendations.advising import situation_of
from recommendations.generation.drafts import Advice, Draft
from recommendations.generation.recommending import LIMIT, recommend
from recommendations.generation.situation import Situation
from recommendations.knowledge.corpus import current_index, file_index
from recommendations.knowledge.retrieval import PassageIndex
from recommendations.management.lines import JSONLinesCommand, Row, require_text
from recommendations.management.reading import readable


class Command(JSONLinesCommand):
    help = (
        "Shows what would be recommended for a situation in plain words, for a hotspot, or for "
        "each of JSON lines {id, entity_type, metric, text} or a hotspot's own fields. Writes "
        "nothing to the database."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a situation in one of three forms, and the form of the answer."""
        parser.add_argument(
            "situation",
            nargs="*",
            default=["-"],
            help="what was seen, in words; or a file of JSON lines (- is standard input)",
        )
        parser.add_argument("--hotspot", type=int, metavar="ID", help="a hotspot instead")
        parser.add_argument("--entity-type", default="", help="for words: site, route, ...")
        parser.add_argument("--metric", default="", help="for words: energy, fuel, co2e, ...")
        parser.add_argument("--json", action="store_true", help="answer in JSON lines")
        parser.add_argument("--limit", type=int, default=LIMIT, choices=range(1, LIMIT + 1))

    def handle(self, *args: Any, situation: list[str], **options: Any) -> None:
        """Answer the one situation, or each line."""
        self._json, self._limit = options["json"], options["limit"]
        if options["hotspot"] is not None:
            if situation != ["-"]:
                raise CommandError("Give a hotspot or a situation in words, not both.")
            asked = situation_of(_hotspot(options["hotspot"]))
            self._write({"id": options["hotspot"]}, asked, self._index())
        elif _is_file(situation):
            index = self._index()
            for row, asked in self.rows(situation[0], _situation):
                self._write(row, asked, index)
        else:
            row = {"entity_type": options["entity_type"], "metric": options["metric"]}
            self._write({}, _in_words(row, " ".join(situation)), self._index())

    def _write(self, row: Row, situation: Situation, index: PassageIndex) -> None:
        advice = recommend(situation, index, limit=self._limit)
        if self._json:
            self.write_row(_public(row, advice))
        else:
            self.stdout.write(readable(situation, advice, self.style))

    def _index(self) -> PassageIndex:
        try:
            return current_index()
        except DatabaseError as error:
            self.stderr.write(f"No knowledge base ({error}): the shipped playbooks are used.")
            return file_index()


def _is_file(situation: list[str]) -> bool:
    """Return whether it names a file: one word that is no sentence, so a typo is not searched."""
    (first, *others) = situation
    if others or " " in first or not first:
        return False
    return first == "-" or Path(first).exists() or Path(first).suffix in {".jsonl", ".ndjson"}


def _hotspot(number: int) -> Hotspot:
    try:
        return Hotspot.objects.with_names().get(pk=number)
    except Hotspot.DoesNotExist:
        raise CommandError(f"There is no hotspot {number}.") from None


def _in_words(row: Row, words: str) -> Situation:
    if not words.strip():
        raise CommandError("Say in words what was seen.")
    try:
        require_text(" ".join([words, *row.values()]))
    except ValueError as error:
        raise CommandError(f"{error}: the words have to be UTF-8.") from error
    return Situation.from_row(row, note=words)


def _situation(row: Row) -> Situation:
    text = row.get("text") or ""
    if not isinstance(text, str):
        raise ValueError("text must be a string")
    return Situation.from_row(row, note=text)


def _public(row: Row, advice: Advice) -> Row:
    return {
        "id": row.get("id"),
        "refused": not advice.drafts,
        "reason": advice.reason,
        "retriever": advice.retriever,
        "recommendations": [_draft(draft) for draft in advice.drafts],
    }


def _draft(draft: Draft) -> Row:
    names = ("playbook", "title", "action", "score", "confidence", "citations", "root_cause")
    effect = ("co2_reduction", "predicted_reduction", "reduction_pct_low", "reduction_pct_high")
    return {name: getattr(draft, name) for name in (*names, "rationale", *effect, "arithmetic")}
