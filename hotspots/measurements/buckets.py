"""Readings added up by stretches of time, the same on both databases."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Count, DateTimeField, F, Func, Max, Min, QuerySet, Sum
from django.db.models.sql.compiler import SQLCompiler

from hotspots.models import Measurement, SeriesHour

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: where buckets are counted from: a Monday, before any reading
ORIGIN = datetime(1900, 1, 1, tzinfo=UTC)
ORIGIN_SECONDS = -int(ORIGIN.timestamp())


class Bucket(Func):
    """The beginning of the stretch of so many seconds that a time lies in."""

    output_field = DateTimeField()

    def __init__(self, time: str, seconds: int) -> None:
        super().__init__(F(time))
        self.seconds = seconds

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, Any]:
        """Count whole seconds: SQLite's own would round a last millisecond up."""
        time, params = compiler.compile(self.source_expressions[0])
        since = f"(unixepoch(substr({time}, 1, 19)) + {ORIGIN_SECONDS})"
        start = f"{since} / {self.seconds} * {self.seconds} - {ORIGIN_SECONDS}"
        return f"datetime({start}, 'unixepoch')", params

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, Any]:
        """PostgreSQL has a function for it."""
        time, params = compiler.compile(self.source_expressions[0])
        step = f"interval '{self.seconds} seconds'"
        return f"date_bin({step}, {time}, timestamptz '{ORIGIN.isoformat()}')", params


@dataclass(frozen=True, slots=True)
class Sums:
    """Readings added up; of ``banded`` ones it is known what was expected."""

    count: int
    total: float
    low: float
    high: float
    banded: int
    expected: float | None
    lower: float | None
    upper: float | None
    score: float | None

    def plus(self, other: Self) -> "Sums":
        """Both together."""
        return Sums(
            self.count + other.count,
            self.total + other.total,
            min(self.low, other.low),
            max(self.high, other.high),
            self.banded + other.banded,
            _added(self.expected, other.expected),
            _added(self.lower, other.lower),
            _added(self.upper, other.upper),
            max((s for s in (self.score, other.score) if s is not None), default=None),
        )


_OF_READINGS = (
    Count("pk"), Sum("value"), Min("value"), Max("value"),
    Count("expected"), Sum("expected"), Sum("lower"), Sum("upper"), Max("score"),
)  # fmt: skip
_OF_HOURS = (
    Sum("count"), Sum("total"), Min("low"), Max("high"),
    Sum("banded"), Sum("expected"), Sum("lower"), Sum("upper"), Max("score"),
)  # fmt: skip


def of_readings(rows: QuerySet[Measurement], seconds: int) -> dict[datetime, Sums]:
    """Readings by buckets of so many seconds."""
    return _grouped(rows, "time", seconds, _OF_READINGS)


def of_hours(rows: QuerySet[SeriesHour], seconds: int) -> dict[datetime, Sums]:
    """Hours by buckets of so many seconds, a multiple of an hour's."""
    return _grouped(rows, "hour", seconds, _OF_HOURS)


def merged(parts: Iterable[dict[datetime, Sums]]) -> dict[datetime, Sums]:
    """All parts together, oldest bucket first."""
    found: dict[datetime, Sums] = {}
    for part in parts:
        for start, sums in part.items():
            found[start] = found[start].plus(sums) if start in found else sums
    return dict(sorted(found.items()))


def start_of(time: datetime, step: timedelta) -> datetime:
    """The beginning of the bucket that a time lies in."""
    return time - (time - ORIGIN) % step


def _grouped(
    rows: QuerySet[Any], time: str, seconds: int, sums: tuple[Any, ...]
) -> dict[datetime, Sums]:
    names = [f"sum_{place}" for place in range(len(sums))]
    grouped = rows.order_by().annotate(bucket=Bucket(time, seconds)).values("bucket")
    added = grouped.annotate(**dict(zip(names, sums, strict=True)))
    return {start: Sums(*values) for start, *values in added.values_list("bucket", *names)}


def _added(one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return other if one is None else one
    return one + other
