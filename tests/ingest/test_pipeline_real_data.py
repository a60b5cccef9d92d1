"""A year of a steel plant and three weeks of the US grid, through the whole pipeline."""

import csv
from datetime import UTC, date, datetime, timedelta

import pytest

from hotspots.models import Hotspot, Measurement
from hotspots.readings import Reading
from ingest.pipeline import ingest
from tests.conftest import DATA

from .batches import NOW

pytestmark = [pytest.mark.shared, pytest.mark.django_db]
BATCH = 1000


def load(name, metric):
    """Ingest the events of one metric of a file; returns how many were accepted."""
    with (DATA / name).open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["metric"] == metric]
    batch = [to_reading(index, row) for index, row in enumerate(rows)]
    parts = [batch[i : i + BATCH] for i in range(0, len(batch), BATCH)]
    return sum(ingest(part, received_at=NOW).accepted for part in parts)


def to_reading(index, row):
    time = datetime.fromisoformat(row["time"])
    return Reading(
        index=index, entity=row["entity"], metric=row["metric"], value=float(row["value"]),
        time=time, entity_type=row["entity_type"], unit=row["unit"],
        offset_seconds=int(time.utcoffset().total_seconds()),
    )  # fmt: skip


def test_a_steel_plant_shows_the_days_that_a_calendar_explains():
    accepted = load("steel_events.csv", "energy")

    openings = Hotspot.objects.values_list("opened_at", flat=True)
    days = {(at + timedelta(hours=9)).date() for at in openings}
    assert accepted == Measurement.objects.count() == 35_040
    assert {date(2018, 2, 14), date(2018, 5, 1), date(2018, 12, 25)} <= days
    assert 20 < len(openings) < 80


def test_the_grid_shows_its_feed_errors_and_a_rerun_accepts_nothing():
    accepted = [load("us_grid_events.csv", "demand") for _ in range(2)]

    suspects = Hotspot.objects.filter(rule="data_quality", reason="unit_suspect")
    found = set(suspects.values_list("series__entity__name", "opened_at"))
    assert accepted == [Measurement.objects.count(), 0]
    assert found >= {
        ("SWPP", datetime(2023, 6, 13, 2, tzinfo=UTC)),
        ("SRP", datetime(2023, 6, 11, 6, tzinfo=UTC)),
        ("PNM", datetime(2023, 6, 15, 10, tzinfo=UTC)),
    }
