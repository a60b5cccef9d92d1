"""Replaying what was really found: every hotspot again, the same to the last digit."""

import csv

import pytest

from hotspots.backtest.comparison import compare, present_setup
from hotspots.clock import moment
from hotspots.models import Hotspot, Series
from ingest.pipeline import ingest
from tests.conftest import DATA
from tests.ingest.batches import NOW
from tests.ingest.test_pipeline_real_data import to_reading

pytestmark = [pytest.mark.shared, pytest.mark.django_db]


@pytest.fixture
def grid(db):
    """The first areas of the grid by name: a week of 2021, then two weeks of 2023."""
    with (DATA / "us_grid_events.csv").open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["entity"] < "D"]
    for start in range(0, len(rows), 1000):
        ingest([to_reading(*row) for row in enumerate(rows[start : start + 1000])], received_at=NOW)
    return Series.objects.select_related("entity", "metric").order_by("pk")


def shown(opened_at, resolved_at, row):
    return (
        opened_at, resolved_at, row.severity, row.rule, row.reason, row.side,
        pytest.approx(row.score),
    )  # fmt: skip


def test_the_present_settings_find_what_was_found(grid):
    found = 0
    for series in grid:
        answer = compare(series, present_setup(series))
        rows = Hotspot.objects.filter(series=series).order_by("opened_at")
        stored = [
            shown(row.opened_at, row.resolved_at, row)
            for row in rows
            if row.resolved_at is None or row.last_seen_at >= moment(answer.span.start)
        ]
        replayed = [
            shown(moment(one.opened_at), one.resolved_at and moment(one.resolved_at), one)
            for one in answer.current.episodes
        ]
        assert replayed == stored, series
        assert answer.stored == len(stored)
        found += len(stored)
    assert found > 10
