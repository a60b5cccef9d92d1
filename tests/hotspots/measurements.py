"""Readings for tests, at even intervals."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from hotspots.models import Measurement, Series
from tests.factories import AT

STEP = timedelta(minutes=15)


def measure(
    series: Series, values: Sequence[float], *, end: datetime = AT, **fields: Any
) -> list[Measurement]:
    """Store `values`, oldest first, the last one at `end`."""
    start = end - (len(values) - 1) * STEP
    return Measurement.objects.bulk_create(
        Measurement(
            series=series,
            time=start + place * STEP,
            value=value,
            raw_value=value,
            raw_unit=series.metric.unit,
            received_at=end,
            **fields,
        )
        for place, value in enumerate(values)
    )
