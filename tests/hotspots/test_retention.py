"""Readings past their time go in small statements; what is needed still can be read."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hotspots.measurements import retention
from hotspots.measurements.excerpts import BEFORE_OPENING, around
from hotspots.measurements.points import points
from hotspots.measurements.rollup import roll_up
from hotspots.models import Hotspot, Measurement, Series, SeriesHour
from streams.background import jobs
from tests.factories import make_hotspot, make_series
from tests.ingest.batches import START, readings, rhythm, take

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TODAY = datetime(2026, 6, 1, 13, 30, tzinfo=UTC)
KEPT_FROM = datetime(2026, 5, 2, tzinfo=UTC)  # 30 days before, at midnight


@pytest.fixture(autouse=True)
def thirty_days(settings):
    settings.MEASUREMENTS_RETENTION_DAYS = 30


def fill(series, *, old, new=0):
    """Hourly readings: so many before the boundary, so many from it on."""
    measure_hourly(series, old, KEPT_FROM - HOUR)
    measure_hourly(series, new, KEPT_FROM + (new - 1) * HOUR)


def measure_hourly(series, number, end):
    Measurement.objects.bulk_create(
        Measurement(series=series, time=end - place * HOUR, value=1.0, received_at=end, score=0.0)
        for place in range(number)
    )


def times(series):
    return list(series.measurements.order_by("time").values_list("time", flat=True))


def run(*arguments):
    out = StringIO()
    call_command("prune_measurements", *arguments, stdout=out)
    return out.getvalue().splitlines()


@pytest.mark.django_db
@pytest.mark.parametrize(("old", "new"), [(0, 3), (1, 1), (7, 0), (1000, 2), (1001, 0), (2500, 5)])
def test_what_is_past_its_time_goes_and_nothing_else(old, new):
    one, other = make_series("Site A"), make_series("Site B")
    fill(one, old=old, new=new)
    fill(other, old=0, new=3)

    assert retention.prune(TODAY) == old
    assert times(one) == [KEPT_FROM + place * HOUR for place in range(new)]
    assert len(times(other)) == 3
    assert retention.prune(TODAY) == 0


@pytest.mark.django_db
def test_by_default_nothing_goes(settings):
    settings.MEASUREMENTS_RETENTION_DAYS = 0
    series = make_series()
    fill(series, old=10)

    assert retention.prune(TODAY) == 0
    assert run("--yes") == ["MEASUREMENTS_RETENTION_DAYS is 0: readings are kept for ever."]
    assert len(times(series)) == 10


@pytest.mark.django_db
def test_a_round_is_bounded_and_the_next_one_goes_on(monkeypatch):
    monkeypatch.setattr(retention, "BATCH_ROWS", 100)
    for name in ("Site A", "Site B"):
        fill(make_series(name), old=250)

    assert retention.prune(TODAY, most=150) == 200
    assert Measurement.objects.count() == 300
    assert retention.prune(TODAY) == 300


@pytest.mark.django_db
def test_no_statement_deletes_more_than_a_batch(monkeypatch):
    monkeypatch.setattr(retention, "BATCH_ROWS", 100)
    fill(make_series(), old=250)
    gone = []
    with CaptureQueriesContext(connection) as captured:
        retention.prune(TODAY, progress=gone.append)

    assert gone == [100, 200, 250]
    deletes = [q["sql"] for q in captured.captured_queries if q["sql"].startswith("DELETE")]
    assert len([sql for sql in deletes if "measurement" in sql]) == 3


@pytest.mark.django_db
def test_what_led_to_an_open_hotspot_stays():
    series = make_series()
    opened_at = KEPT_FROM - 100 * DAY
    hotspot = make_hotspot(series, opened_at=opened_at, last_seen_at=opened_at)
    measure_hourly(series, 500, opened_at + 200 * HOUR)
    before = around(hotspot)

    assert retention.prune(TODAY) == 500 - 201 - BEFORE_OPENING
    assert around(hotspot) == before
    Hotspot.objects.update(status="resolved", resolved_at=opened_at)
    assert retention.prune(TODAY) == 201 + BEFORE_OPENING


@pytest.mark.django_db
def test_hours_go_with_their_readings():
    take(
        readings([50.0 + n % 7 for n in range(5 * 288)], start=KEPT_FROM - 2 * DAY,
                 step=timedelta(minutes=5)),
        quiet=True, received_at=TODAY,
    )  # fmt: skip
    roll_up()
    series = Series.objects.get()
    assert SeriesHour.objects.count() == 4 * 24
    kept = points(series, KEPT_FROM, KEPT_FROM + 3 * DAY, 30)

    retention.prune(TODAY)
    assert SeriesHour.objects.count() == 2 * 24
    assert points(series, KEPT_FROM, KEPT_FROM + 3 * DAY, 30) == kept
    assert points(series, START, KEPT_FROM - HOUR, 30).samples == []


@pytest.mark.django_db
def test_a_series_goes_on_and_is_learned_anew_from_what_is_left():
    def feed(first, number):
        values = [rhythm(hour) for hour in range(first, first + number)]
        return take(readings(values, start=START + first * HOUR))

    feed(0, 480)
    assert retention.prune(START + 50 * DAY) == 480
    series = Series.objects.get()
    assert times(series) == []
    learned = bytes(series.state)
    assert feed(480, 1).accepted == 1  # what it learned is in its state
    Series.objects.update(state=b"\xff" + learned[1:])  # of another version: learned anew
    assert feed(481, 48).accepted == 48
    series.refresh_from_db()
    assert len(times(series)) == 49
    assert series.last_time == START + 528 * HOUR


@pytest.mark.django_db
def test_a_dry_run_says_what_would_go_and_does_nothing(monkeypatch):
    monkeypatch.setattr(retention, "boundary", lambda now=None: KEPT_FROM)
    fill(make_series("Site A"), old=1500, new=2)
    fill(make_series("Site B"), old=1)
    expected = "1,501 readings of 2 series were measured before"

    (said,) = run("--dry-run")
    assert said.startswith(expected)
    assert Measurement.objects.count() == 1503


@pytest.mark.django_db
@pytest.mark.parametrize(("answer", "left"), [("", 1502), ("n", 1502), ("y", 2), ("YES", 2)])
def test_the_command_asks_whoever_can_answer(monkeypatch, answer, left):
    monkeypatch.setattr(retention, "boundary", lambda now=None: KEPT_FROM)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    asked = []
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or answer)
    fill(make_series(), old=1500, new=2)

    said = run()
    assert "1,500 readings of 1 series were measured before" in said[0]
    assert asked == ["Delete them for good, and keep the last 30 days? [y/N] "]
    assert said[-1] == ("Nothing done." if left > 2 else "1,500 readings deleted.")
    assert Measurement.objects.count() == left


@pytest.mark.django_db
@pytest.mark.parametrize("arguments", [[], ["--yes"]])
def test_it_does_not_ask_a_timer_nor_who_agreed_before(monkeypatch, arguments):
    monkeypatch.setattr(retention, "boundary", lambda now=None: KEPT_FROM)
    monkeypatch.setattr("sys.stdin.isatty", lambda: bool(arguments), raising=False)
    monkeypatch.setattr("builtins.input", lambda question: pytest.fail("asked"))
    fill(make_series(), old=5)

    assert run(*arguments)[-1] == "5 readings deleted."


def test_the_server_does_it_by_itself_only_where_something_is_to_go(settings):
    job = next(job for job in jobs if job.name == "old readings")
    assert job.enabled()
    settings.MEASUREMENTS_RETENTION_DAYS = 0
    assert not job.enabled()
