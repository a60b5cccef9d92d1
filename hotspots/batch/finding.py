"""Find the series that a batch names, with all that judging their readings takes, and lock them.

One statement on PostgreSQL, whatever the number of series: nothing is remembered from batch to
batch, so a setting that somebody changes in another process holds from the next batch on.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

import psycopg
from django.db import connection

from hotspots import lookups  # noqa: F401 - registers ``one_of``
from hotspots.detection.engine import NO_TARGETS
from hotspots.models import Entity, Metric, Series, Target

_METRIC = [field.attname for field in Metric._meta.concrete_fields]
_METRIC_COLUMNS = ", ".join(f"m.{field.column}" for field in Metric._meta.concrete_fields)
#: Where ``Found.metric`` has the name.
METRIC_NAME = _METRIC.index("name")

LOCK_NAMED = f"""
    SELECT e.id, e.name, e.entity_type, e.time_zone, s.id, s.threshold, s.simulated, s.state,
        (SELECT json_object_agg(t.period, t.value) FROM hotspots_target AS t
         WHERE t.entity_id = e.id AND t.metric_id = m.name),
        {_METRIC_COLUMNS}
    FROM unnest(%b::text[], %b::text[]) AS named (entity, metric)
    JOIN hotspots_entity AS e ON e.name = named.entity
    JOIN hotspots_metric AS m ON m.name = named.metric
    JOIN hotspots_series AS s ON s.entity_id = e.id AND s.metric_id = m.name
    ORDER BY s.id
    FOR NO KEY UPDATE OF s
"""  # noqa: S608 - columns of a model

_ENTITY = [field.attname for field in Entity._meta.concrete_fields]
_ENTITY_COLUMNS = ", ".join(f"e.{field.column}" for field in Entity._meta.concrete_fields)
LOOK_UP = f"""
    SELECT {_ENTITY_COLUMNS}, {_METRIC_COLUMNS}
    FROM unnest(%b::text[], %b::text[]) AS named (entity, metric)
    LEFT JOIN hotspots_entity AS e ON e.name = named.entity
    LEFT JOIN hotspots_metric AS m ON m.name = named.metric
"""  # noqa: S608 - columns of models

_FIELDS = (
    "entity_id", "entity__name", "entity__entity_type", "entity__time_zone",
    "pk", "threshold", "simulated", "state",
)  # fmt: skip


class Found(NamedTuple):
    """A series with its entity; ``metric`` are the values of the metric's row."""

    entity_id: int
    entity: str
    entity_type: str
    time_zone: str
    series_id: int
    threshold: float | None
    simulated: bool
    state: bytes
    targets: Mapping[str, float]
    metric: tuple[Any, ...]

    def metric_row(self) -> Metric:
        """The metric as if the ORM had read it."""
        return Metric.from_db(connection.alias, _METRIC, self.metric)


def lock_named(pairs: Collection[tuple[str, str]]) -> list[Found]:
    """Lock those series of some (entity, metric) that exist, in the order of their keys."""
    if not pairs:
        return []
    if connection.vendor == "postgresql":
        return _postgresql(pairs)
    return _sqlite(pairs)  # where a transaction that writes locks the whole database


def look_up(pairs: Iterable[tuple[str, str]]) -> tuple[list[Entity], list[Metric]]:
    """Find the entities and the metrics that some (entity, metric) name, where they exist."""
    if connection.vendor == "postgresql":
        return _look_up(pairs)
    names, metrics = (set(column) for column in zip(*pairs, strict=True))
    return (
        list(Entity.objects.filter(name__one_of=names)),
        list(Metric.objects.filter(name__one_of=metrics)),
    )


def _look_up(pairs: Iterable[tuple[str, str]]) -> tuple[list[Entity], list[Metric]]:
    width, alias = len(_ENTITY), connection.alias
    entities, metrics = {}, {}
    for row in _rows(LOOK_UP, pairs):
        entities[row[0]], metrics[row[width + METRIC_NAME]] = row[:width], row[width:]
    return (
        [Entity.from_db(alias, _ENTITY, row) for key, row in entities.items() if key is not None],
        [Metric.from_db(alias, _METRIC, row) for key, row in metrics.items() if key is not None],
    )


def _rows(statement: str, pairs: Iterable[tuple[str, str]]) -> list[tuple[Any, ...]]:
    columns = [list(column) for column in zip(*pairs, strict=True)]
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        # Binary, since a state is twice as long as text; prepared, since planning takes longer
        # than finding one series.
        return cursor.execute(statement, columns, binary=True, prepare=True).fetchall()


def _postgresql(pairs: Collection[tuple[str, str]]) -> list[Found]:
    rows = _rows(LOCK_NAMED, pairs)
    return [Found._make((*row[:8], row[8] or NO_TARGETS, row[9:])) for row in rows]


def _sqlite(pairs: Collection[tuple[str, str]]) -> list[Found]:
    names, metrics = (set(column) for column in zip(*pairs, strict=True))
    targets: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    wanted = Target.objects.filter(entity__name__one_of=names)
    columns = wanted.values_list("entity__name", "metric_id", "period", "value")
    for entity, metric, period, value in columns:
        targets[entity, metric][period] = value
    rows = Series.objects.filter(entity__name__one_of=names, metric__name__one_of=metrics)
    found = rows.order_by("pk").values_list(*_FIELDS, *(f"metric__{name}" for name in _METRIC))
    return [
        Found._make((*row[:8], targets.get(place, NO_TARGETS), row[8:]))
        for row in found
        if (place := (row[1], row[8 + METRIC_NAME])) in pairs
    ]
