"""Clauses side by side: is a number in the wrong one, or a clause turned into its opposite?"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from recommendations.knowledge.figures import SHARE, Figure, figures
from recommendations.knowledge.text import content_words, sentences, stem, tokens, words

# How close a clause must be to be the one that is meant, and how much closer than another.
CLOSE = 0.6
CLOSER = 0.34
# The clause that has the number is about something else altogether.
UNRELATED = 0.2
ROUNDED_DIGITS = 3
# So many words right before a number say what it is of; and where another thing begins.
SUBJECT_WORDS = 2
_LAST = re.compile(r"[,;:()]|\s(?:and|but|or)\s")
_NEXT = re.compile(r"[,;:()]|\s(?:and|but|or|at)\s")
_BREAK = re.compile(r"[;:]\s|,\s(?:and|but|while|which|so|or)\s|\s(?:and|but)\s(?=that\b)")
_NEGATIONS = {"not", "no", "never", "nobody", "none", "nothing", "neither", "nor", "cannot"}
# Says "not" of a part of its clause only: such clauses are left alone.
_PARTLY = "without"
_DENIED_ORDER = re.compile(r"(?:please )?(?:do not|don't|never)\b", re.IGNORECASE)
# Too few words to tell what a negation in passing is about.
FEW_WORDS = 4
_OPPOSITES = (
    (
        "raise increase rise grow more higher up gain",
        "lower reduce decrease cut fall less fewer down lose",
    ),
    ("remove strip", "install insulate fit apply add put replace wrap"),
    ("on start", "off stop"),
    ("open", "close shut"),
    ("best", "worst"),
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence with what it is about: stems, numbers, whether it denies."""

    text: str
    words: frozenset[str]
    all_words: frozenset[str]
    figures: tuple[Figure, ...]

    @property
    def denies(self) -> bool:
        """Whether it has an odd number of negations."""
        return len([w for w in words(self.text.replace("n't", " not")) if w in _NEGATIONS]) % 2 == 1


@lru_cache(maxsize=2048)
def clauses(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a text, cut where a subject may change."""
    parts = [part for sentence in sentences(text) for part in _BREAK.split(sentence)]
    return tuple(
        Clause(
            part,
            content_words(part),
            frozenset(stem(word) for word in words(part)),
            figures(part),
        )
        for part in parts
        if content_words(part)
    )


def is_given(value: Decimal, given: set[Decimal]) -> bool:
    """Whether a number is one of the event's, or one of these rounded to three digits or more."""
    if value in given:
        return True
    if len(value.as_tuple().digits) < ROUNDED_DIGITS or int(value.as_tuple().exponent) > 0:
        return False
    step = Decimal(1).scaleb(int(value.as_tuple().exponent))
    return any(abs(one - value) * 2 <= step and one != int(one) for one in given)


def is_moved(claim: Clause, said: Sequence[Clause], given: set[Decimal]) -> bool:
    """Whether a clause's number stands in another clause than the one that it rewords."""
    for figure in claim.figures:
        if is_given(figure.value, given):
            continue
        own = max((_near(claim, c) for c in said if _has(c, figure)), default=1.0)
        bound = max(CLOSE, own + CLOSER)
        rivals = [c for c in said if not _has(c, figure) and _near(claim, c) >= bound]
        if any(_has_like(c, figure) for c in rivals) or (rivals and own <= UNRELATED):
            return True
    return False


def is_displaced(claim: Clause, said: Sequence[Clause], given: set[Decimal]) -> bool:
    """Whether a number stands right behind the words that another number of the passage has."""
    for place, figure in enumerate(claim.figures):
        subject = _words_before(claim, place)[-SUBJECT_WORDS:]
        if not subject or is_given(figure.value, given):
            continue
        own, others = set[str](), []
        for clause, n in _figures_like(figure, said):
            if _percent(clause.figures[n]) == _percent(figure):
                own |= {*_words_before(clause, n), *_words_after(clause, n)}
            else:
                others.append(_words_before(clause, n)[-SUBJECT_WORDS:])
        if own and own.isdisjoint(subject) and subject in others:
            return True
    return False


def is_reversed(claim: Clause, said: Sequence[Clause]) -> bool:
    """Whether a clause denies, or turns round, the one that it rewords."""
    nearest = max(said, key=lambda c: _near(claim, c), default=None)
    if nearest is None or _near(claim, nearest) < CLOSE:
        return False
    if claim.denies != nearest.denies and _weighs(claim, nearest):
        return True
    said_words = {word for clause in said for word in clause.all_words}
    return any(
        claim.all_words & one and nearest.all_words & other and not said_words & one
        for a, b in _PAIRS
        for one, other in ((a, b), (b, a))
        if not claim.all_words & other
    )


def _weighs(claim: Clause, nearest: Clause) -> bool:
    """Whether a negation is about the clause as a whole."""
    if _PARTLY in claim.all_words | nearest.all_words:
        return False
    return len(claim.words) >= FEW_WORDS or bool(_DENIED_ORDER.match(claim.text))


def _figures_like(figure: Figure, said: Sequence[Clause]) -> Iterator[tuple[Clause, int]]:
    """Yield the places of the numbers that may have the same unit."""
    for clause in said:
        for place, one in enumerate(clause.figures):
            if one.unit == figure.unit or not (one.unit and figure.unit):
                yield clause, place


def _words_before(clause: Clause, place: int) -> list[str]:
    """Return the content words right before a figure: since the last figure, comma or "and"."""
    start = clause.figures[place - 1].end if place else 0
    return tokens(_LAST.split(clause.text[start : clause.figures[place].start])[-1])


def _words_after(clause: Clause, place: int) -> list[str]:
    """Return the content words behind a figure, up to where the next thing is told."""
    return tokens(_NEXT.split(clause.text[clause.figures[place].end :], maxsplit=1)[0])


def _near(claim: Clause, other: Clause) -> float:
    return len(claim.words & other.words) / len(claim.words)


def _has(clause: Clause, figure: Figure) -> bool:
    return any(_percent(f) == _percent(figure) for f in clause.figures)


def _percent(figure: Figure) -> Decimal:
    """Return a share as the percentage that it is, any other number as it is."""
    return figure.value * 100 if figure.unit == SHARE else figure.value


def _has_like(clause: Clause, figure: Figure) -> bool:
    return any(f.unit == figure.unit for f in clause.figures)


_PAIRS = [
    (frozenset(map(stem, one.split())), frozenset(map(stem, other.split())))
    for one, other in _OPPOSITES
]
