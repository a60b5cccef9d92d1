"""The numbers of a text as numbers, with their units, however they are written.

Digits with the separators of English, continental, Swiss and Indian writing, fractions, number
words, powers. English wins where a shape has two readings: 1,234 is a thousand, 1.234 is not.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from .units import CURRENCIES, UNIT

_THIN = "\u00a0\u202f\u2009"
_APOSTROPHES = "'\u2019"
_DASHES = "-\u2013\u2014"
_NAMES = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
    fifteen sixteen seventeen eighteen nineteen
    twenty thirty forty fifty sixty seventy eighty ninety
"""
_SMALL, _TENS = _NAMES.split()[:20], _NAMES.split()[20:]
_UNDER_100 = {name: number for number, name in enumerate(_SMALL)} | {
    name: 10 * number for number, name in enumerate(_TENS, 2)
}
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_PHRASES = {
    "half": "0.5", "halves": "0.5", "halved": "0.5", "halving": "0.5",
    "twice": "2", "doubles": "2", "doubled": "2", "doubling": "2",
    "triples": "3", "tripled": "3", "dozen": "12",
}  # fmt: skip
_PART_NAMES = "third quarter fifth sixth seventh eighth ninth tenth"
_PARTS = {f"{name}s?": number for number, name in enumerate(_PART_NAMES.split(), 3)}
_PARTS |= {"twentieths?": 20, "hundredths?": 100}
#: What a word says of a whole, told apart so that half is also 50 %.
SHARE = "share"
_SIGNS = "".join(
    chr(code)
    for first, last in ((0xB2, 0xBE), (0x2070, 0x2189), (0x2460, 0x24EA))
    for code in range(first, last + 1)
    if unicodedata.numeric(chr(code), None) is not None
)  # fmt: skip
_NUMBER_WORDS = "|".join([*_UNDER_100, "hundred", *_SCALES])
_FOUND = re.compile(
    rf"""
    (?P<name>(?:  # R12, PM2.5, CO2 and co2e, m2
        (?<![^\W\d_])[^\W\d_]{{0,11}}(?-i:[A-Z])[^\W\d_]{{0,11}} | co(?=2) | ch(?=4)
        | (?<!\w)[a-wyz]
      )\d\w*(?:\.\d\w*)*)
    | (?P<digits>(?<!\w)\.\d+ | (?<![\d])\d+(?:[.,{_APOSTROPHES}{_THIN}]\d+|[ ]\d{{3}}(?![\d]))*)
      (?:[eE](?P<power>[+-]?\d{{1,2}})(?!\w) | \s*[\u00d7x*]\s*10\^(?P<tens>-?\d{{1,2}}))?
      (?:(?P<kilo>k)(?!\w) | [\s-](?P<scale>{"|".join(_SCALES)})\b)?
    | (?<![^\W\d_])(?P<sign>[{_SIGNS}])
    | \b(?P<count>a|one|{"|".join(_SMALL[2:10])})[ -](?P<part>{"|".join(_PARTS)})
      (?:(?<=s)\b|(?=\s+(?:of|less|more|lower|higher|fewer)\b|[.,;:)]))
    | \b(?P<fold>{"|".join(_SMALL[2:])})-?fold\b
    | \b(?P<phrase>{"|".join(_PHRASES)})\b
    | \b(?P<words>(?:{_NUMBER_WORDS})(?:(?:[\s-]+|[\s-]+and[\s-]+)(?:{_NUMBER_WORDS}))*)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_UNIT = re.compile(rf"[\s{_THIN}-]?[\s{_THIN}]?(?:{UNIT.pattern})")
_CURRENCY = re.compile(r"(?:[$€£]|\b(?:USD|EUR|GBP))\s?$")
_RANGE = re.compile(rf"\s*(?:[{_DASHES}]|to|or|and|\.\.)\s*(?:[$€£]\s?)?", re.IGNORECASE)
_ENGLISH = re.compile(r"(?!0\d*,)(?:\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3})(?:\.\d+)?")
_PLAIN = re.compile(r"\d+|\d*\.\d+")
_COMMA = re.compile(r"\d+,\d+")
_CONTINENTAL = re.compile(r"\d{1,3}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,})")
_SPACED = re.compile(
    rf"\d{{1,3}}(?P<gap>[ {_APOSTROPHES}{_THIN}])\d{{3}}(?:(?P=gap)\d{{3}})*(?:[.,]\d+)?"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a text, without its sign; ``unit`` is canonical, empty if none is written.

    ``start`` and ``end`` are where the number stands, without its unit.
    """

    value: Decimal
    unit: str
    start: int
    end: int


@lru_cache(maxsize=4096)
def figures(text: str) -> tuple[Figure, ...]:
    """Return the numbers of a text in order; names such as CO2 or R12 have none, nor has "one"."""
    found = [
        Figure(value, share or _unit_of(text, start, end), start, end)
        for match in _FOUND.finditer(text)
        for value, share, start, end in _values(match)
    ]
    return tuple(_with_units_of_ranges(text, found))


def without_figures(text: str) -> str:
    """Return a text without its numbers, its names with digits left in."""
    for figure in reversed(figures(text)):
        text = f"{text[: figure.start]} {text[figure.end :]}"
    return text


def _values(match: re.Match[str]) -> Iterator[tuple[Decimal, str, int, int]]:
    """Return what a match says: a number, whether it is a share, and where it stands."""
    kind, span = match.lastgroup or "", match.span()
    if kind == "name":
        return
    if match["digits"]:
        yield from _digits(match)
    elif kind == "words":
        yield from ((value, "", *span) for value in _spoken(match["words"].lower()))
    elif kind == "sign":
        yield Decimal(str(round(unicodedata.numeric(match["sign"]), 4))), "", *span
    elif kind == "fold":
        yield Decimal(_UNDER_100[match["fold"].lower()]), "", *span
    elif kind == "phrase":
        value = Decimal(_PHRASES[match["phrase"].lower()])
        yield value, SHARE if value < 1 else "", *span
    else:
        count = _UNDER_100.get(match["count"].lower(), 1)
        parts = _PARTS[match["part"].lower().removesuffix("s") + "s?"]
        yield round(Decimal(count) / parts, 4), SHARE, *span


def _digits(match: re.Match[str]) -> Iterator[tuple[Decimal, str, int, int]]:
    parts = _read(match["digits"])
    power = int(match["power"] or match["tens"] or 0)
    scale = 1000 if match["kilo"] else _SCALES.get((match["scale"] or "").lower(), 1)
    start, end = match.span()
    for value in parts[:-1]:
        yield value, "", start, start
    yield parts[-1].scaleb(power) * scale, "", start, end


def _read(digits: str) -> list[Decimal]:
    """Return the number that a run of digits and separators is; its parts if it is none."""
    if _PLAIN.fullmatch(digits):
        return [Decimal(digits)]
    if _ENGLISH.fullmatch(digits):
        return [Decimal(digits.replace(",", ""))]
    if _CONTINENTAL.fullmatch(digits):
        return [Decimal(digits.replace(".", "").replace(",", "."))]
    if _COMMA.fullmatch(digits):
        return [Decimal(digits.replace(",", "."))]
    if found := _SPACED.fullmatch(digits):
        return [Decimal(digits.replace(found["gap"], "").replace(",", "."))]
    pieces = digits.split(" ") if " " in digits else re.split(r"\D", digits)
    return [value for piece in pieces if piece for value in _read(piece)]


def _spoken(phrase: str) -> Iterator[Decimal]:
    """Return the numbers of a run of number words; a lone "one" is none."""
    total = current = 0
    words: list[str] = []
    for word in re.split(r"[\s-]+", phrase):
        if word == "and" or _goes_on(words, word):
            words.append(word)
        else:
            yield from _said(words, total + current)
            total, current, words = 0, 0, [word]
        if word in _SCALES:
            total, current = total + max(1, current) * _SCALES[word], 0
        elif word == "hundred":
            current = max(1, current) * 100
        elif word != "and":
            current += _UNDER_100[word]
    yield from _said(words, total + current)


def _said(words: list[str], value: int) -> Iterator[Decimal]:
    if words and words != ["one"] and words != ["one", "and"]:
        yield Decimal(value)


def _goes_on(words: list[str], word: str) -> bool:
    """Whether a word continues the number: twenty-five, two hundred and six, not five and ten."""
    if not words:
        return True
    last = words[-1]
    if last == "and":
        return len(words) > 1 and words[-2] not in _UNDER_100 and word in _UNDER_100
    if word in _SCALES or word == "hundred":
        return last in _UNDER_100 or last == "hundred"
    return last not in _UNDER_100 or (last in _TENS and 0 < _UNDER_100[word] < 10)


def _unit_of(text: str, start: int, end: int) -> str:
    if before := _CURRENCY.search(text, max(0, start - 4), start):
        return CURRENCIES[before[0].strip()]
    after = _UNIT.match(text, end)
    return UNIT.canonical(after) if after else ""


def _with_units_of_ranges(text: str, found: list[Figure]) -> list[Figure]:
    """Give both numbers of a range the unit of one: 20-30 % is 20 % to 30 %, so is $20-30."""
    for place in range(len(found) - 2, -1, -1):
        one, after = found[place], found[place + 1]
        if not _RANGE.fullmatch(text, one.end, after.start):
            continue
        if not one.unit and after.unit:
            found[place] = replace(one, unit=after.unit)
        elif one.unit in CURRENCIES and not after.unit:
            found[place + 1] = replace(after, unit=one.unit)
    return found
