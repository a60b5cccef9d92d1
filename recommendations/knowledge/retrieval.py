"""What is searched, what is found, and what every way to search has in common."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from .kinds import kind_of
from .schema import FrontMatter

#: Of scores: the last bits of a sum decide nothing.
DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Passage:
    """One headed section of a playbook, as it is searched and cited."""

    id: int
    playbook: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class IndexedPlaybook:
    """One playbook with its passages."""

    front: FrontMatter
    passages: tuple[Passage, ...]

    def passage(self, heading: str) -> Passage | None:
        """Return the passage under a heading."""
        return next((p for p in self.passages if p.heading == heading), None)


@dataclass(frozen=True, slots=True)
class Corpus:
    """All playbooks that may be proposed; ``version`` changes with any of their bytes."""

    version: str
    documents: Mapping[str, IndexedPlaybook]


@dataclass(frozen=True, slots=True)
class Hit:
    """A playbook found, by its best passage.

    ``bm25`` and ``cosine`` (``None`` without embeddings) say where ``score`` comes from: it
    orders the hits of one search, 0 to 1. ``confidence``, 0 to 1, can be compared between
    searches; it is a rank, not a probability. ``low`` marks what is barely good enough.
    """

    passage_id: int
    playbook: str
    bm25: float
    cosine: float | None
    score: float
    confidence: float
    low: bool


class PassageIndex(Protocol):
    """A way to search a corpus. ``name`` is ``hybrid`` or ``bm25``."""

    name: str
    corpus: Corpus

    def search(
        self, text: str, *, entity_type: str, metric: str, side: str = "", k: int
    ) -> list[Hit]:
        """Return up to ``k`` playbooks that apply and are good enough to be proposed.

        Best first, each once, by its best passage; an empty list refuses. An entity type,
        metric or side that is not known filters nothing.
        """
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was measured, as far as the corpus knows it: what playbooks must fit."""

    kind: str | None
    metric: str | None
    side: str

    @classmethod
    def of(cls, corpus: Corpus, *, entity_type: str, metric: str, side: str) -> "Place":
        """Return the place; an entity type or metric that no playbook names is ``None``."""
        known = {m for d in corpus.documents.values() for m in d.front.applies_to.metric}
        return cls(kind_of(entity_type), metric if metric in known else None, side)

    def fits(self, front: FrontMatter) -> bool:
        """Return whether a playbook may be proposed here."""
        where = front.applies_to
        return (
            (self.kind is None or not where.entity_type or self.kind in where.entity_type)
            and (self.metric is None or not where.metric or self.metric in where.metric)
            and (not self.side or self.side in where.side)
        )


def searched_text(title: str, heading: str, text: str) -> str:
    """Return what of a passage is searched and embedded.

    Its text after the playbook's title; the heading is the same in most and tells nothing.
    """
    return f"{title}. {text}"
