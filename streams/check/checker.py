"""Histories against the log: nothing lost, repeated, out of order or foreign."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .histories import History

LOST, REPEATED, REORDERED, FOREIGN = KINDS = ("lost", "repeated", "out of order", "foreign")


class Problem(NamedTuple):
    """One event that a client should have got otherwise; ``place``: where in the history.

    ``foreign`` is what the log does not hold, or not with this content.
    """

    kind: str
    seq: int
    place: int


class Log:
    """What a stream's log holds after a number: a digest for each event."""

    def __init__(self, after: int) -> None:
        self.after = after
        self.head = after
        self.digests: dict[int, int] = {}

    def add(self, seq: int, digest: int) -> None:
        """Take in an event, in the order of the log."""
        self.digests[seq] = digest
        self.head = max(self.head, seq)


def check(history: History, log: Log, head: int) -> list[Problem]:
    """Return everything that is wrong with a history.

    Args:
        log: everything from before the client joined up to at least what it got.
        head: up to here the client was given the time to get everything.
    """
    return list(_Walk(history, log).problems(head))


def missing(acknowledged: Iterable[int], logged: set[int]) -> list[int]:
    """Return the publishes that were answered 200 and are not in the log."""
    return sorted(set(acknowledged) - logged)


def count(problems: Iterable[Problem]) -> dict[str, int]:
    """Return how many problems there are of each kind."""
    found = Counter(problem.kind for problem in problems)
    return {kind: found[kind] for kind in KINDS}


class _Walk:
    """One way through a history: ``expected`` comes next, ``passed_over`` may still come late."""

    def __init__(self, history: History, log: Log) -> None:
        self.history = history
        self.log = log
        self.expected: int | None = None
        self.passed_over: dict[int, int] = {}

    def problems(self, head: int) -> Iterator[Problem]:
        joins = iter(self.history.joins)
        join = next(joins, None)
        for place, seq in enumerate(self.history.seqs):
            while join is not None and join.place <= place:
                self._join(join.position, place)
                join = next(joins, None)
            yield from self._event(place, seq)
        end = len(self.history)
        for later in (join, *joins):
            if later is not None:
                self._join(later.position, end)
        self._pass_over(head, end)
        for seq, place in self.passed_over.items():
            yield Problem(LOST, seq, place)

    def _join(self, position: int, place: int) -> None:
        """Start, or go on from where a resync said; what it leaves out and the log has is lost."""
        if self.expected is None:
            self.expected = position + 1
        self._pass_over(position, place)

    def _event(self, place: int, seq: int) -> Iterator[Problem]:
        if self.log.digests.get(seq) != self.history.digests[place]:
            yield Problem(FOREIGN, seq, place)
        if seq not in self.log.digests:
            return  # it says nothing about what comes next
        if self.expected is None or seq >= self.expected:
            self._pass_over(seq - 1, place)
            self.expected = seq + 1
        elif self.passed_over.pop(seq, None) is not None:
            yield Problem(REORDERED, seq, place)
        else:
            yield Problem(REPEATED, seq, place)

    def _pass_over(self, last: int, place: int) -> None:
        if self.expected is None:
            return
        for seq in range(self.expected, min(last, self.log.head) + 1):
            self.passed_over.setdefault(seq, place)
        self.expected = max(self.expected, last + 1)
