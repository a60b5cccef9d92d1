"""What people set: the threshold of a series, and targets. Each change has its history.

Ingest reads both at the beginning of a batch, so they hold from the next reading on.
"""

from math import isfinite
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from hotspots.detection.rex import RAW_LIMIT
from hotspots.detection.units import UnitError, convert
from hotspots.models import Entity, Metric, Series, Target
from streams.audit import save_setting
from streams.errors import DomainError, NotFoundError

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

#: A score is at most ``RAW_LIMIT``: above it a series opens nothing by the anomaly rule.
THRESHOLD_LIMIT = RAW_LIMIT + 1


class BadSettingError(DomainError):
    """A value that this setting cannot have; ``code`` says which, ``errors`` where."""

    status = 400

    def __init__(self, code: str, field: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.extra = {"errors": {field: [text]}}


class TargetExistsError(DomainError):
    """There is one target for each entity, metric and period."""

    code = "target_exists"


def set_threshold(
    series_id: int,
    *,
    threshold: float | None,
    by: "User | None",
    at: "datetime",
    via: str,
    version: int | None = None,
) -> Series:
    """Give a series a threshold of its own, or let the metric's hold again (``None``).

    Args:
        threshold: score above 0 from which a hotspot opens, at most ``THRESHOLD_LIMIT``.
        by: who did it, ``None`` for nobody in particular.
        via: where from: "api", "admin", "command".
        version: the row's version that the caller saw, if it matters.

    Raises:
        BadSettingError: ``bad_threshold``.
        NotFoundError, VersionConflictError: as for every row.
    """
    check_threshold(threshold)
    with transaction.atomic():
        rows = Series.objects.select_related("entity", "metric")
        series = rows.select_for_update(no_key=True, of=("self",)).filter(pk=series_id).first()
        if series is None:
            raise NotFoundError(f"There is no series {series_id}.")
        series.require_version(version)
        if series.threshold != threshold:
            series.threshold = threshold
            save_setting(series, by=by, via=via, update_fields=["threshold"])
    return series


def check_threshold(threshold: float | None) -> None:
    """Refuse what is no threshold: 0 would call every reading anomalous.

    Raises:
        BadSettingError: ``bad_threshold``.
    """
    if threshold is not None and not 0 < threshold <= THRESHOLD_LIMIT:
        text = f"A threshold is above 0 and at most {THRESHOLD_LIMIT:g}."
        raise BadSettingError("bad_threshold", "threshold", text)


def create_target(
    *,
    entity: str,
    metric: str,
    period: str,
    value: float,
    unit: str | None = None,
    by: "User | None",
    via: str,
) -> Target:
    """Set what an entity may use of a metric in a period.

    Args:
        entity: the name of an entity that exists.
        metric: likewise.
        value: above zero, in ``unit``, else in the metric's unit.

    Raises:
        BadSettingError: ``unknown_entity``, ``unknown_metric``, ``bad_target``, ``bad_unit``
            or ``unit_mismatch``.
        TargetExistsError: the entity has one for this metric and period.
    """
    of = Metric.objects.filter(name=metric).first()
    if of is None:
        raise BadSettingError("unknown_metric", "metric", f"There is no metric {metric!r}.")
    owner = Entity.objects.filter(name=entity).first()
    if owner is None:
        raise BadSettingError("unknown_entity", "entity", f"There is no entity {entity!r}.")
    target = Target(entity=owner, metric=of, period=period, value=amount(value, unit, of))
    try:
        with transaction.atomic():
            save_setting(target, by=by, via=via)
    except IntegrityError as error:
        raise TargetExistsError(f"There is a target for {entity} {metric} per {period}.") from error
    return target


def change_target(
    target_id: int,
    *,
    value: float,
    unit: str | None = None,
    by: "User | None",
    at: "datetime",
    via: str,
    version: int | None = None,
) -> Target:
    """Set another value. Arguments and errors as for :func:`create_target`.

    Raises:
        NotFoundError, VersionConflictError: as for every row.
    """
    with transaction.atomic():
        target = _locked(target_id, version)
        wanted = amount(value, unit, target.metric)
        if target.value != wanted:
            target.value = wanted
            save_setting(target, by=by, via=via)
    return target


def delete_target(
    target_id: int, *, by: "User | None", via: str, version: int | None = None
) -> None:
    """Take a target back; its history stays. Errors as for :func:`change_target`."""
    with transaction.atomic():
        target: Any = _locked(target_id, version)
        target._history_user, target._change_reason = by, via
        target.delete()


def amount(value: float, unit: str | None, metric: Metric) -> float:
    """A target's value in the metric's unit.

    Raises:
        BadSettingError: ``bad_target``, ``bad_unit`` or ``unit_mismatch``.
    """
    try:
        converted = value if unit is None else convert(value, unit, metric.unit)
    except UnitError as error:
        raise BadSettingError(error.code, "unit", str(error)) from error
    if not (isfinite(converted) and converted > 0):
        raise BadSettingError("bad_target", "value", "A target is a number above zero.")
    return converted


def _locked(target_id: int, version: int | None) -> Target:
    rows = Target.objects.select_related("entity", "metric")
    target = rows.select_for_update(no_key=True, of=("self",)).filter(pk=target_id).first()
    if target is None:
        raise NotFoundError(f"There is no target {target_id}.")
    target.require_version(version)
    return target
