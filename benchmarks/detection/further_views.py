"""Further views that were tried beside REX's six; each is one more record of departures."""

from hotspots.detection import rex


class Record:
    """One further view: the largest departures that it remembers, as REX's views do it."""

    def __init__(self) -> None:
        self.n = 0
        self.center = self.above = self.below = 0.0

    def exceedance(self, f: float, interval: float, size: float) -> float:
        """By how much ``f`` tops what is remembered; then it is remembered."""
        if self.n == 0:
            self.center = f
        departure, raw = f - self.center, 0.0
        remembered = self.above if departure >= 0 else self.below
        if self.n >= rex.WARM_UP[0] and abs(departure) > 1e-9 * size + 1e-300:
            raw = abs(departure) / remembered - 1 if remembered > 1e-9 * size else 1.0
        keep = 1 - rex.LN_2 / rex.half_life(interval)
        self.center += max(3e-4, 1 / (self.n + 1)) * departure
        self.above = self._grown(self.above, departure, keep)
        self.below = self._grown(self.below, -departure, keep)
        self.n += 1
        return max(0.0, raw)

    def _grown(self, remembered: float, departure: float, keep: float) -> float:
        if departure <= remembered:
            return remembered * keep
        capped = self.n >= rex.WARM_UP[0] and remembered > 0
        return min(departure, 2 * remembered) if capped else departure


class Extra:
    """A further view: what it looks at, from the reading and REX's judgement of it."""

    def __init__(self) -> None:
        self.record = Record()
        self.previous = 0.0
        self.fast = self.slow = 0.0

    def raw(self, memory: rex.Rex, result: rex.Result) -> float:
        """The view's exceedance; ``memory`` is as it was before the reading."""
        f = self.look(memory, result)
        share = 1 / (memory.n + 1)
        self.fast += max(0.05, share) * (f - self.fast)
        self.slow += max(0.005, share) * (f - self.slow)
        return self.record.exceedance(self.fast - self.slow, result.interval, abs(f) + 1e-12)

    def look(self, memory: rex.Rex, result: rex.Result) -> float:
        """What the view follows: its fast mean against its slow one is recorded."""
        raise NotImplementedError


class SpikeDensity(Extra):
    """How often readings come near a record: the density of spikes."""

    def look(self, memory: rex.Rex, result: rex.Result) -> float:
        departure = result.departures[2]
        remembered = memory.above[2] if departure >= 0 else memory.below[2]
        return float(abs(departure) > 0.3 * remembered)


class Roughness(Extra):
    """How much it goes up and down from reading to reading."""

    def look(self, memory: rex.Rex, result: rex.Result) -> float:
        step, self.previous = result.residual - self.previous, result.residual
        return abs(step)


class Shape(Extra):
    """Whether residuals keep their sign: the shape of the day against that of its slots."""

    def look(self, memory: rex.Rex, result: rex.Result) -> float:
        product, self.previous = result.residual * self.previous, result.residual
        return product


class WrongWay(Extra):
    """Whether it moves against the slots' own rise and fall."""

    def look(self, memory: rex.Rex, result: rex.Result) -> float:
        norm = result.value - result.residual
        moved, self.previous = norm - self.previous, norm
        return moved * (result.value - memory.level_fast)
