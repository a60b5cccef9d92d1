"""Does the history of recommendations say what was written? Every way in which it may not.

Reads in chunks: the memory does not grow with the history.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from .chain import CHUNK, Mark, digest, key_check
from .chain_models import ChainHead, HistoryLink
from .models import Recommendation

#: What services change of a row; everything else stays as it was written.
CHANGING = {
    *("title", "action", "cost", "feasibility", "edited_by_id", "edited_at"),
    *("status", "decided_by_id", "decided_at", "note", "realised_reduction"),
    *("version", "updated_at"),
}

type Values = Mapping[str, Any]
type Progress = Callable[[int, int], None]


class Finding(NamedTuple):
    """Something that does not fit: a stable code, where, and a sentence."""

    code: str
    detail: str
    position: int | None = None
    recommendation: int | None = None
    record: int | None = None

    def told(self) -> dict[str, Any]:
        """Return what is known, for programs."""
        return {name: value for name, value in self._asdict().items() if value is not None}


@contextmanager
def snapshot() -> Iterator[None]:
    """See one moment of the database, and hold up no writer; an open transaction is kept."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:  # atomic() would take the one lock of SQLite
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


class Check:
    """One round through the chain; ``head``, ``links`` and ``rows`` are known at its end."""

    def __init__(self, *, expect: Mark | None = None, progress: Progress | None = None) -> None:
        self.expect = expect
        self.head = Mark(0, "")
        self.links = self.rows = 0
        self._tell = progress or (lambda done, total: None)

    def findings(self) -> Iterator[Finding]:
        """Yield what does not fit, in the order of the chain, then by row."""
        head = ChainHead.objects.filter(pk=ChainHead.ONLY).first() or ChainHead()
        self._total = head.position
        yield from self._key(head)
        yield from self._chain()
        yield from self._end(head)
        yield from _unlinked()
        yield from self._live_rows()
        yield from _gone()

    def _key(self, head: ChainHead) -> Iterator[Finding]:
        """A key that fits neither the head nor the first link is not the chain's."""
        self._readable = head.key_check in ("", key_check())
        first = HistoryLink.objects.filter(position=1).first()
        if not self._readable and first is not None:
            record = _records(history_id=first.record).first()
            self._readable = record is not None and digest("", record) == first.digest
        if not self._readable:
            text = "The key is not the one that this chain was made with: set HISTORY_KEY to that."
            yield Finding("wrong_key", f"{text} No digest was checked.")

    def _chain(self) -> Iterator[Finding]:
        while chunk := list(_links().filter(position__gt=self.head.position)[:CHUNK]):
            found = _records(history_id__in=[link.record for link in chunk])
            records = {record["history_id"]: record for record in found}
            for link in chunk:
                yield from self._link(link, records.get(link.record))
            self._tell(self.links, self._total)

    def _link(self, link: HistoryLink, record: Values | None) -> Iterator[Finding]:
        before, self.head = self.head, Mark(link.position, link.digest)
        self.links += 1
        where = {
            "position": link.position,
            "recommendation": link.recommendation,
            "record": link.record,
        }
        follows = link.position == before.position + 1
        if not follows:
            yield Finding("gap", f"Links {before.position + 1} to {link.position - 1} are gone.")
        if record is None:
            yield Finding("record_missing", "The record of this link is gone.", **where)
        elif record["id"] != link.recommendation:
            yield Finding("record_changed", "The record is of another row now.", **where)
        elif follows and self._readable and digest(before.digest, record) != link.digest:
            yield Finding("record_changed", _changed(_suspects(record)), **where)
        if self.expect and self.expect.position == link.position:
            yield from self._expected(link)

    def _expected(self, link: HistoryLink) -> Iterator[Finding]:
        if self.expect and link.digest != self.expect.digest:
            text = "The digest is not the expected one: the chain was written anew."
            yield Finding("not_expected", text, position=link.position)

    def _end(self, head: ChainHead) -> Iterator[Finding]:
        if self.head != Mark(head.position, head.digest):
            text = f"The head says {head.position}, the last link is {self.head.position}."
            yield Finding("head_changed", text, position=head.position)
        if self.expect and self.expect.position > self.head.position:
            text = f"The chain ends here; {self.expect.position} was expected: its end is cut off."
            yield Finding("cut_off", text, position=self.head.position)

    def _live_rows(self) -> Iterator[Finding]:
        last = 0
        rows = Recommendation.objects.order_by("pk").values()
        while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
            last = chunk[-1]["id"]
            self.rows += len(chunk)
            newest = _newest([row["id"] for row in chunk])
            for row in chunk:
                yield from _live(row, newest.get(row["id"]))


def _live(row: Values, record: Values | None) -> Iterator[Finding]:
    if record is None:
        yield Finding("no_history", "The row has no history.", recommendation=row["id"])
        return
    where = {"recommendation": row["id"], "record": record["history_id"]}
    if record["history_type"] == "-":
        yield Finding("came_back", "The row is there, though its history ends.", **where)
    elif names := [name for name in row if row[name] != record[name]]:
        text = f"The row is not what its last record says: {', '.join(names)}."
        yield Finding("row_changed", text, **where)


def _unlinked() -> Iterator[Finding]:
    links = HistoryLink.objects.filter(record=OuterRef("history_id"))
    for record in _records().filter(~Exists(links)).order_by("history_id").iterator(CHUNK):
        yield Finding(
            "record_added",
            "The record has no link: it was not written by the program.",
            recommendation=record["id"],
            record=record["history_id"],
        )


def _gone() -> Iterator[Finding]:
    """A row that was deleted by the program has a record that says so."""
    rows = Recommendation.objects.filter(pk=OuterRef("id"))
    later = Recommendation.history.filter(
        id=OuterRef("id"), history_id__gt=OuterRef("history_id")
    ).order_by()
    ends = _records().filter(~Exists(rows), ~Exists(later)).exclude(history_type="-")
    for record in ends.order_by("id").iterator(CHUNK):
        text = "The row is gone, and its history does not say why."
        where = {"recommendation": record["id"], "record": record["history_id"]}
        yield Finding("row_missing", text, **where)


def _links() -> "QuerySet[HistoryLink]":
    return HistoryLink.objects.order_by("position")


def _records(**lookups: Any) -> "QuerySet[Any, dict[str, Any]]":
    return Recommendation.history.filter(**lookups).order_by().values()


def _newest(rows: list[int]) -> dict[int, Values]:
    ends = Recommendation.history.filter(id__in=rows).order_by().values("id")
    newest = ends.annotate(last=Max("history_id")).values_list("last", flat=True)
    return {record["id"]: record for record in _records(history_id__in=list(newest))}


def _suspects(record: Values) -> list[str]:
    """Return the fields that somebody changed, as far as the records beside this one tell.

    A field that never changes, and is another one beside it; one that differs from both sides
    while these agree. Of a last record, what differs from the row.
    """
    own = _records(id=record["id"])
    before = own.filter(history_id__lt=record["history_id"]).order_by("-history_id").first()
    after = own.filter(history_id__gt=record["history_id"]).order_by("history_id").first()
    row: Values | None = Recommendation.objects.filter(pk=record["id"]).values().first()
    names = [field.attname for field in Recommendation._meta.concrete_fields]
    if after is None:
        return [name for name in names if row and row[name] != record[name]]
    beside = [values for values in (before, after) if values is not None]
    return [
        name
        for name in names
        if all(record[name] != values[name] for values in beside)
        and (name not in CHANGING or (len(beside) == 2 and beside[0][name] == beside[1][name]))
    ]


def _changed(names: list[str]) -> str:
    told = f": {', '.join(names)}" if names else ""
    return f"The record, or its link, is not what was written{told}."
