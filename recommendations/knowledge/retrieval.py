"""Find the passages that fit a situation, or none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from .bm25 import BM25
from .kinds import kind_of
from .schema import FrontMatter
from .spelling import Spelling
from .text import STOP_WORDS, stem, words
from .vocabulary import CANONICAL


@dataclass(frozen=True, slots=True)
class Passage:
    """One headed section of a playbook, as it is searched and cited."""

    id: int
    playbook: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
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
    documents: Mapping[str, Document]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found. Only ``score`` is compared; the others say where it comes from."""

    passage_id: int
    playbook: str
    bm25: float
    cosine: float | None
    score: float


class PassageIndex(Protocol):
    """A way to search a corpus."""

    name: str
    threshold: float
    corpus: Corpus

    def search(
        self, text: str, *, entity_type: str, metric: str, side: str = "", k: int
    ) -> list[Hit]:
        """Return up to ``k`` passages, best first, of playbooks that apply.

        An entity type, metric or side that is not known filters nothing. Hits below
        ``threshold`` are not good enough to be proposed.
        """
        ...


class BM25Index:
    """Words only: no model, no network, the same ranks everywhere.

    The score is BM25 times the share of the situation's words that the corpus knows, so that
    a long text about something else does not get in by a few everyday words. The threshold
    was calibrated on the situations and off-domain texts of the test suite.
    """

    name = "bm25"
    threshold = 1.7

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self._fronts = [d.front for d in corpus.documents.values() for _ in d.passages]
        self._passages = [p for d in corpus.documents.values() for p in d.passages]
        documents = [
            search_words(f"{front.title}. {passage.text}")
            for front, passage in zip(self._fronts, self._passages, strict=True)
        ]
        self._bm25 = BM25(documents)
        self._spelling = Spelling(word for document in documents for word in document)
        self._metrics = {m for front in self._fronts for m in front.applies_to.metric}

    def search(
        self, text: str, *, entity_type: str, metric: str, side: str = "", k: int
    ) -> list[Hit]:
        """Return up to ``k`` passages, best first; see ``PassageIndex``."""
        query = {self._spelling.correct(word) for word in search_words(text)}
        known = sum(word in self._spelling for word in query) / max(1, len(query))
        kind = kind_of(entity_type)
        known_metric = metric if metric in self._metrics else None
        hits = [
            Hit(passage.id, passage.playbook, score, None, score * known)
            for score, front, passage in zip(
                self._bm25.scores(sorted(query)), self._fronts, self._passages, strict=True
            )
            if score > 0 and _applies(front, kind, known_metric, side)
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.playbook, hit.passage_id))[:k]


def search_words(text: str) -> list[str]:
    """Return what of a text is searched: stems of content words in the field's one spelling."""
    return [
        stem(CANONICAL.get(word, word))
        for word in words(text)
        if word not in STOP_WORDS and len(word) > 1 and not word.isdigit()
    ]


def _applies(front: FrontMatter, kind: str | None, metric: str | None, side: str) -> bool:
    place = front.applies_to
    return (
        (kind is None or not place.entity_type or kind in place.entity_type)
        and (metric is None or not place.metric or metric in place.metric)
        and (not side or side in place.side)
    )
