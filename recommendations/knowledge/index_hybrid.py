"""Search by meaning and by words, fused; refuses what neither speaks for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from .confidence import DOUBT, SURE, of_cosine
from .embedding import Embedder
from .index_words import WordIndex, Words
from .query import searched
from .retrieval import DECIMALS, Corpus, Hit, Passage, Place
from .vectors import CANDIDATES, Vectors

# Words weigh as much as meaning: with more weight on meaning, the set that is developed on
# changes little and what strangers write is found less often.
BM25_WEIGHT = 0.5
COSINE_WEIGHT = 0.5
# A playbook is as near as its nearest passage, if the others are not far off.
BEST_WEIGHT = 0.6
# As many as a shipped playbook has: the long tail of a long document counts for nothing.
OTHERS = 7

# Once one playbook is near enough, another may be a little farther if its words are right.
FLOOR = 0.2
WORDS_PER_COSINE = 27
# What is far behind the best one is a coincidence, not a second opinion.
SHARE_OF_BEST = 0.35


@dataclass(frozen=True, slots=True)
class Near:
    """A playbook's nearest passage, its cosine, and how near the playbook is as a whole."""

    passage: Passage
    cosine: float
    strength: float


class HybridIndex:
    """BM25 and cosine in equal parts, each scaled to 0..1 over the playbooks that apply."""

    name = "hybrid"

    def __init__(self, corpus: Corpus, vectors: Vectors, model: Embedder) -> None:
        self.corpus = corpus
        self._words = WordIndex(corpus)
        self._vectors = vectors
        self._model = model

    def search(
        self, text: str, *, entity_type: str, metric: str, side: str = "", k: int
    ) -> list[Hit]:
        """Return up to ``k`` playbooks, best first; see ``PassageIndex``."""
        place = Place.of(self.corpus, entity_type=entity_type, metric=metric, side=side)
        fitting = {n for n, d in self.corpus.documents.items() if place.fits(d.front)}
        wanted = searched(text)
        words = self._words.look_up(wanted)
        if not words.terms or not fitting:
            return []
        near = _by_playbook(self._vectors.nearest(self._model.embed(wanted), fitting, CANDIDATES))
        if not _is_answerable(near, words):
            return []
        scores = _fused(near, words)
        bound = SHARE_OF_BEST * max(scores.values())
        best = sorted(scores, key=lambda name: (-scores[name], name))
        good = (n for n in best if scores[n] >= bound and near[n].cosine >= FLOOR)
        return [_hit(near[name], words, scores[name]) for name in islice(good, k)]


def _is_answerable(near: Mapping[str, Near], words: Words) -> bool:
    """Return whether the nearest playbook is near enough, or the words make up for it."""
    cosine = max(one.cosine for one in near.values())
    evidence = max(words.evidence(name) for name in near)
    return cosine >= DOUBT and evidence >= WORDS_PER_COSINE * (SURE - cosine)


def _by_playbook(found: Iterable[tuple[Passage, float]]) -> dict[str, Near]:
    grouped: dict[str, list[tuple[Passage, float]]] = defaultdict(list)
    for passage, cosine in found:
        grouped[passage.playbook].append((passage, cosine))
    return {name: _near(passages) for name, passages in grouped.items()}


def _near(passages: list[tuple[Passage, float]]) -> Near:
    (nearest, best), *_ = passages
    cosines = [cosine for _, cosine in passages[:OTHERS]]
    mean = sum(cosines) / len(cosines)
    return Near(nearest, best, BEST_WEIGHT * best + (1 - BEST_WEIGHT) * mean)


def _fused(near: Mapping[str, Near], words: Words) -> dict[str, float]:
    lexical = _scaled({name: words.scores[name] for name in near})
    semantic = _scaled({name: one.strength for name, one in near.items()})
    return {
        name: round(BM25_WEIGHT * lexical[name] + COSINE_WEIGHT * semantic[name], DECIMALS)
        for name in near
    }


def _scaled(scores: Mapping[str, float]) -> dict[str, float]:
    """Return the scores from 0 for the least to 1 for the greatest; of equal ones all are 1."""
    least, greatest = min(scores.values()), max(scores.values())
    span = greatest - least
    return {name: (score - least) / span if span else 1.0 for name, score in scores.items()}


def _hit(near: Near, words: Words, score: float) -> Hit:
    return Hit(
        passage_id=near.passage.id,
        playbook=near.passage.playbook,
        bm25=words.scores[near.passage.playbook],
        cosine=near.cosine,
        score=score,
        confidence=round(of_cosine(near.cosine), DECIMALS),
        low=near.cosine < SURE,
    )
