"""Batches that arrive at the same moment, on a database that really runs them side by side."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from hotspots import services
from hotspots.models import Entity, Hotspot, Measurement, Metric, Series
from ingest.pipeline import ingest
from streams.errors import IllegalStateError
from streams.models import StreamEvent

from .batches import HOUR, LIVE, NOW, reading, readings, take

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
WRITERS = 8


def at_once(*jobs):
    """Run the jobs at the same moment, each on a connection of its own; return their answers."""
    barrier = Barrier(len(jobs))

    def run(job):
        barrier.wait()
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def sent(batch):
    """A job that ingests the batch, numbered as a sender would."""
    return lambda: take(list(batch))


def test_concurrent_creators_of_the_same_rows_agree():
    names = [f"Site {i}" for i in range(20)]
    batches = [
        [
            reading(writer, hour=writer, entity=name, metric="pallets", unit="pcs")
            for name in (names if writer % 2 else names[::-1])
        ]
        for writer in range(WRITERS)
    ]

    intakes = at_once(*map(sent, batches))

    assert sum(intake.accepted for intake in intakes) == WRITERS * len(names)
    assert Entity.objects.count() == Series.objects.count() == len(names)
    assert Metric.objects.filter(name="pallets").count() == 1
    assert Measurement.objects.count() == WRITERS * len(names)


def test_creators_whose_series_overlap_wait_in_a_line_and_lose_nothing():
    old = [f"Old {i}" for i in range(10)]
    take([reading(1, entity=name) for name in old])
    new = [f"New {i}" for i in range(24)]
    batches = []
    for writer in range(WRITERS):
        names = [*old, *new[3 * writer :], *new[: 3 * writer]][: 10 + 2 * WRITERS]
        batches.append(
            [
                reading(writer, hour=1 + writer, entity=name, metric=metric, unit="kWh")
                for name in (names if writer % 2 else names[::-1])
                for metric in (("energy", "heat") if writer % 2 else ("heat", "energy"))
            ]
        )

    intakes = at_once(*map(sent, batches))

    assert sum(intake.accepted for intake in intakes) == sum(map(len, batches))
    assert Measurement.objects.count() == len(old) + sum(map(len, batches))
    assert Series.objects.count() == 2 * (len(old) + len(new))
    assert sum(Series.objects.values_list("count", flat=True)) == Measurement.objects.count()


def test_the_same_batch_from_many_senders_is_taken_once():
    batch = readings([50, 160, 50] * 20, baseline=100.0)

    intakes = at_once(*[sent(batch)] * WRITERS)

    assert sum(intake.accepted for intake in intakes) == len(batch)
    assert sum(intake.duplicates for intake in intakes) == (WRITERS - 1) * len(batch)
    assert Hotspot.objects.count() == 1


def test_one_key_used_by_many_series_at_once_is_taken_once():
    keys = [f"key {i}" for i in range(30)]
    batches = [
        [
            reading(1, hour=i, entity=f"Site {writer}", key=key)
            for i, key in enumerate(keys if writer % 2 else keys[::-1])
        ]
        for writer in range(WRITERS)
    ]
    take([reading(1, hour=-1, entity=f"Site {writer}") for writer in range(WRITERS)])

    intakes = at_once(*map(sent, batches))

    assert sum(intake.accepted for intake in intakes) == len(keys)
    assert sum(intake.duplicates for intake in intakes) == (WRITERS - 1) * len(keys)


def test_overlapping_series_lose_no_update():
    names = [f"Site {i}" for i in range(6)]

    def feed(writer):
        for round_ in range(10):
            order = names if writer % 2 else names[::-1]
            hour = 1000 * writer + round_
            ingest([reading(1, hour=hour, entity=name) for name in order], received_at=NOW)

    at_once(*[lambda writer=writer: feed(writer) for writer in range(4)])

    assert set(Series.objects.values_list("count", flat=True)) == {40}
    assert Measurement.objects.count() == 4 * 10 * len(names)


def test_one_of_many_analysts_closes_a_hotspot():
    take(reading(160, baseline=100.0))
    pk = Hotspot.objects.get().pk

    def close():
        try:
            return services.resolve(pk, by=None, at=NOW, via="api")
        except IllegalStateError:
            return None

    answers = at_once(*[close] * WRITERS)

    assert sum(answer is not None for answer in answers) == 1
    assert StreamEvent.objects.filter(stream="hotspots").count() == 2


def test_analysts_and_readings_at_once_leave_one_active_hotspot_at_most():
    take(reading(160, baseline=100.0))

    def feed():
        for hour in range(1, 30):
            ingest([reading(170 + hour, hour=hour, baseline=100.0)], received_at=NOW)

    def close():
        for _ in range(15):
            for row in Hotspot.objects.active():
                try:
                    services.resolve(row.pk, by=None, at=NOW, via="api")
                except IllegalStateError:
                    continue

    at_once(feed, close, close)

    assert Hotspot.objects.active().count() <= 1
    assert Series.objects.get().count == 30
    seqs = list(StreamEvent.objects.filter(stream="hotspots").order_by("seq").values_list("seq"))
    assert seqs == [(n,) for n in range(1, len(seqs) + 1)]
    assert Series.objects.get().last_time == LIVE + 29 * HOUR
