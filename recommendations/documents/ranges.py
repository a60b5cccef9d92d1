"""Some of many sections, as people write it: ``1-4, 7``."""

import re
from collections.abc import Collection, Sequence

_PART = re.compile(r"(\d{1,5})(?:\s*[-\u2013]\s*(\d{1,5}))?")


def headings_outside(text: str, headings: Sequence[str]) -> list[str]:
    """Return the headings whose number, from 1, is in none of the ranges; of no text none.

    Raises:
        ValueError: it is no list of ranges, or has a number that no section has.
    """
    if not text.strip():
        return []
    named: set[int] = set()
    for part in text.split(","):
        found = _PART.fullmatch(part.strip())
        if found is None:
            raise ValueError(f"Write numbers and ranges like 1-4, 7, not {part.strip()[:20]!r}.")
        first, last = int(found[1]), int(found[2] or found[1])
        if not 1 <= first <= last <= len(headings):
            raise ValueError(f"There are sections 1 to {len(headings)}, not {part.strip()}.")
        named.update(range(first, last + 1))
    return [heading for number, heading in enumerate(headings, 1) if number not in named]


def ranges_of(headings: Sequence[str], left_out: Collection[str]) -> str:
    """Return the numbers of the headings that are not left out: ``1-4, 7``."""
    ranges: list[list[int]] = []
    for number, heading in enumerate(headings, 1):
        if heading in left_out:
            continue
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ", ".join(f"{a}-{b}" if b > a else f"{a}" for a, b in ranges)
