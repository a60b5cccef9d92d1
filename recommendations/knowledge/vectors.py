"""The passages nearest to a vector, searched exactly."""

from collections.abc import Mapping, Set
from typing import Protocol

import numpy as np

from .embedding import Vector, from_bytes
from .retrieval import DECIMALS, Corpus, Passage

#: How many of the nearest passages are looked at.
CANDIDATES = 1000


class Vectors(Protocol):
    """Where the embeddings of a corpus are searched. ``name`` is a ``RAG_VECTOR_BACKEND``."""

    name: str

    def nearest(self, vector: Vector, playbooks: Set[str], k: int) -> list[tuple[Passage, float]]:
        """Return up to ``k`` passages of these playbooks with their cosine, nearest first."""
        ...


class NumpyVectors:
    """All embeddings of a corpus in one matrix, 1.5 KB for each passage."""

    name = "numpy"

    def __init__(self, corpus: Corpus, embeddings: Mapping[int, bytes]) -> None:
        self._passages = [p for d in corpus.documents.values() for p in d.passages]
        self._matrix = np.stack([from_bytes(embeddings[p.id]) for p in self._passages])
        self._owners = np.array([passage.playbook for passage in self._passages])

    def nearest(self, vector: Vector, playbooks: Set[str], k: int) -> list[tuple[Passage, float]]:
        """Return the nearest passages, those of one cosine in the order of the corpus."""
        (among,) = np.nonzero(np.isin(self._owners, sorted(playbooks)))
        # Not a matrix product: its order of additions depends on the machine's threads.
        cosines = np.einsum("ij,j->i", self._matrix[among], vector, dtype=np.float64)
        cosines = cosines.round(DECIMALS)
        best = np.argsort(-cosines, kind="stable")[:k]
        return [(self._passages[among[n]], float(cosines[n])) for n in best]
