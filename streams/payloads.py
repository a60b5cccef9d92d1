"""Frames for latecomers, made once for all who stand at the same number.

A herd that comes back after a restart stands at a handful of numbers.
"""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from typing import NamedTuple

from .encoding import Encoded
from .metrics import frames_in
from .modes import Mode

MAX_BYTES = 16 * 1024 * 1024  # kept for the next who asks
Key = tuple[str, Hashable, int, int]


class Payload(NamedTuple):
    """What one mode makes of some events: how many it wants, in how many frames, and these."""

    events: int
    frames: int
    data: bytes


class Payloads:
    """The last ones, by the life of the log, mode, first and last number."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Payload] = OrderedDict()
        self._bytes = 0

    def of(self, epoch: str, mode: Mode, events: Sequence[Encoded]) -> Payload:
        """Return what a mode makes of events; all who ask get the same bytes."""
        key = (epoch, mode.key, events[0].seq, events[-1].seq)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        chosen = mode.choose(events)
        data = mode.frames(chosen) if chosen else b""
        made = self._kept[key] = Payload(len(chosen), frames_in(data), data)
        self._bytes += len(data)
        while self._bytes > MAX_BYTES:
            self._bytes -= len(self._kept.popitem(last=False)[1].data)
        return made
