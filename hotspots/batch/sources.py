"""One series as ingest knows it: its names, its rules, and the readings that came for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import isfinite
from typing import NamedTuple

from django.conf import settings

from hotspots.clock import offsets
from hotspots.detection.engine import NO_TARGETS
from hotspots.detection.ladder import Rules
from hotspots.detection.units import UnitError, factor
from hotspots.models import Entity, Metric, Series
from hotspots.readings import Reading


class Arrival(NamedTuple):
    """A reading in its metric's canonical unit; ``t`` is seconds since 1970 UTC.

    ``unit`` is the one that it came in, ``None`` for the canonical one.
    """

    t: float
    position: int
    value: float
    baseline: float | None
    unit: str | None
    reading: Reading


class UnfitError(Exception):
    """A reading does not fit what is known of its entity or metric."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class Kind(NamedTuple):
    """A metric, its rules, and how many of its canonical unit the units are that came so far."""

    metric: Metric
    rules: Rules
    factors: dict[str | None, float]

    @classmethod
    def of(cls, metric: Metric) -> "Kind":
        """A metric of which no reading was looked at yet."""
        return cls(metric, rules_for(metric), {None: 1.0})

    def factor(self, unit: str | None) -> float:
        """How many of the canonical unit one of ``unit`` is.

        Raises:
            UnfitError: it cannot be converted.
        """
        known = self.factors.get(unit)
        if known is None:
            try:
                known = self.factors[unit] = factor(str(unit), self.metric.unit)
            except UnitError as error:
                raise UnfitError(error.code, str(error)) from error
        return known


@dataclass(slots=True)
class Source:
    """One series with what judging its readings takes, and the readings that came for it.

    Rows that do not exist yet have the key 0. ``state`` is what was stored when it was found.
    """

    entity_name: str
    entity_type: str
    time_zone: str
    kind: Kind
    rules: Rules
    entity_id: int = 0
    series_id: int = 0
    simulated: bool = False
    state: bytes = b""
    targets: Mapping[str, float] = field(default_factory=lambda: NO_TARGETS)
    arrivals: list[Arrival] = field(default_factory=list)

    @property
    def metric(self) -> Metric:
        """What is measured."""
        return self.kind.metric

    @property
    def entity(self) -> Entity:
        """The entity's row, for reference only: it was not read as a whole."""
        return Entity(
            pk=self.entity_id or None,
            name=self.entity_name,
            entity_type=self.entity_type,
            time_zone=self.time_zone,
        )

    def series(self) -> Series:
        """The series' row, for reference only: it was not read as a whole."""
        return Series(pk=self.series_id, entity=self.entity, metric=self.metric)

    def offset(self) -> Callable[[datetime], float]:
        """The entity's wall clock: moment -> seconds ahead of UTC."""
        return offsets(self.time_zone)

    def arrival(self, reading: Reading) -> Arrival:
        """A reading in the canonical unit.

        Raises:
            UnfitError: it is of another entity type, or its unit cannot be converted.
        """
        kind, known = reading.entity_type, self.entity_type
        if kind is not None and kind != known:
            detail = f"{reading.entity!r} is known as a {known}, not as a {kind}."
            raise UnfitError("entity_type_mismatch", detail)
        unit, value, baseline = reading.unit, reading.value, reading.baseline
        scale = self.kind.factor(unit)
        if scale != 1.0:
            value *= scale
            baseline = None if baseline is None else baseline * scale
            if not isfinite(value):
                raise UnfitError("bad_value", f"value is not finite in {self.metric.unit}.")
        if unit == self.metric.unit:
            unit = None
        return Arrival(reading.time.timestamp(), reading.index, value, baseline, unit, reading)


def rules_for(metric: Metric) -> Rules:
    """The numbers that hold for a metric: its own, else the settings'."""
    threshold = metric.threshold
    return Rules(
        threshold=settings.HOTSPOT_THRESHOLD if threshold is None else threshold,
        score_only=metric.ladder == Metric.Ladder.SCORE,
        two_sided=metric.two_sided,
        signed=metric.signed,
        floor=metric.floor,
        minimum=metric.minimum,
        policy_steps=settings.HOTSPOT_POLICY_STEPS,
        ratio_steps=settings.HOTSPOT_RATIO_STEPS,
        score_steps=settings.HOTSPOT_SCORE_STEPS,
        clear_points=settings.HOTSPOT_CLEAR_POINTS,
    )


def with_threshold(rules: Rules, threshold: float | None) -> Rules:
    """A metric's rules with a series' own threshold, if it has one."""
    return rules if threshold is None else replace(rules, threshold=threshold)
