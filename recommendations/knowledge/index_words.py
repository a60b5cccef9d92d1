"""Search by words only: no model, no network, the same ranks everywhere."""

from dataclasses import dataclass

from .bm25 import BM25
from .confidence import ENOUGH_WORDS, SURE_WORDS, of_words
from .query import searched
from .retrieval import Corpus, Hit, Passage, Place, searched_text
from .spelling import Spelling
from .vocabulary import CANONICAL, search_word, search_words, telling_words

# What scores far below the best one is a coincidence of words, not a second opinion.
SHARE_OF_BEST = 0.35


@dataclass(frozen=True, slots=True)
class Words:
    """What a text's words say about each playbook.

    ``scores`` is BM25, by playbook; ``known`` is the share of the text's words that the corpus
    has at all. Their product keeps a long text about something else from getting in by a few
    everyday words.
    """

    terms: tuple[str, ...]
    scores: dict[str, float]
    known: float

    def evidence(self, playbook: str) -> float:
        """Return how much the words speak for a playbook, 0 if none of them does."""
        return self.scores[playbook] * self.known


class WordIndex:
    """BM25 over whole playbooks: a note's words are often spread over several passages."""

    def __init__(self, corpus: Corpus) -> None:
        self._names = list(corpus.documents)
        texts = [
            " ".join(searched_text(d.front.title, p.heading, p.text) for p in d.passages)
            for d in corpus.documents.values()
        ]
        documents = [search_words(text) for text in texts]
        self._bm25 = BM25(documents)
        self._terms = frozenset(term for document in documents for term in document)
        written = (word for text in texts for word in telling_words(text))
        self._spelling = Spelling([*written, *CANONICAL])

    def look_up(self, text: str) -> Words:
        """Return the words of a text, corrected, and what they say."""
        terms = sorted({self._meant(word) for word in telling_words(text)})
        known = sum(term in self._terms for term in terms) / max(1, len(terms))
        scores = dict(zip(self._names, self._bm25.scores(terms), strict=True))
        return Words(tuple(terms), scores, known)

    def _meant(self, word: str) -> str:
        """Return what is searched for a word; only one that is not known is corrected.

        Before it is stemmed: a slip in the ending leaves no ending to take off.
        """
        term = search_word(word)
        return term if term in self._terms else search_word(self._spelling.correct(word))


class BM25Index:
    """Proposes the playbooks whose words speak for them, see ``Words``."""

    name = "bm25"

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self._words = WordIndex(corpus)

    def search(
        self, text: str, *, entity_type: str, metric: str, side: str = "", k: int
    ) -> list[Hit]:
        """Return up to ``k`` playbooks, best first; see ``PassageIndex``."""
        place = Place.of(self.corpus, entity_type=entity_type, metric=metric, side=side)
        words = self._words.look_up(searched(text))
        found = {
            name: words.evidence(name)
            for name, document in self.corpus.documents.items()
            if place.fits(document.front)
        }
        bound = max(ENOUGH_WORDS, SHARE_OF_BEST * max(found.values(), default=0.0))
        good = sorted((-score, name) for name, score in found.items() if score >= bound)
        return [self._hit(name, words, -score, -good[0][0]) for score, name in good[:k]]

    def _hit(self, name: str, words: Words, score: float, top: float) -> Hit:
        return Hit(
            passage_id=_best_passage(self.corpus.documents[name].passages, words).id,
            playbook=name,
            bm25=words.scores[name],
            cosine=None,
            score=score / top,
            confidence=of_words(score),
            low=score < SURE_WORDS,
        )


def _best_passage(passages: tuple[Passage, ...], words: Words) -> Passage:
    scores = BM25([search_words(passage.text) for passage in passages]).scores(words.terms)
    return passages[scores.index(max(scores))]
