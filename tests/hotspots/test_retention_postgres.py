"""Forgetting readings on PostgreSQL: no writer waits for it, one process does it, by the index."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from hotspots.measurements import retention, rollup
from hotspots.models import Measurement, Series
from tests.factories import make_series
from tests.hotspots.test_retention import HOUR, KEPT_FROM, TODAY, fill
from tests.ingest.batches import readings, take

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
WRITERS = 4


@pytest.fixture(autouse=True)
def thirty_days(settings):
    settings.MEASUREMENTS_RETENTION_DAYS = 30


def elsewhere(function, *args):
    """Call it on a connection of its own that fails where it would wait for a lock."""

    def work():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        try:
            return function(*args)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def write(number):
    """New and late readings of a series that is being pruned."""
    entity = f"Site {number}"
    new = readings([1.0] * 20, start=KEPT_FROM + 100 * HOUR, entity=entity)
    late = readings([2.0], start=KEPT_FROM - timedelta(minutes=90), entity=entity)
    return take(new, received_at=TODAY).accepted + take(late, received_at=TODAY).accepted


def test_writers_do_not_wait_for_what_it_has_locked():
    """All old rows are deleted and nothing is committed: more locks than it ever holds."""
    for number in range(WRITERS):
        fill(make_series(f"Site {number}", "energy"), old=2500, new=3)
    with transaction.atomic():
        assert retention.prune(TODAY) == WRITERS * 2500
        assert [elsewhere(write, number) for number in range(WRITERS)] == [21] * WRITERS

    assert Measurement.objects.count() == WRITERS * (3 + 21)


def test_it_does_not_wait_for_a_writer_that_holds_its_series():
    fill(make_series("Site 0", "energy"), old=2500)
    with transaction.atomic():
        write(0)
        assert elsewhere(retention.prune, TODAY) == 2500

    assert Measurement.objects.count() == 21


@pytest.mark.parametrize("work", [retention.prune, rollup.roll_up])
def test_one_process_is_at_it_at_a_time(work):
    lock = retention.LOCK if work is retention.prune else rollup.LOCK
    with rollup.alone(lock) as is_alone:
        assert is_alone
        assert elsewhere(work) is None
    assert elsewhere(work) is not None


def test_every_statement_finds_its_rows_by_an_index():
    for number in range(20):
        fill(make_series(f"Site {number}"), old=20, new=600)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE hotspots_measurement, hotspots_series")
    with CaptureQueriesContext(connection) as captured:
        assert retention.prune(TODAY) == 400

    statements = {
        re.sub(r"\d+", "N", query["sql"]): query["sql"]
        for query in captured.captured_queries
        if '"hotspots_measurement"' in query["sql"]
    }
    assert any(sql.startswith("DELETE") for sql in statements)
    for sql in statements.values():
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "one_measurement_per_time" in plan, plan
        assert "Seq Scan on hotspots_measurement" not in plan, plan


def test_adding_up_waits_for_the_writer_of_its_series_and_misses_nothing():
    """A late reading that commits while its hour is added up is in the hour, or marks it."""
    start = KEPT_FROM
    values = [float(n % 9) for n in range(3 * 288)]
    take(readings(values, start=start, step=timedelta(minutes=5)), quiet=True, received_at=TODAY)
    late = readings([999.0], start=start + timedelta(minutes=1))
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            take(late, quiet=True, received_at=TODAY)
            rolled = pool.submit(closing, rollup.roll_up)
            wait_until_somebody_waits()
        assert rolled.result(30)

    series = Series.objects.get()
    assert series.rolled_until is not None
    assert series.hours.order_by("hour").values_list("high", flat=True)[0] == 999.0


def closing(function):
    try:
        return function()
    finally:
        connection.close()


def wait_until_somebody_waits():
    """Until another connection waits for a row that this one has locked."""
    with connection.cursor() as cursor:
        for _ in range(3000):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    pytest.fail("nobody waits")
