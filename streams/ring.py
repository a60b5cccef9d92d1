"""The newest events of one stream, in memory."""

from .encoding import Encoded

READ_BYTES = 256 * 1024  # of rows in one reading, so that a slow client is never given much more


class Ring:
    """Up to ``capacity`` consecutive events; ``head`` is the number of the newest."""

    def __init__(self, capacity: int, head: int = 0) -> None:
        self.capacity = capacity
        self.head = head
        self.base = head  # everything after it is here
        self._slots: list[Encoded | None] = [None] * capacity
        self._ends = [0] * capacity  # bytes of all rows up to each slot
        self._bytes = 0

    def append(self, event: Encoded) -> None:
        """Add the next event.

        Raises:
            ValueError: it is not the next one.
        """
        if event.seq != self.head + 1:
            raise ValueError(f"expected {self.head + 1}, got {event.seq}")
        self._bytes += len(event.data)
        self._slots[event.seq % self.capacity] = event
        self._ends[event.seq % self.capacity] = self._bytes
        self.head = event.seq
        self.base = max(self.base, self.head - self.capacity)

    def after(self, seq: int, limit: int) -> list[Encoded] | None:
        """Return some events after ``seq``; ``None`` if the first is no longer here.

        At most ``limit``, and beyond the first one no more than ``READ_BYTES``.
        """
        if seq < self.base:
            return None
        last = min(self.head, seq + limit)
        while self._size(seq + 2, last) > READ_BYTES:
            last = (seq + 1 + last) // 2
        found = (self._slots[number % self.capacity] for number in range(seq + 1, last + 1))
        return [event for event in found if event is not None]

    def _size(self, first: int, last: int) -> int:
        """Return the bytes of the rows from ``first`` to ``last``, both here."""
        if last < first:
            return 0
        return self._ends[last % self.capacity] - self._ends[(first - 1) % self.capacity]
