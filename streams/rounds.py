"""One timer for all: whoever joins is called once in so many seconds, spread over time."""

import asyncio
from typing import Protocol
from weakref import WeakKeyDictionary

SLOTS = 100


class Member(Protocol):
    """Who is visited."""

    def visit(self) -> None:
        """Do what is due; quick, and without an exception."""
        ...


class Rounds:
    """Goes round its members, a hundredth of the circle at a time.

    Who joined within the same hundredth is visited together: no more than the accept rate lets
    in. The timer stops with the last member.
    """

    def __init__(self, seconds: float) -> None:
        self._step = seconds / SLOTS
        self._slots: list[set[Member]] = [set() for _ in range(SLOTS)]
        self._now = 0
        self._members = 0
        self._timer: asyncio.TimerHandle | None = None

    def join(self, member: Member) -> int:
        """Visit the member once a round, first after one; return the place for ``leave``."""
        self._slots[self._now].add(member)
        self._members += 1
        if self._timer is None:
            self._wind()
        return self._now

    def leave(self, member: Member, place: int) -> None:
        """Visit the member no more."""
        if member in self._slots[place]:
            self._slots[place].remove(member)
            self._members -= 1

    def _wind(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._step, self._go)

    def _go(self) -> None:
        self._timer = None
        if not self._members:
            return
        self._wind()
        self._now = (self._now + 1) % SLOTS
        for member in tuple(self._slots[self._now]):
            member.visit()


_rounds: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[float, Rounds]] = WeakKeyDictionary()


def every(seconds: float) -> Rounds:
    """Return this process's rounds of a length."""
    lengths = _rounds.setdefault(asyncio.get_running_loop(), {})
    if seconds not in lengths:
        lengths[seconds] = Rounds(seconds)
    return lengths[seconds]
