"""Detectors that were tried against plain REX; ``folds`` says what each of them gave.

A candidate is REX with other settings, with further views, with another rest after an episode,
or with a calendar. All are causal and constant in time and memory, as REX is.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hotspots.detection import rex
from hotspots.detection.slots import DAY, HOURS, slot_of, weekday

SETTINGS: dict[str, dict[str, Any]] = {
    "rest 50": {"REST_EVENTS": 50},
    "rest 75": {"REST_EVENTS": 75},
    "rest 150": {"REST_EVENTS": 150},
    "memory x 0.7": {"HALF_LIFE_EVENTS": (140.0, 4_900.0), "MEMORY_SECONDS": 63 * DAY},
    "memory x 1.3": {"HALF_LIFE_EVENTS": (260.0, 9_100.0), "MEMORY_SECONDS": 117 * DAY},
    "memory 7,000 events": {"HALF_LIFE_EVENTS": (7_000.0, 7_000.0)},
    "warm-up 50": {"WARM_UP": (50, 14, 6)},
    "warm-up 150": {"WARM_UP": (150, 14, 6)},
    "slots of 100": {"SLOT_COUNT_LIMIT": 100},
    "weight of all 10": {"GLOBAL_WEIGHT": 10},
}


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


@dataclass
class Rest:
    """REX's own rest: after a peak only a higher one scores, until enough readings have passed."""

    peak: float = 0.0
    age: int = 0

    def score(self, raw: float, result: rex.Result) -> float:
        """``raw`` where it tops the episode's peak, else 0."""
        if raw > self.peak:
            self.peak, self.age = raw, 0
            return raw
        self.age += 1
        if self.age >= rex.REST_EVENTS:
            self.peak = 0.0
        return 0.0


@dataclass
class FadingRest(Rest):
    """A peak that fades instead of ending: half of it after ``half_life`` readings."""

    half_life: float = 100.0

    def score(self, raw: float, result: rex.Result) -> float:
        if raw > self.peak:
            self.peak = raw
            return raw
        self.peak *= 1 - rex.LN_2 / self.half_life
        return 0.0


@dataclass
class EpisodeMemory(Rest):
    """Episodes like an earlier one (same view and side) must top that one too, while it lasts."""

    half_life: float = 1_000.0
    known: dict[tuple[int, int], float] = field(default_factory=dict)

    def score(self, raw: float, result: rex.Result) -> float:
        key = result.view, result.side
        for other in self.known:
            self.known[other] *= 1 - rex.LN_2 / self.half_life
        score = super().score(raw, result)
        if score <= self.known.get(key, 0.0):
            return 0.0
        self.known[key] = score
        return score


@dataclass
class SlotMemory(Rest):
    """An episode in the hour of the week of the one a week before must top that one."""

    known: dict[int, tuple[float, float]] = field(default_factory=dict)

    def score(self, raw: float, result: rex.Result) -> float:
        score = super().score(raw, result)
        if not score:
            return 0.0
        hour = int(result.t // 3600 % 168)
        before = [self.known.get((hour + near) % 168, (0.0, 0.0)) for near in (-1, 0, 1)]
        if any(score <= peak and result.t - at < 15 * DAY for at, peak in before):
            return 0.0
        self.known[hour] = result.t, score
        return score


def us_holidays(year: int) -> set[date]:
    """Federal holidays by 5 U.S.C. 6103(a), on the day itself."""

    def nth(month: int, day: int, number: int) -> date:
        first = date(year, month, 1)
        return first + timedelta((day - first.weekday()) % 7 + 7 * (number - 1))

    memorial = max(d for d in (nth(5, 0, 4), nth(5, 0, 5)) if d.month == 5)
    return {
        date(year, 1, 1), nth(1, 0, 3), nth(2, 0, 3), memorial, date(year, 7, 4), nth(9, 0, 1),
        nth(10, 0, 2), date(year, 11, 11), nth(11, 3, 4), date(year, 12, 25),
    } | ({date(year, 6, 19)} if year >= 2021 else set())  # fmt: skip


class NoCalendar:
    """Every day is what its weekday says."""

    def shift(self, memory: rex.Rex, t: float, x: float) -> float:
        """Seconds to add so that the reading falls into the slots of another day."""
        return 0.0


class NamedCalendar(NoCalendar):
    """Named holidays have the slots of a weekend."""

    def __init__(self, holidays: Callable[[int], set[date]] = us_holidays) -> None:
        self.holidays = holidays
        self.years: dict[int, set[date]] = {}

    def shift(self, memory: rex.Rex, t: float, x: float) -> float:
        day = datetime.fromtimestamp(t, UTC).date()
        named = self.years.setdefault(day.year, self.holidays(day.year))
        return days_to_saturday(t) if day in named else 0.0


class LearnedCalendar(NoCalendar):
    """A weekday on which so far the weekend's slots did better than its own is taken for one."""

    def __init__(self, *, after: int = 6, ratio: float = 0.5) -> None:
        self.after, self.ratio = after, ratio
        self.day, self.count, self.usual, self.weekend = -1, 0, 0.0, 0.0

    def shift(self, memory: rex.Rex, t: float, x: float) -> float:
        if weekday(t) >= 5 or memory.kind != HOURS:
            return 0.0
        slot, day = slot_of(t, HOURS), int(t // DAY)
        if day != self.day:
            self.day, self.count, self.usual, self.weekend = day, 0, 0.0, 0.0
        is_holiday = self.count >= self.after and self.weekend < self.ratio * self.usual
        if memory.counts[slot] and memory.counts[slot + 24]:
            self.count += 1
            self.usual += abs(x - rex.base(memory, slot))
            self.weekend += abs(x - rex.base(memory, slot + 24))
        return days_to_saturday(t) if is_holiday else 0.0


def days_to_saturday(t: float) -> float:
    """Seconds from a moment to the same hour of the Saturday of its week."""
    return (5 - weekday(t)) * DAY


@dataclass
class Candidate:
    """A detector to try; each part is made anew for each series."""

    settings: dict[str, Any] = field(default_factory=dict)
    extras: tuple[type[Extra], ...] = ()
    rest: Callable[[], Rest] = Rest
    calendar: Callable[[], NoCalendar] = NoCalendar
    without: int = -1

    def scores(self, times: list[float], values: list[float], offset: float = 0.0) -> list[float]:
        """The score of each reading of a series."""
        with patched(self.settings):
            return list(self._scores(times, values, offset))

    def _scores(self, times: list[float], values: list[float], offset: float) -> Iterator[float]:
        memory, rest, calendar = rex.Rex(), self.rest(), self.calendar()
        extras = [make() for make in self.extras]
        for t, x in zip(times, values, strict=True):
            shift = offset + calendar.shift(memory, t + offset, x)
            result = rex.assess(memory, t, x, shift)
            raw = self._raw(memory, result)
            for extra in extras:
                raw = max(raw, extra.raw(memory, result))
            rex.learn(memory, result)
            yield rest.score(min(rex.RAW_LIMIT, raw), result)

    def _raw(self, memory: rex.Rex, result: rex.Result) -> float:
        """REX's own, or the largest exceedance over the views that are left."""
        if self.without < 0 or not result.raw:
            return result.raw
        left = [
            rex.exceedance(memory, view, departure, abs(result.value))
            for view, departure in enumerate(result.departures)
            if view != self.without
        ]
        return max(0.0, *left)


@contextmanager
def patched(settings: dict[str, Any]) -> Iterator[None]:
    """Run REX with other settings for a while."""
    before = {name: getattr(rex, name) for name in settings}
    try:
        for name, value in settings.items():
            setattr(rex, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(rex, name, value)


PLAIN = "plain REX"
CANDIDATES: dict[str, Candidate] = {
    PLAIN: Candidate(),
    **{name: Candidate(settings) for name, settings in SETTINGS.items()},
    **{f"without {view}": Candidate(without=i) for i, view in enumerate(rex.VIEWS)},
    "view: spike density": Candidate(extras=(SpikeDensity,)),
    "view: roughness": Candidate(extras=(Roughness,)),
    "view: shape": Candidate(extras=(Shape,)),
    "view: wrong way": Candidate(extras=(WrongWay,)),
    "rest that fades, 50": Candidate(rest=lambda: FadingRest(half_life=50.0)),
    "rest that fades, 200": Candidate(rest=lambda: FadingRest(half_life=200.0)),
    "episodes remembered, 300": Candidate(rest=lambda: EpisodeMemory(half_life=300.0)),
    "episodes remembered, 2,000": Candidate(rest=lambda: EpisodeMemory(half_life=2_000.0)),
    "episodes by hour of week": Candidate(rest=SlotMemory),
    "calendar: US holidays": Candidate(calendar=NamedCalendar),
    "calendar: learned": Candidate(calendar=LearnedCalendar),
}
