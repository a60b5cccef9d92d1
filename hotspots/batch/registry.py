"""From names to rows: which series a reading belongs to, and what is new."""

from collections.abc import Iterable, Sequence

from hotspots.clock import offset_name
from hotspots.detection.units import canonical
from hotspots.models import Entity, Metric, Series
from hotspots.readings import Reading, Rejection

from . import finding
from .sources import Arrival, Kind, Source, UnfitError, rules_for, with_threshold

__all__ = [
    "Arrival",
    "Registry",
    "Source",
    "UnfitError",
    "rules_for",
    "source_of",
    "sources_by_id",
    "with_threshold",
]


class Registry:
    """The series that a batch names, locked in the order of their keys by the caller's transaction.

    Readings are taken in the sender's order: the first one of an unknown entity gives it its
    type and wall clock, the first one of an unknown metric its unit.
    """

    def __init__(self, readings: Sequence[Reading]) -> None:
        self.rejected: list[Rejection] = []
        self.keys: set[str] = set()
        self.duplicates = 0
        self.sources: dict[tuple[str, str], Source] = {}
        self.entities: dict[str, Entity] = {}
        self.kinds: dict[str, Kind] = {}
        pairs = {(reading.entity, reading.metric) for reading in readings}
        for found in finding.lock_named(pairs):
            self._know(found)
        if unknown := pairs - self.sources.keys():
            self._look_up(unknown)
        for reading in readings:
            self._take(reading)

    def create_missing(self, *, simulated: bool) -> None:
        """Create the rows that do not exist yet, and take them as if they had been found.

        Writers never wait in a circle: whoever creates has locked all series that it found,
        inserts rows in the order of their keys, and locks no other series afterwards.

        Raises:
            IntegrityError: somebody else has just created one of them. Then the transaction is
                at its end, and begins again.
        """
        places = [key for key in sorted(self.sources) if not self.sources[key].series_id]
        if not places:
            return
        missing = {key: self.sources.pop(key) for key in places}
        self._create(list(missing.values()), simulated=simulated)
        for found in finding.lock_named(places):
            key = self._know(found)
            self.sources[key].arrivals = missing[key].arrivals

    def _create(self, missing: Sequence[Source], *, simulated: bool) -> None:
        entities = {s.entity_name: self.entities[s.entity_name] for s in missing}
        Entity.objects.bulk_create(entity for entity in entities.values() if not entity.pk)
        metrics = {s.metric.name: s.metric for s in missing if s.metric._state.adding}
        Metric.objects.bulk_create(metrics[name] for name in sorted(metrics))
        Series.objects.bulk_create(
            Series(
                entity_id=entities[s.entity_name].pk, metric_id=s.metric.name, simulated=simulated
            )
            for s in missing
        )

    def _know(self, found: finding.Found) -> tuple[str, str]:
        name = found.metric[finding.METRIC_NAME]
        kind = self.kinds.get(name)
        if kind is None:
            kind = self.kinds[name] = Kind.of(found.metric_row())
        self.sources[found.entity, name] = Source(
            found.entity, found.entity_type, found.time_zone, kind,
            with_threshold(kind.rules, found.threshold),
            found.entity_id, found.series_id, found.simulated, found.state, found.targets,
        )  # fmt: skip
        return found.entity, name

    def _look_up(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Find the entities and metrics of pairs that are no series yet."""
        entities, metrics = finding.look_up(pairs)
        self.entities = {entity.name: entity for entity in entities}
        for metric in metrics:
            self.kinds.setdefault(metric.name, Kind.of(metric))

    def _take(self, reading: Reading) -> None:
        key = reading.key
        if key is not None and key in self.keys:
            self.duplicates += 1
            return
        source = self.sources.get((reading.entity, reading.metric))
        try:
            if source is None:
                self._describe(reading)
            else:
                source.arrivals.append(source.arrival(reading))
        except UnfitError as error:
            self.rejected.append(Rejection(reading.index, error.code, str(error)))
        else:
            if key is not None:
                self.keys.add(key)

    def _describe(self, reading: Reading) -> None:
        """A series that does not exist yet, as its first valid reading describes it."""
        entity = self.entities.get(reading.entity) or new_entity(reading)
        kind = self.kinds.get(reading.metric) or Kind.of(new_metric(reading))
        source = Source(
            entity.name, entity.entity_type, entity.time_zone, kind, kind.rules, entity.pk or 0
        )
        source.arrivals.append(source.arrival(reading))
        self.entities[reading.entity], self.kinds[reading.metric] = entity, kind
        self.sources[reading.entity, reading.metric] = source


def sources_by_id(series_ids: Iterable[int]) -> dict[int, Source]:
    """The sources of series that exist, without readings or targets."""
    rows = Series.objects.filter(pk__one_of=series_ids).select_related("entity", "metric")
    return {row.pk: source_of(row) for row in rows}


def source_of(row: Series) -> Source:
    """A series that was read with its entity and metric, without readings or targets."""
    entity, kind = row.entity, Kind.of(row.metric)
    return Source(
        entity.name, entity.entity_type, entity.time_zone, kind,
        with_threshold(kind.rules, row.threshold), entity.pk, row.pk, row.simulated,
    )  # fmt: skip


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
