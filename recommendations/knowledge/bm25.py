"""BM25 by Lucene's formula, in Python, so that every database gives the same ranks."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

K1 = 1.2
B = 0.75


class BM25:
    """An inverted index over tokenized documents that are known by their position."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        lengths = [len(document) for document in documents]
        mean = sum(lengths) / len(lengths) if any(lengths) else 1.0
        self._norms = [K1 * (1 - B + B * length / mean) for length in lengths]
        self._postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for position, document in enumerate(documents):
            for token, count in Counter(document).items():
                self._postings[token].append((position, count))

    def idf(self, token: str) -> float:
        """Return how much a token tells: 0 if no document has it."""
        found = len(self._postings.get(token, ()))
        if not found:
            return 0.0
        return math.log(1 + (len(self._norms) - found + 0.5) / (found + 0.5))

    def scores(self, query: Sequence[str]) -> list[float]:
        """Return one score per document, 0 where no token of the query occurs.

        A token that the query repeats counts once: a note that says a word three times is
        not more about it.
        """
        scores = [0.0] * len(self._norms)
        for token in sorted(set(query)):
            idf = self.idf(token)
            for position, count in self._postings.get(token, ()):
                scores[position] += idf * count / (count + self._norms[position])
        return scores
