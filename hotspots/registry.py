"""From names to rows: which series a reading belongs to, in which unit, under which rules."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import isfinite
from typing import NamedTuple

from django.conf import settings

from . import lookups  # noqa: F401 - registers ``one_of``
from .clock import offset_name, offsets
from .detection.ladder import Rules
from .detection.units import UnitError, canonical, factor
from .models import Entity, Metric, Series, Target
from .readings import Reading, Rejection


class Arrival(NamedTuple):
    """A reading in its metric's canonical unit; ``t`` is seconds since 1970 UTC."""

    t: float
    position: int
    value: float
    baseline: float | None
    unit: str
    reading: Reading


@dataclass(slots=True)
class Source:
    """One series with what judging its readings takes, and the readings that came for it."""

    entity: Entity
    metric: Metric
    rules: Rules
    targets: Mapping[str, float] = field(default_factory=dict)
    series_id: int = 0
    simulated: bool = False
    arrivals: list[Arrival] = field(default_factory=list)
    factors: dict[str, float] = field(default_factory=dict)

    def series(self) -> Series:
        """The series' row, for reference only: it was not read."""
        return Series(pk=self.series_id, entity=self.entity, metric=self.metric)

    def offset(self) -> Callable[[datetime], float]:
        """The entity's wall clock: moment -> seconds ahead of UTC."""
        return offsets(self.entity.time_zone)


class UnfitError(Exception):
    """A reading does not fit what is known of its entity or metric."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class Registry:
    """The entities, metrics and series that a batch names; unsaved ones have no key yet.

    Readings are taken in the sender's order: the first one of an unknown entity gives it its
    type and wall clock, the first one of an unknown metric its unit.
    """

    def __init__(self, readings: Sequence[Reading]) -> None:
        self.readings = readings
        self.rejected: list[Rejection] = []
        self.rules: dict[str, Rules] = {}
        self.keys: set[str] = set()
        self.duplicates = 0
        self.sources: dict[tuple[str, str], Source] = {}
        names = {reading.entity for reading in readings}
        self.entities = {e.name: e for e in Entity.objects.filter(name__one_of=names)}
        names = {reading.metric for reading in readings}
        self.metrics = {m.name: m for m in Metric.objects.filter(name__one_of=names)}
        for reading in readings:
            self._take(reading)
        self._find_series()

    @property
    def is_complete(self) -> bool:
        """Whether every row exists."""
        return all(source.series_id for source in self.sources.values())

    def create_missing(self, *, simulated: bool) -> None:
        """Create the rows that do not exist yet.

        Concurrent creators of the same rows are fine: rows are inserted in the order of their
        keys, each table by a statement of its own, and what exists stays as it is.
        """
        sources = [self.sources[key] for key in sorted(self.sources)]
        entities = {s.entity.name: s.entity for s in sources if not s.entity.pk}
        Entity.objects.bulk_create(entities.values(), ignore_conflicts=True)
        metrics = {s.metric.name: s.metric for s in sources if s.metric._state.adding}
        Metric.objects.bulk_create(
            [metrics[name] for name in sorted(metrics)], ignore_conflicts=True
        )
        saved = dict(Entity.objects.filter(name__one_of=entities).values_list("name", "pk"))
        Series.objects.bulk_create(
            (
                Series(
                    entity_id=s.entity.pk or saved[s.entity.name],
                    metric_id=s.metric.name,
                    simulated=simulated,
                )
                for s in sources
                if not s.series_id
            ),
            ignore_conflicts=True,
        )

    def _take(self, reading: Reading) -> None:
        key = reading.key
        if key is not None and key in self.keys:
            self.duplicates += 1
            return
        try:
            source = self._source(reading)
            source.arrivals.append(_arrival(source, reading))
        except UnfitError as error:
            self.rejected.append(Rejection(reading.index, error.code, str(error)))
        else:
            if key is not None:
                self.keys.add(key)

    def _source(self, reading: Reading) -> Source:
        key = reading.entity, reading.metric
        source = self.sources.get(key)
        if source is None:
            entity = self.entities.get(reading.entity) or new_entity(reading)
            metric = self.metrics.get(reading.metric) or new_metric(reading)
            rules = self.rules.get(metric.name) or rules_for(metric)
            source = Source(entity, metric, rules)
            _check(source, reading)
            self.entities[reading.entity], self.metrics[reading.metric] = entity, metric
            self.rules[metric.name] = rules
            self.sources[key] = source
        else:
            _check(source, reading)
        return source

    def _find_series(self) -> None:
        """Fill in the keys and targets of the series that exist."""
        known = {entity.pk: entity.name for entity in self.entities.values() if entity.pk}
        rows = Series.objects.filter(entity__id__one_of=known)
        fields = rows.values_list("pk", "entity_id", "metric_id", "threshold")
        for pk, entity, metric, threshold in fields:
            if source := self.sources.get((known[entity], metric)):
                source.series_id = pk
                source.rules = with_threshold(source.rules, threshold)
        targets = Target.objects.filter(entity__id__one_of=known)
        columns = targets.values_list("entity_id", "metric_id", "period", "value")
        for entity, metric, period, value in columns:
            if source := self.sources.get((known[entity], metric)):
                source.targets = {**source.targets, period: value}


def resolve(readings: Sequence[Reading], *, simulated: bool) -> Registry:
    """Find the series of each reading, and create those that are new."""
    registry = Registry(readings)
    if not registry.is_complete:
        registry.create_missing(simulated=simulated)
        registry = Registry(readings)  # somebody else may have created them differently
    return registry


def sources_by_id(series_ids: Iterable[int]) -> dict[int, Source]:
    """The sources of series that exist, without readings or targets."""
    rows = Series.objects.filter(pk__one_of=series_ids).select_related("entity", "metric")
    return {
        row.pk: Source(
            row.entity,
            row.metric,
            with_threshold(rules_for(row.metric), row.threshold),
            series_id=row.pk,
            simulated=row.simulated,
        )
        for row in rows
    }


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
        clear_points=settings.HOTSPOT_CLEAR_POINTS,
    )


def with_threshold(rules: Rules, threshold: float | None) -> Rules:
    """A metric's rules with a series' own threshold, if it has one."""
    return rules if threshold is None else replace(rules, threshold=threshold)


def new_entity(reading: Reading) -> Entity:
    """An entity as its first reading describes it."""
    return Entity(
        name=reading.entity,
        entity_type=reading.entity_type or "supplier",
        time_zone=offset_name(reading.offset_seconds),
    )


def new_metric(reading: Reading) -> Metric:
    """A metric as its first reading describes it.

    Raises:
        UnfitError: the reading has no unit.
    """
    if reading.unit is None:
        raise UnfitError(
            "bad_unit", f"Metric {reading.metric!r} is new: its first event has to name a unit."
        )
    return Metric(name=reading.metric, unit=canonical(reading.unit))


def _check(source: Source, reading: Reading) -> None:
    """Refuse a reading of another entity type, or in a unit that cannot be converted."""
    kind, known = reading.entity_type, source.entity.entity_type
    if kind is not None and kind != known:
        raise UnfitError(
            "entity_type_mismatch", f"{reading.entity!r} is known as a {known}, not as a {kind}."
        )
    unit = reading.unit
    if unit is not None and unit not in source.factors:
        try:
            source.factors[unit] = factor(unit, source.metric.unit)
        except UnitError as error:
            raise UnfitError(error.code, str(error)) from error


def _arrival(source: Source, reading: Reading) -> Arrival:
    unit, value, baseline = reading.unit, reading.value, reading.baseline
    if unit is None:
        unit = source.metric.unit
    elif (scale := source.factors[unit]) != 1.0:
        value *= scale
        baseline = None if baseline is None else baseline * scale
        if not isfinite(value):
            raise UnfitError("bad_value", f"value is not finite in {source.metric.unit}.")
    return Arrival(reading.time.timestamp(), reading.index, value, baseline, unit, reading)
