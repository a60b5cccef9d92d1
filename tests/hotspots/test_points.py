"""Charts of long ranges: the same whether hours were rolled up before or not."""

from datetime import UTC, datetime, timedelta
from statistics import mean

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hotspots.measurements import points as source
from hotspots.measurements import rollup
from hotspots.measurements.points import points
from hotspots.measurements.rollup import mend, roll_up
from hotspots.models import Measurement, Series, SeriesHour
from tests.ingest.batches import readings, take

START = datetime(2026, 1, 5, tzinfo=UTC)
STEP = timedelta(minutes=5)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LATER = START + timedelta(days=60)


def feed(count, *, start=START, step=STEP, base=100.0):
    """Readings with a wave, every five minutes."""
    values = [base + place % 50 + place / 1000 for place in range(count)]
    return take(readings(values, start=start, step=step), quiet=True, received_at=LATER)


def only_series():
    return Series.objects.get()


def expected_of(seconds, start, end):
    """The same points, added up here from every reading."""
    groups = {}
    for row in Measurement.objects.filter(time__gte=start, time__lt=end).order_by("time"):
        since = (row.time - START).total_seconds()
        groups.setdefault(START + timedelta(seconds=since // seconds * seconds), []).append(row)
    return [
        (
            time,
            pytest.approx(mean(row.value for row in rows), rel=1e-11),
            min(row.value for row in rows),
            max(row.value for row in rows),
            len(rows),
            known and pytest.approx(mean(known), rel=1e-11),
            max((row.score for row in rows if row.score is not None), default=None),
        )
        for time, rows in groups.items()
        for known in [[row.expected for row in rows if row.expected is not None] or None]
    ]


def told(found):
    return [(s.time, s.value, s.low, s.high, s.count, s.expected, s.score) for s in found.samples]


@pytest.fixture
def ten_days(db):
    feed(10 * 288)
    return only_series()


def test_few_readings_come_as_they_are(ten_days):
    found = points(ten_days, START, START + 9 * STEP, 10)
    assert found.seconds == 0
    assert [s.time for s in found.samples] == [START + n * STEP for n in range(10)]
    assert [s.value for s in found.samples] == [s.low for s in found.samples]


@pytest.mark.parametrize(("most", "seconds"), [(1000, 900), (300, 3600), (130, 7200), (13, 86_400)])
def test_more_readings_come_in_buckets(ten_days, most, seconds):
    end = START + 10 * DAY - STEP
    found = points(ten_days, START, end, most)
    assert found.seconds == seconds
    assert len(found.samples) <= most
    assert told(found) == expected_of(seconds, START, end + STEP)


@pytest.mark.parametrize("most", [300, 40])
def test_hours_tell_what_the_readings_tell(ten_days, most):
    before = points(ten_days, START, LATER, most)
    assert roll_up()
    ten_days.refresh_from_db()
    assert ten_days.rolled_until == START + 9 * DAY  # the tenth goes on
    assert points(ten_days, START, LATER, most) == before


def test_hours_are_read_and_not_the_readings(ten_days):
    roll_up()
    Measurement.objects.filter(time__lt=START + 9 * DAY).update(value=1e9)
    ten_days.refresh_from_db()
    found = points(ten_days, START, LATER, 200)
    assert max(s.high for s in found.samples) < 1e6


def test_a_bucket_is_whole_at_the_ends_of_the_range(ten_days):
    found = points(ten_days, START + 90 * STEP, START + 5 * DAY + 7 * STEP, 20)
    assert found.seconds == 6 * 3600
    assert {s.count for s in found.samples} == {found.seconds // 300}


@pytest.mark.parametrize("most", [300, 40])
def test_late_and_corrected_readings_show_at_once_and_after_mending(ten_days, most):
    roll_up()
    moved = [START + 3 * DAY + timedelta(minutes=2), START + 4 * DAY + 10 * STEP]
    for time in moved:  # one between two readings, one in the place of another
        take(readings([5000.0], start=time), quiet=True, received_at=LATER)
    ten_days.refresh_from_db()
    end = START + 10 * DAY

    fresh = points(ten_days, START, end - STEP, most)
    assert told(fresh) == expected_of(fresh.seconds, START, end)
    stale = SeriesHour.objects.filter(stale=True).order_by("hour").values_list("hour", flat=True)
    assert list(stale) == [START + 3 * DAY, START + 4 * DAY]

    assert mend() == 1
    assert not SeriesHour.objects.filter(stale=True).exists()
    assert points(ten_days, START, end - STEP, most) == fresh


def test_a_late_reading_of_an_hour_without_any_shows(db):
    feed(2 * 288)
    feed(2 * 288, start=START + 4 * DAY)
    series = only_series()
    roll_up()
    take(readings([77.0], start=START + 3 * DAY), quiet=True, received_at=LATER)
    for _ in ("stale", "mended"):
        series.refresh_from_db()
        found = points(series, START, START + 6 * DAY - STEP, 160)
        assert [s.value for s in found.samples if s.time == START + 3 * DAY] == [77.0]
        roll_up()


def test_readings_in_order_mark_nothing(ten_days):
    roll_up()
    feed(20, start=START + 10 * DAY)
    assert not SeriesHour.objects.filter(stale=True).exists()


def test_a_slow_feed_is_not_rolled_up_and_shows_the_same(db):
    feed(40 * 24, step=HOUR)
    roll_up()
    series = only_series()
    assert series.rolled_until is None
    assert not SeriesHour.objects.exists()
    found = points(series, START, START + 40 * DAY - HOUR, 100)
    assert told(found) == expected_of(found.seconds, START, START + 40 * DAY)


def test_a_feed_that_goes_on_is_rolled_up_further(ten_days):
    roll_up()
    feed(3 * 288, start=START + 10 * DAY)
    roll_up()
    ten_days.refresh_from_db()
    assert ten_days.rolled_until == START + 12 * DAY
    found = points(ten_days, START, START + 13 * DAY - STEP, 100)
    assert told(found) == expected_of(found.seconds, START, START + 13 * DAY)


def test_a_round_is_bounded_and_the_next_goes_on(ten_days, monkeypatch):
    monkeypatch.setattr(rollup, "BATCH_READINGS", 600)
    monkeypatch.setattr(rollup, "ROUND_BATCHES", 2)
    assert [roll_up() for _ in range(4)] == [2, 2, 1, 0]
    ten_days.refresh_from_db()
    assert ten_days.rolled_until == START + 9 * DAY
    assert SeriesHour.objects.count() == 9 * 24


def test_many_readings_in_a_short_range_come_as_hours(ten_days, monkeypatch):
    monkeypatch.setattr(source, "MOST_READINGS", 500)
    assert points(ten_days, START, START + 3 * DAY, 400).seconds == 3600
    assert points(ten_days, START, START + DAY, 200).seconds == 600


def test_moments_within_a_second_fall_into_their_own(db):
    edge = START + timedelta(seconds=59, microseconds=999_900)
    take(readings([1.0] * 12, start=START, step=timedelta(seconds=5)), quiet=True)
    take(readings([9.0], start=edge), quiet=True)
    take(readings([3.0] * 12, start=START + timedelta(minutes=1), step=timedelta(seconds=5)))
    found = points(only_series(), START, START + timedelta(minutes=2), 10)
    assert found.seconds == 15
    assert [s.high for s in found.samples] == [1.0, 1.0, 1.0, 9.0, 3.0, 3.0, 3.0, 3.0]


def test_times_before_1970_are_counted_on(db):
    start = datetime(1969, 12, 31, tzinfo=UTC)
    feed(576, start=start)
    found = points(only_series(), start, start + 2 * DAY - STEP, 12)
    assert [s.time for s in found.samples] == [start + n * 6 * HOUR for n in range(8)]
    assert {s.count for s in found.samples} == {72}


def test_a_chart_takes_a_fixed_number_of_queries(ten_days):
    roll_up()
    ten_days.refresh_from_db()
    with CaptureQueriesContext(connection) as captured:
        points(ten_days, START, LATER, 50)
    assert len(captured) <= 5


def test_no_readings_give_no_points(ten_days):
    assert points(ten_days, LATER, LATER + DAY, 50).samples == []
