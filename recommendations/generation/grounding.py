"""Is a claim borne out by what it cites? Numbers must be there, and enough of the words.

It cannot see a negation, nor a number that moved to another subject: the extractive generator
produces neither.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from recommendations.knowledge.text import content_words, numbers

MIN_OVERLAP = 0.4


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim is supported, and what speaks for and against it.

    ``overlap`` is the share of the claim's words that the passage has, 0 to 1. ``cosine``
    needs an embedding and is ``None`` without.
    """

    supported: bool
    unsupported_numbers: tuple[str, ...]
    overlap: float
    cosine: float | None = None


def check(claim: str, passage: str, event_numbers: Iterable[Decimal] = ()) -> Verdict:
    """Check one claim against the passage it cites and the numbers of its event."""
    foreign = numbers(claim) - numbers(passage) - {abs(number) for number in event_numbers}
    words = content_words(claim)
    overlap = len(words & content_words(passage)) / len(words) if words else 0.0
    return Verdict(
        supported=not foreign and overlap >= MIN_OVERLAP,
        unsupported_numbers=tuple(f"{number:f}" for number in sorted(foreign)),
        overlap=round(overlap, 4),
    )
