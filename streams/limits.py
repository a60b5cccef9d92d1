"""How much one client may send, and how often something is said about it."""

import time


class TokenBucket:
    """Allows ``rate`` frames a second with bursts of ``burst``; a rate of 0 allows everything."""

    def __init__(self, rate: float, burst: int) -> None:
        self.rate = rate
        self.burst = burst
        self._tokens = float(burst)
        self._at = time.monotonic()

    def take(self) -> bool:
        """Take one; return whether there was one."""
        if not self.rate:
            return True
        now = time.monotonic()
        self._tokens = min(self.burst, self._tokens + (now - self._at) * self.rate)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class OncePer:
    """Says yes once in so many seconds for each name; of the names it forgets the oldest."""

    def __init__(self, seconds: float, names: int = 1000) -> None:
        self.seconds = seconds
        self.names = names
        self._until: dict[str, float] = {}

    def first(self, name: str) -> bool:
        """Return whether it is the first time lately."""
        now = time.monotonic()
        if self._until.get(name, 0.0) > now:
            return False
        self._until.pop(name, None)
        if len(self._until) >= self.names:
            del self._until[next(iter(self._until))]
        self._until[name] = now + self.seconds
        return True
