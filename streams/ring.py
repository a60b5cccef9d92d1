"""The newest events of one stream, in memory."""

from .encoding import Encoded


class Ring:
    """Up to ``capacity`` consecutive events; ``head`` is the number of the newest."""

    def __init__(self, capacity: int, head: int = 0) -> None:
        self.capacity = capacity
        self.head = head
        self.base = head  # everything after it is here
        self._slots: list[Encoded | None] = [None] * capacity

    def append(self, event: Encoded) -> None:
        """Add the next event.

        Raises:
            ValueError: it is not the next one.
        """
        if event.seq != self.head + 1:
            raise ValueError(f"expected {self.head + 1}, got {event.seq}")
        self._slots[event.seq % self.capacity] = event
        self.head = event.seq
        self.base = max(self.base, self.head - self.capacity)

    def after(self, seq: int, limit: int) -> list[Encoded] | None:
        """Return up to ``limit`` events after ``seq``; ``None`` if some are no longer here."""
        if seq < self.base:
            return None
        last = min(self.head, seq + limit)
        found = (self._slots[number % self.capacity] for number in range(seq + 1, last + 1))
        return [event for event in found if event is not None]
