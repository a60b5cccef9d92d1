"""Detectors that were tried against plain REX; ``folds`` says what each of them gave.

A candidate is REX with other settings, with further views, with another rest after an episode,
or with a calendar. All are causal and constant in time and memory, as REX is.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from benchmarks.detection.calendars import LearnedCalendar, NamedCalendar, NoCalendar
from benchmarks.detection.further_views import Extra, Roughness, Shape, SpikeDensity, WrongWay
from hotspots.detection import memory as remembered
from hotspots.detection import rex, views
from hotspots.detection.slots import DAY

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
    """Run REX with other settings for a while, in each of its modules that knows them."""
    modules = (remembered, views, rex)
    places = [(m, name) for m in modules for name in settings if hasattr(m, name)]
    before = [getattr(module, name) for module, name in places]
    try:
        for module, name in places:
            setattr(module, name, settings[name])
        yield
    finally:
        for (module, name), value in zip(places, before, strict=True):
            setattr(module, name, value)


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
