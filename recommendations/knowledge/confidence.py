"""How near is near enough, how sure that makes a search, and which of it is barely enough.

Apart from the ways to search: the shape of a row asks as well, and loads neither of them.
Calibrated on the reference situations and on texts about something else: see the tests.
"""

#: Of a confidence as it is stored and shown.
SHOWN_DECIMALS = 2
# By meaning. Between the two cosines, words must make up for what is missing.
DOUBT, SURE = 0.25, 0.45
# The cosine of a text with itself is 1, but of a note with its playbook hardly more than this.
BEST_COSINE = 0.75
# By words: of the evidence, see ``index_words``.
ENOUGH_WORDS, SURE_WORDS = 2.6, 3.8
# What a confidence is worth where no note speaks, only the reading.
READING_ONLY = 0.5


def of_cosine(cosine: float) -> float:
    """Return how sure a search by meaning is, 0 to 1."""
    return min(1.0, max(0.0, (cosine - DOUBT) / (BEST_COSINE - DOUBT)))


def of_words(evidence: float) -> float:
    """Return how sure a search by words is, 0 to 1."""
    return evidence / (evidence + 3 * ENOUGH_WORDS)


def shown(confidence: float, *, from_note: bool) -> float:
    """Return the confidence of a recommendation, from that of the search that found it."""
    return round(confidence if from_note else READING_ONLY * confidence, SHOWN_DECIMALS)


_LOW_BELOW = {
    "hybrid": shown(of_cosine(SURE), from_note=False),
    "bm25": shown(of_words(SURE_WORDS), from_note=False),
}


def is_low(confidence: float, retriever: str) -> bool:
    """Whether a recommendation was barely near enough to be proposed.

    That is below what a reading alone reaches where its search is just sure; a note may be
    as much less near as a reading is worth less.
    """
    return confidence < _LOW_BELOW.get(retriever, 0.0)
