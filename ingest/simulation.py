"""A made-up world with a rhythm, and incidents of known kind, place and time.

Everything is a pure function of the seed and the time: the value of a meter at a moment is
the same whether it is part of a load or of a live feed.
"""

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import accumulate, cycle

from hotspots.readings import Reading

# Share of the full level for each hour of a working day (UTC), and the weekend's part of it.
# Steps rather than curves: within an hour only noise moves a meter, live as in the history.
TWO_SHIFTS = ((0.30,) * 6 + (0.85, 0.95) + (1.0,) * 8 + (0.9,) * 6 + (0.30,) * 2, 0.35)
DAYTIME = ((0.25,) * 7 + (0.7, 0.9) + (1.0,) * 7 + (0.8, 0.6) + (0.25,) * 6, 0.4)
COLD = ((0.7,) * 8 + (0.85,) * 3 + (1.0,) * 7 + (0.85,) * 4 + (0.7,) * 2, 0.9)
DELIVERIES = ((0.35,) * 4 + (0.8,) * 2 + (1.0,) * 10 + (0.7,) * 4 + (0.35,) * 4, 0.5)

NOISE = 0.06  # of the value, at most; shared by the meters of a place
METER_NOISE = 0.01
# What a place may emit at most, as a multiple of what is usual at that hour. It is sent as the
# reading's baseline: a learned memory widens with each incident, a limit stays.
LIMIT = 1.45
HISTORY_STEP = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Meter:
    """One measured metric; ``level`` is its value at full work, in ``unit``."""

    metric: str
    unit: str
    level: float
    limited: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A site, supplier or route with its rhythm and meters."""

    name: str
    entity_type: str
    rhythm: tuple[tuple[float, ...], float]
    meters: tuple[Meter, ...]

    def share(self, at: datetime) -> float:
        """Return the part of the full level that is usual at a time."""
        by_hour, weekend = self.rhythm
        return by_hour[at.hour] * (weekend if at.weekday() >= 5 else 1.0)


def _place(
    name: str,
    entity_type: str,
    rhythm: tuple[tuple[float, ...], float],
    metric: str,
    unit: str,
    level: float,
    kg_per_unit: float,
) -> Place:
    """A place that uses something and emits in proportion."""
    co2e = Meter("co2e", "kg", level * kg_per_unit, limited=True)
    return Place(name, entity_type, rhythm, (Meter(metric, unit, level), co2e))


PLACES = (
    _place("Northgate Plant", "factory", TWO_SHIFTS, "energy", "kWh", 420.0, 0.38),
    _place("Delta Polymers", "supplier", TWO_SHIFTS, "gas", "kWh", 900.0, 0.2),
    _place("Harbor Cold Store", "warehouse", COLD, "energy", "kWh", 260.0, 0.38),
    _place("Route R12", "route", DELIVERIES, "fuel", "l", 64.0, 2.68),
    _place("Alpine Castings", "supplier", TWO_SHIFTS, "energy", "kWh", 1300.0, 0.31),
    _place("Riverside Warehouse", "warehouse", DAYTIME, "energy", "kWh", 110.0, 0.38),
    _place("Route R27", "route", DELIVERIES, "fuel", "l", 41.0, 2.68),
    _place("Meridian Textiles", "supplier", DAYTIME, "gas", "kWh", 350.0, 0.2),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of incident: how many readings it lasts, how far it goes, whom it concerns."""

    name: str
    readings: tuple[int, int]
    size: tuple[float, float]
    whole_place: bool
    weight: int


KINDS = (
    Kind("spike", (25, 40), (2.3, 2.8), whole_place=True, weight=7),
    Kind("level_shift", (60, 75), (1.6, 1.9), whole_place=True, weight=3),
    Kind("drift", (25, 40), (1.9, 2.4), whole_place=True, weight=4),
    Kind("drop", (8, 15), (0.15, 0.2), whole_place=True, weight=2),
    Kind("unit_error", (1, 2), (1000.0, 1000.0), whole_place=False, weight=2),
    Kind("stuck", (60, 70), (1.0, 1.0), whole_place=False, weight=1),
)


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that goes wrong at a place from ``began`` until before ``ends``."""

    kind: str
    place: Place
    meters: tuple[Meter, ...]
    size: float
    began: datetime
    ends: datetime

    def applies(self, place: Place, meter: Meter, at: datetime) -> bool:
        """Return whether a meter shows it at a time."""
        return place is self.place and meter in self.meters and self.began <= at < self.ends

    def factor(self, at: datetime) -> float:
        """Return by how much a value is multiplied at a time."""
        if self.kind != "drift":
            return self.size
        return 1 + (self.size - 1) * min(1.0, (at - self.began) / (self.ends - self.began) + 0.05)

    def __str__(self) -> str:
        metrics = " and ".join(meter.metric for meter in self.meters)
        seconds = (self.ends - self.began).total_seconds()
        return f"{self.kind} at {self.place.name}: {metrics}, x{self.size:.2f}, {seconds:.0f} s"


def usual(place: Place, meter: Meter, at: datetime, seed: int) -> float:
    """Return a meter's value without any incident: rhythm and bounded noise."""
    moment = round(at.timestamp(), 3)
    shared = between(-NOISE, NOISE, seed, place.name, moment)
    own = between(-METER_NOISE, METER_NOISE, seed, place.name, meter.metric, moment)
    return round(meter.level * place.share(at) * (1 + shared + own), 3)


def value(
    place: Place, meter: Meter, at: datetime, seed: int, incidents: Sequence[Incident] = ()
) -> float:
    """Return what a meter shows at a time."""
    for incident in incidents:
        if incident.applies(place, meter, at):
            if incident.kind == "stuck":
                return usual(place, meter, incident.began, seed)
            return round(usual(place, meter, at, seed) * incident.factor(at), 3)
    return usual(place, meter, at, seed)


def readings(at: datetime, seed: int, incidents: Sequence[Incident] = ()) -> list[Reading]:
    """Return one reading of every meter at a time (UTC)."""
    return [
        reading(place, meter, at, seed, incidents) for place in PLACES for meter in place.meters
    ]


def reading(
    place: Place, meter: Meter, at: datetime, seed: int, incidents: Sequence[Incident] = ()
) -> Reading:
    """Return one reading."""
    limit = round(meter.level * place.share(at) * LIMIT, 3) if meter.limited else None
    return Reading(
        index=0,
        entity=place.name,
        entity_type=place.entity_type,
        metric=meter.metric,
        unit=meter.unit,
        value=value(place, meter, at, seed, incidents),
        time=at,
        baseline=limit,
    )


def history_times(after: datetime, until: datetime) -> Iterator[datetime]:
    """Yield the full half hours after one time, up to another."""
    step = HISTORY_STEP.total_seconds()
    at = datetime.fromtimestamp((after.timestamp() // step + 1) * step, UTC)
    while at <= until:
        yield at
        at += HISTORY_STEP


def incidents(seed: int, start: datetime, step: timedelta) -> Iterator[Incident]:
    """Yield incidents without end, in the order in which they begin.

    Args:
        start: time of the first reading; the first incident, a spike, begins right after it.
        step: time between two readings; incidents begin every 20 to 40 readings.
    """
    others = sorted(PLACES[1:], key=lambda place: between(0, 1, seed, "order", place.name))
    kind, began = KINDS[0], start + step
    for number, place in enumerate(cycle([PLACES[0], *others])):
        yield _incident(kind, place, began, step, (seed, number))
        began += step * round(between(20, 40, seed, number, "pause"))
        kind = _kind(between(0, 1, seed, number, "kind"))


def between(low: float, high: float, *what: object) -> float:
    """Return a number from ``low`` to below ``high`` that is always the same for ``what``."""
    digest = blake2b(repr(what).encode(), digest_size=8).digest()
    return low + (high - low) * int.from_bytes(digest) / 2**64


def _kind(chance: float) -> Kind:
    """Return the kind at a place from 0 to below 1, each as wide as its weight."""
    ends = list(accumulate(kind.weight for kind in KINDS))
    return KINDS[bisect(ends, chance * ends[-1])]


def _incident(
    kind: Kind, place: Place, began: datetime, step: timedelta, which: tuple[int, int]
) -> Incident:
    first = int(between(0, len(place.meters), *which, "meter"))
    meters = place.meters if kind.whole_place else place.meters[first : first + 1]
    ends = began + step * round(between(*kind.readings, *which, "length"))
    return Incident(kind.name, place, meters, between(*kind.size, *which, "size"), began, ends)
