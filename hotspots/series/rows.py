"""The public shape of a series: what is known of it, what is set for it, what is open."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import FloatField, OuterRef, QuerySet, Subquery

from hotspots.detection.engine import is_young, offers_rebuild
from hotspots.detection.episode import SeriesState
from hotspots.detection.state import UnknownStateError, load
from hotspots.models import Hotspot, Measurement, Series, Target
from streams.errors import NotFoundError
from streams.rest.strict import MAX_ID
from streams.rows import moment

from .peers import provisional_baselines


def rows_of_series() -> QuerySet[Series]:
    """Series with their names and newest value."""
    readings = Measurement.objects.filter(series=OuterRef("pk"), time__lte=OuterRef("last_time"))
    newest = Subquery(readings.order_by("-time").values("value")[:1], FloatField(null=True))
    return Series.objects.select_related("entity", "metric").annotate(last_value=newest)


def find_series(pk: int) -> Series:
    """Return a series with its names, and without what it remembers.

    Raises:
        NotFoundError: there is none.
    """
    rows = Series.objects.select_related("entity", "metric").defer("state")
    series = rows.filter(pk=pk).first() if pk <= MAX_ID else None
    if series is None:
        raise NotFoundError(f"There is no series {pk}.")
    return series


def series_rows(found: Sequence[Series]) -> list[dict[str, Any]]:
    """Return JSON-ready rows, in a few queries however many they are.

    Args:
        found: as :func:`rows_of_series` reads them.
    """
    targets, active = _targets(found), _active(found)
    states = {row.pk: memory_of(row) for row in found}
    expected = provisional_baselines(
        row
        for row in found
        if is_learning(states[row.pk]) and not targets[row.entity_id, row.metric_id]
    )
    return [
        {
            **_names(row),
            **_readings(row),
            **_learned(row, states[row.pk]),
            "provisional_baseline": expected.get(row.pk),
            "threshold": row.threshold,
            "effective_threshold": row.effective_threshold,
            "targets": targets[row.entity_id, row.metric_id],
            "hotspot_id": active.get(row.pk),
            "simulated": row.simulated,
            "version": row.version,
        }
        for row in found
    ]


def series_row(row: Series) -> dict[str, Any]:
    """Return one JSON-ready row, as :func:`series_rows` does."""
    return series_rows([row])[0]


def memory_of(row: Series) -> SeriesState | None:
    """What the engine remembers; ``None`` if another version wrote it: it is learned anew."""
    try:
        return load(bytes(row.state))
    except UnknownStateError:
        return None


def is_learning(state: SeriesState | None) -> bool:
    """Whether too little was seen for the anomaly rule, as of the newest reading."""
    return state is None or is_young(state)


def frozen_until(row: Series) -> datetime | None:
    """Up to which time readings are not learned, unless they have come that far."""
    is_past = row.frozen_until and row.last_time and row.last_time >= row.frozen_until
    return None if is_past else row.frozen_until


def _names(row: Series) -> dict[str, Any]:
    entity, metric = row.entity, row.metric
    return {
        "id": row.pk,
        "entity": entity.name,
        "entity_type": entity.entity_type,
        "metric": metric.name,
        "unit": metric.unit,
    }


def _readings(row: Series) -> dict[str, Any]:
    return {
        "count": row.count,
        "last_time": moment(row.last_time),
        "last_value": row.last_value,  # type: ignore[attr-defined]  # annotated
    }


def _learned(row: Series, state: SeriesState | None) -> dict[str, Any]:
    interval = state.rex.interval if state is not None else 0.0
    return {
        "interval_seconds": interval or None,
        "learning": is_learning(state),
        "frozen_until": moment(frozen_until(row)),
        "rebuild_offered": state is not None and offers_rebuild(state),
    }


def _targets(found: Sequence[Series]) -> "defaultdict[tuple[int, str], dict[str, float]]":
    """Period -> value for each entity and metric."""
    targets: defaultdict[tuple[int, str], dict[str, float]] = defaultdict(dict)
    rows = Target.objects.filter(entity__id__one_of=sorted({row.entity_id for row in found}))
    for entity, metric, period, value in rows.order_by("pk").values_list(
        "entity_id", "metric_id", "period", "value"
    ):
        targets[entity, metric][period] = value
    return targets


def _active(found: Sequence[Series]) -> dict[int, int]:
    """The active hotspot of each series that has one."""
    rows = Hotspot.objects.active().filter(series__id__one_of=[row.pk for row in found])
    return dict(rows.values_list("series_id", "pk"))
