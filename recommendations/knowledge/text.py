"""Words, numbers and sentences of English text, the same for retrieval and for grounding."""

import re
from decimal import Decimal
from functools import lru_cache

import Stemmer

# Function words: they say how a sentence is built, not what it is about.
_STOP_WORDS = """
    a about above after again all also although always am an and any are as at be because been
    before being below between both but by can cannot could did do does doing done down during each
    either else even ever every few for from further had has have having he her here hers him his
    how however i if in into is it its itself just least less let like likely many may me might
    more most much must my nearly neither never no nor not now of off often on once one only or
    other our out over own per quite rather really same she should since so some somebody something
    still such than that the their them then there these they this those though through to too
    under until up upon us very was we were what when where which while who whom whose why will
    with within without would yet you your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
NUMBER_WORDS = {
    "half": "0.5",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
    "twenty": "20",
    "thirty": "30",
}
_WORD = re.compile(r"[a-z0-9]+")
# Not after a letter, so that the 2 of CO2 is not a number; commas only between thousands.
_NUMBER = re.compile(r"(?<![A-Za-z0-9_.])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", re.ASCII)
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(NUMBER_WORDS)})\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9])")
_stemmer = Stemmer.Stemmer("english")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the stem of one lower-case word."""
    return str(_stemmer.stemWord(word))


def words(text: str) -> list[str]:
    """Return the words and digits of a text in lower case, in order."""
    return _WORD.findall(text.lower())


def tokens(text: str) -> list[str]:
    """Return the stems of a text's content words, in order."""
    return [stem(word) for word in words(text) if word not in STOP_WORDS]


@lru_cache(maxsize=4096)
def content_words(text: str) -> frozenset[str]:
    """Return the stems of a text's content words that are not numbers."""
    return frozenset(token for token in tokens(text) if not token.isdigit())


def numbers(text: str) -> set[Decimal]:
    """Return the numbers of a text, digits and number words alike, without their signs."""
    digits = {Decimal(found.replace(",", "")) for found in _NUMBER.findall(text)}
    words = {Decimal(NUMBER_WORDS[found.lower()]) for found in _NUMBER_WORD.findall(text)}
    return digits | words


def sentences(text: str) -> list[str]:
    """Split a text into its sentences, verbatim."""
    return [part for part in (s.strip() for s in _SENTENCE_END.split(text)) if part]
