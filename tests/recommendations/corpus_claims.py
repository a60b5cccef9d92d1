"""Claims with a known verdict: what the corpus says, what it says otherwise, what it never said.

Where the corpus itself gives the claim, a program makes it, the same every time; paraphrases,
inventions and instructions were written by hand (``corpus_claims.jsonl``).
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from recommendations.knowledge.playbook import PlaybookFile
from recommendations.knowledge.text import sentences

WRITTEN = Path(__file__).parent / "corpus_claims.jsonl"
#: How many places further the passage stands that a sentence is cited to wrongly. They share no
#: factor, so that each sentence meets passages from all over the corpus.
STEPS = (17, 53, 101)
# A number as it is written, not within a word: the 2 of CO2 is none.
FIGURE = re.compile(r"(?<![\w.,-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w.,]*\d)")
RANGE = re.compile(r"(\d+)(?: ?%)?( ?[-\u2013] ?)(\d+)")
#: A unit, and one that makes another statement of the same digits.
UNITS = {
    "gallons": "barrels",
    "tonnes": "kilograms",
    "kg CO2e": "g CO2e",
    "kWh": "MWh",
    "%": "kg",
    "hours": "minutes",
    "months": "weeks",
    "years": "months",
}


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim, the passage it cites, and whether that bears it out."""

    sort: str
    text: str
    passage: str
    supported: bool


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence of the corpus in its place."""

    playbook: str
    text: str
    passage: str


def claims(playbooks: Sequence[PlaybookFile]) -> Iterator[Claim]:
    """Yield every claim: made by the program first, then written by hand."""
    said = [
        _Said(one.front.id, sentence, section.text)
        for one in playbooks
        for section in one.sections
        for sentence in sentences(section.text)
    ]
    yield from (Claim("own sentence", one.text, one.passage, supported=True) for one in said)
    yield from _swapped(said)
    for one in said:
        yield from _changed(one)
    yield from _written(playbooks)


def _swapped(said: list[_Said]) -> Iterator[Claim]:
    """Yield sentences that cite a passage of another playbook."""
    for step in STEPS:
        for place, one in enumerate(said):
            other = said[(place + step) % len(said)]
            if other.playbook != one.playbook and one.text not in other.passage:
                yield Claim("swapped citation", one.text, other.passage, supported=False)


def _changed(one: _Said) -> Iterator[Claim]:
    """Yield a sentence with one number changed, in every way that it can be."""
    for sort, change in CHANGES.items():
        text = change(one.text)
        if text != one.text and not _says_the_same(text, one):
            yield Claim(f"changed: {sort}", text, one.passage, supported=False)
    for sort, write in NOTATIONS.items():
        if (text := write(one.text)) != one.text:
            yield Claim(f"rewritten: {sort}", text, one.passage, supported=True)


def _says_the_same(text: str, one: _Said) -> bool:
    """Whether the figures that are new in a sentence stand in its passage after all."""
    new = set(FIGURE.findall(text)) - set(FIGURE.findall(one.text))
    return bool(new) and new <= set(FIGURE.findall(one.passage))


def _last(text: str, change: Callable[[str], str]) -> str:
    """Change the last figure of a sentence, where the point of it usually is."""
    found = list(FIGURE.finditer(text))
    if not found:
        return text
    figure = found[-1]
    return text[: figure.start()] + change(figure[0]) + text[figure.end() :]


def _one_digit(figure: str) -> str:
    return figure[:-1] + str((int(figure[-1]) + 3) % 10)


def _swap_digits(figure: str) -> str:
    for place, (a, b) in enumerate(pairwise(figure)):
        if a != b and a.isdigit() and b.isdigit() and not (place == 0 and b == "0"):
            return figure[:place] + b + a + figure[place + 2 :]
    return figure


def _shift_point(figure: str) -> str:
    return figure + "0" if "." not in figure else figure.replace(".", "")


def _comma(figure: str) -> str:
    """A changed figure with a decimal comma."""
    whole, point, part = figure.partition(".")
    return f"{whole},{_one_digit(part)}" if point else figure


def _range_end(text: str) -> str:
    return RANGE.sub(lambda found: f"{found[1]}{found[2]}{int(found[3]) + 15}", text, count=1)


def _unit(text: str) -> str:
    for unit, other in UNITS.items():
        changed = re.sub(rf"(\d) ?{re.escape(unit)}(?!\w)", rf"\1 {other}", text, count=1)
        if changed != text:
            return changed
    return text


CHANGES: dict[str, Callable[[str], str]] = {
    "one digit": lambda text: _last(text, _one_digit),
    "digits swapped": lambda text: _last(text, _swap_digits),
    "point moved": lambda text: _last(text, _shift_point),
    "decimal comma": lambda text: _last(text, _comma),
    "number word": lambda text: _last(text, lambda _: "forty"),
    "fraction word": lambda text: _last(text, lambda _: "two thirds"),
    "end of a range": _range_end,
    "percent in words": lambda text: re.sub(r"(\d+) ?%", r"1\1 percent", text, count=1),
    "unit": _unit,
}
NOTATIONS: dict[str, Callable[[str], str]] = {
    "percent in words": lambda text: re.sub(r"(\d) ?%", r"\1 percent", text),
    "percent without a space": lambda text: re.sub(r"(\d) %", r"\1%", text),
    "dash of a range": lambda text: RANGE.sub(r"\1 to \3", text),
    "decimal comma": lambda text: re.sub(r"(?<![\d,.])(\d+)\.(\d{1,2})(?!\d)", r"\1,\2", text),
    "no comma in thousands": lambda text: re.sub(r"(\d),(\d{3})", r"\1\2", text),
}


def _written(playbooks: Sequence[PlaybookFile]) -> Iterator[Claim]:
    passages = {(p.front.id, s.heading): s.text for p in playbooks for s in p.sections}
    for line in WRITTEN.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        passage = passages[row["playbook"], row["section"]]
        yield Claim(row["sort"], row["claim"], passage, row["supported"])
