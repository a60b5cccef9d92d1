"""Find the word that was meant when a letter is missing, too much, or two are swapped."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

MIN_LETTERS = 5


class Spelling:
    """Corrects words that are unknown and one slip of the fingers away from what is known."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(known)
        self._one_letter_less: dict[str, set[str]] = defaultdict(set)
        for word in self._known:
            if len(word) > MIN_LETTERS:
                for shorter in _without_a_letter(word):
                    self._one_letter_less[shorter].add(word)

    def __contains__(self, word: str) -> bool:
        return word in self._known

    def correct(self, word: str) -> str:
        """Return the known word that was meant (the first of equals), else the word itself."""
        if word in self._known or len(word) < MIN_LETTERS:
            return word
        found = set(self._one_letter_less.get(word, ()))
        found |= self._known.intersection(_with_two_swapped(word))
        if len(word) > MIN_LETTERS:
            found |= self._known.intersection(_without_a_letter(word))
        return min(found, default=word)


def _without_a_letter(word: str) -> Iterator[str]:
    # The first letter is rarely the wrong one; keeping it halves the false corrections.
    return (word[:i] + word[i + 1 :] for i in range(1, len(word)))


def _with_two_swapped(word: str) -> Iterator[str]:
    return (word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(1, len(word) - 1))
