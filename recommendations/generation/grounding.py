"""Is a claim borne out by what it cites? By its numbers, by enough of its words, by its direction.

What it looks for, in this order: numbers that nobody gave, numbers in another unit, words that
do not stand together anywhere, numbers of another clause, and a clause turned into its opposite.
The last two only speak where the claim follows one clause of the passage closely: they miss a
free rewording rather than refuse a sound one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import chain, pairwise

from recommendations.knowledge.embedding import EmbeddingUnavailable, embedder
from recommendations.knowledge.figures import SHARE, Figure, figures, without_figures
from recommendations.knowledge.text import content_words, sentences

from .clauses import clauses, is_displaced, is_given, is_moved, is_reversed

MIN_OVERLAP = 0.4
MIN_TOGETHER = 0.4
MIN_COSINE = 0.55

type Cosine = Callable[[str, str], float | None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim is supported, and what speaks for and against it.

    ``overlap`` is the share of the claim's words that the passage has, 0 to 1; ``cosine``
    is ``None`` where there is no embedding or none was needed. ``problem`` says in words why the
    claim is not supported, and is empty if it is.
    """

    supported: bool
    unsupported_numbers: tuple[str, ...]
    overlap: float
    cosine: float | None = None
    problem: str = ""


def embedded(claim: str, passage: str) -> float | None:
    """Return the cosine of two texts, ``None`` without a model."""
    try:
        model = embedder()
    except EmbeddingUnavailable:
        return None
    return float(model.embed(claim) @ model.embed(passage))


def check(
    claim: str,
    passage: str,
    event_numbers: Iterable[Decimal] = (),
    *,
    cosine: Cosine | None = embedded,
) -> Verdict:
    """Check one claim against the passage it cites and the numbers of its event.

    The cosine is asked for only where words alone do not do; ``None`` never asks.
    """
    given = {abs(number) for number in event_numbers}
    foreign = unsupported(claim, passage, given)
    claimed, said = content_words(without_figures(claim)), _by_sentence(passage)
    overlap = len(claimed.intersection(chain.from_iterable(said))) / max(1, len(claimed))
    by_words = overlap >= MIN_OVERLAP and _stand_together(claimed, said)
    near = None if by_words or cosine is None or not claimed else cosine(claim, passage)
    problem = ""
    if foreign:
        problem = f"the numbers {', '.join(foreign)} are in nothing that is cited"
    elif not by_words and (near is None or near < MIN_COSINE):
        problem = f"only {overlap:.0%} of its words are in what is cited"
    else:
        problem = _twisted(claim, passage, given)
    return Verdict(not problem, foreign, round(overlap, 4), near, problem)


def unsupported(claim: str, passage: str, given: Iterable[Decimal] = ()) -> tuple[str, ...]:
    """Return the numbers of a claim that neither a passage nor the event has, ascending.

    A number with a unit is not the same number with another one; where one side names no unit,
    the number decides. A half is 0.5 and 50 %.
    """
    own = set(given)
    said = _by_value(passage)
    foreign = {
        figure.value
        for figure in figures(claim)
        if not is_given(figure.value, own) and not _is_said(figure, said)
    }
    return tuple(f"{value:f}" for value in sorted(foreign))


def _is_said(figure: Figure, said: dict[Decimal, frozenset[str]]) -> bool:
    units = said.get(figure.value, frozenset())
    if figure.unit in units or (units and (not figure.unit or units == {""})):
        return True
    if figure.unit == "%":
        return SHARE in said.get(figure.value / 100, ())
    if figure.unit == SHARE:
        return bool(units) or "%" in said.get(figure.value * 100, ())
    return False


@lru_cache(maxsize=2048)
def _by_value(text: str) -> dict[Decimal, frozenset[str]]:
    """Return the numbers of a text with the units that each is written with."""
    found: dict[Decimal, frozenset[str]] = {}
    for figure in figures(text):
        found[figure.value] = found.get(figure.value, frozenset()) | {figure.unit}
    return found


@lru_cache(maxsize=1024)
def _by_sentence(text: str) -> tuple[frozenset[str], ...]:
    """Return the words of each sentence of a text."""
    return tuple(content_words(sentence) for sentence in sentences(text))


def _stand_together(claimed: frozenset[str], said: Sequence[frozenset[str]]) -> bool:
    """Whether the claim's words are in two sentences on end, not all over the passage."""
    shared = [claimed & sentence for sentence in said]
    pairs = pairwise([*shared, frozenset()])
    most = max((len(one | after) for one, after in pairs), default=0)
    return most >= MIN_TOGETHER * len(claimed)


def _twisted(claim: str, passage: str, given: set[Decimal]) -> str:
    """Return what a close rewording of a clause got wrong, empty if nothing is seen."""
    said = clauses(passage)
    for clause in clauses(claim):
        if clause.text in passage:
            continue
        if is_moved(clause, said, given) or is_displaced(clause, said, given):
            return f"a number belongs to something else: {clause.text}"
        if is_reversed(clause, said):
            return f"it says the opposite of what is cited: {clause.text}"
    return ""
