"""Eight writers on the same series, times and keys leave what one after the other would leave."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier

import pytest
from django.db import connection

from alerts.models import Alert
from hotspots.detection.state import dump, load
from hotspots.models import Hotspot, Measurement, Series
from ingest.pipeline import ingest
from streams.models import StreamEvent

from .batches import HOUR, LIVE, NOW, reading
from .batches import readings as in_a_row

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
WRITERS, SERIES, HOURS = 8, 12, 30
PATIENCE = 120  # seconds, of a machine with much else to do


@pytest.fixture(autouse=True)
def without_storms(settings):
    settings.ALERT_STORM_HOTSPOTS = 0  # which of the alerts a storm takes in is a matter of chance


def value(series, hour):
    """Far over the target now and then, for a while, in each series at other hours."""
    return 170.0 + hour if (hour + series) % 15 in (3, 4) else 90.0 + (hour * 7 + series) % 5


def sent(series, hour, family=""):
    """One reading; every third one has a key."""
    key = f"{family}{series}-{hour}" if (series + hour) % 3 == 0 else None
    entity = f"{family}Site {series:02}"
    return reading(value(series, hour), hour=hour, entity=entity, key=key, baseline=100.0)


def write(batches, barrier=None):
    """Ingest batches one after the other, all writers in step where they share a barrier."""
    counts = Counter()
    try:
        for batch in batches:
            if barrier is not None:
                barrier.wait(PATIENCE)
            intake = ingest(numbered(batch), received_at=NOW)
            counts += Counter(accepted=intake.accepted, duplicates=intake.duplicates)
    finally:
        connection.close()
    return counts


def numbered(batch):
    """The readings with the positions that a sender would give them."""
    rows = [{name: getattr(one, name) for name in one.__struct_fields__} for one in batch]
    return [type(batch[0])(**{**row, "index": index}) for index, row in enumerate(rows)]


def at_once(work, barrier=None):
    """Let every writer have its batches at the same time; add up what became of them."""
    with ThreadPoolExecutor(len(work)) as pool:
        futures = [pool.submit(write, batches, barrier) for batches in work]
        return sum((future.result(PATIENCE) for future in futures), Counter())


def shares(batch, seed):
    """Eight overlapping parts of a batch, each in an order of its own, that together are all."""
    random = Random(seed)  # noqa: S311 - no secret
    parts = [random.sample(batch, len(batch) * 2 // 3) for _ in range(WRITERS)]
    missing = [one for one in batch if not any(one in part for part in parts)]
    parts[seed % WRITERS] += missing
    return parts


def memory(entity):
    """What a series has learned, apart from the number of its hotspot's row."""
    state = load(bytes(Series.objects.get(entity__name=entity).state))
    state.episode.hotspot = 0
    return dump(state)


def rows_of(family):
    """What is told of a family's hotspots and alerts, without names and keys."""
    of = {"series__entity__name__startswith": f"{family}Site"}
    hotspots = Hotspot.objects.filter(**of).order_by("series__entity__name", "opened_at")
    alerts = Alert.objects.filter(**{f"hotspot__{name}": text for name, text in of.items()})
    alerts = alerts.order_by("hotspot__series__entity__name", "hotspot__opened_at", "level")
    return (
        list(hotspots.values_list(
            "value", "severity", "rule", "status", "occurrences", "opened_at", "last_seen_at",
            "resolved_at", "score", "evidence", "version",
        )),
        list(alerts.values_list("level", "status", "resolved_at", "version")),
    )  # fmt: skip


def readings_of(family):
    of = {"series__entity__name__startswith": f"{family}Site"}
    rows = Measurement.objects.filter(**of).order_by("series__entity__name", "time")
    return list(rows.values_list("time", "value", "expected", "lower", "upper", "score", "late"))


def test_in_step_they_leave_exactly_what_one_writer_leaves():
    hours = [[sent(series, hour) for series in range(SERIES)] for hour in range(HOURS)]
    parts = [shares(batch, seed) for seed, batch in enumerate(hours)]
    alone = [[sent(series, hour, "Alone ") for series in range(SERIES)] for hour in range(HOURS)]

    counts = at_once([list(work) for work in zip(*parts, strict=True)], Barrier(WRITERS))
    write(alone)

    assert counts["accepted"] == SERIES * HOURS
    assert counts.total() == sum(len(part) for work in parts for part in work)
    assert readings_of("") == readings_of("Alone ")
    assert rows_of("") == rows_of("Alone ")
    assert len(rows_of("")[0]) >= SERIES
    assert set(Series.objects.values_list("count", flat=True)) == {HOURS}
    for series in range(SERIES):
        assert memory(f"Site {series:02}") == memory(f"Alone Site {series:02}")


def test_in_any_order_each_reading_is_taken_once_and_no_update_is_lost():
    everything = [sent(series, hour) for series in range(SERIES) for hour in range(HOURS)]
    work = [[part[i : i + 40] for i in range(0, len(part), 40)] for part in shares(everything, 5)]

    counts = at_once(work)

    taken = Measurement.objects.values_list("series__entity__name", "time", "value", "key")
    assert Counter(taken) == Counter((r.entity, r.time, r.value, r.key) for r in everything)
    assert counts["accepted"] == len(everything)
    assert counts.total() == sum(len(batch) for batches in work for batch in batches)
    newest = {(HOURS, LIVE + (HOURS - 1) * HOUR)}
    assert set(Series.objects.values_list("count", "last_time")) == newest
    assert Hotspot.objects.active().count() <= SERIES
    assert_no_gap()


def assert_no_gap():
    for stream in ("hotspots", "alerts"):
        numbers = StreamEvent.objects.filter(stream=stream).order_by("seq")
        seqs = list(numbers.values_list("seq", flat=True))
        assert seqs == list(range(1, len(seqs) + 1))


def test_writers_that_create_the_same_series_and_find_others_locked_all_go_on():
    ours = [in_a_row([1, 2, 3], entity=f"Site {n:02}") for n in range(SERIES)]
    work = [
        [[one for some in (ours if writer % 2 else ours[::-1]) for one in some]] * 3
        for writer in range(WRITERS)
    ]

    counts = at_once(work)

    assert counts["accepted"] == Measurement.objects.count() == 3 * SERIES
    assert counts.total() == 3 * WRITERS * 3 * SERIES
