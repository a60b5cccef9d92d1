"""An open hotspot is written, and so sent, at most every five seconds of the clock.

What its row says in the end depends on the readings alone: not on batches, writers or clock.
"""

from datetime import timedelta

import pytest
from django.core.management import call_command

from hotspots import services, updates
from hotspots.apps import bring_rows_up_to_date
from hotspots.models import Hotspot, Series, Target
from hotspots.updates import flush_pending, settle
from streams.models import StreamEvent
from tests.ingest.batches import (
    HOUR,
    LIVE,
    NOW,
    only_hotspot,
    reading,
    readings,
    take,
)
from tests.ingest.conftest import followed
from tests.ingest.test_pipeline_concurrency import at_once

__all__ = ["followed"]  # a fixture
pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def sent():
    """How many events the stream of hotspots has."""
    return StreamEvent.objects.filter(stream="hotspots").count()


def at(seconds):
    """A moment of the clock."""
    return {"received_at": NOW + seconds * SECOND}


def over(value, second=0, **fields):
    """A reading against a target of 100 each."""
    return readings([value], start=LIVE + second * SECOND, baseline=100.0, **fields)


def test_an_update_within_five_seconds_of_the_clock_waits():
    take(over(160), **at(0))

    take(over(161, 3600), **at(4.9))

    row = only_hotspot()
    assert (row.value, row.occurrences, row.version, sent()) == (160, 1, 1, 1)
    assert Series.objects.get().update_due_at == NOW + 5 * SECOND


def test_an_update_after_five_seconds_is_written_with_what_waited():
    take(over(160), **at(0))
    take(over(190, 1), **at(1))

    take(over(170, 2), **at(5))

    row = only_hotspot()
    assert (row.value, row.occurrences, row.version, sent()) == (190, 3, 2, 2)
    assert row.last_seen_at == LIVE + 2 * SECOND
    assert Series.objects.get().update_due_at is None


def test_event_time_makes_no_difference():
    for second in range(4):
        take(over(160 + second, 86_400 * second), **at(second))

    assert (only_hotspot().version, sent()) == (1, 1)


def test_a_clock_that_went_back_does_not_silence_a_hotspot():
    take(over(160), **at(0))

    take(over(161, 1), **at(-60))

    assert (only_hotspot().value, sent()) == (161, 2)


def test_a_rise_is_written_at_once_with_what_waited():
    take(over(85), **at(0))
    take(over(95, 1), **at(1))

    take(over(120, 2), **at(2))

    row = only_hotspot()
    assert (row.severity, row.value, row.occurrences, sent()) == ("warn", 120, 3, 2)


def test_the_end_is_written_at_once_with_what_waited():
    take(over(160), **at(0))
    take(over(190, 1), **at(1))

    take(readings([10] * 12, start=LIVE + 2 * SECOND, step=SECOND, baseline=100.0), **at(2))

    row = only_hotspot()
    assert (row.status, row.value, row.occurrences, sent()) == ("resolved", 190, 2, 2)
    assert Series.objects.get().update_due_at is None


def test_what_waits_is_written_by_the_upkeep_once_it_is_due():
    take(over(160), **at(0))
    take(over(190, 1), **at(1))

    early = flush_pending(NOW + 4.9 * SECOND)
    waiting = only_hotspot().value
    due = flush_pending(NOW + 5 * SECOND)

    row = only_hotspot()
    assert (early, waiting, due) == ([], 160, [row.pk])
    assert (row.value, row.percent_above, row.occurrences, row.version) == (190, 90, 2, 2)
    assert row.explanation.startswith("190 kWh against a target of 100 kWh")
    assert flush_pending(NOW + HOUR) == []
    assert sent() == 2


def test_of_several_that_wait_the_worst_is_shown_and_all_are_counted():
    take(over(160), **at(0))
    for second, value in enumerate((170, 190, 165), start=1):
        take(over(value, second), **at(second))

    flush_pending(NOW + 5 * SECOND)

    row = only_hotspot()
    assert (row.value, row.occurrences, row.version) == (190, 4, 2)
    assert row.last_seen_at == LIVE + 3 * SECOND


def test_an_update_that_the_upkeep_wrote_counts_as_the_last_one():
    take(over(160), **at(0))
    take(over(161, 1), **at(1))
    flush_pending(NOW + 6 * SECOND)

    take(over(162, 2), **at(8))

    assert (only_hotspot().value, sent()) == (161, 2)
    assert Series.objects.get().update_due_at == NOW + 11 * SECOND


def test_the_upkeep_leaves_what_somebody_else_wrote_meanwhile():
    take(over(160), **at(0))
    take(over(161, 1), **at(1))
    take(over(162, 2), **at(6))
    Series.objects.update(update_due_at=NOW + 5 * SECOND)  # as another process saw it

    assert flush_pending(NOW + 7 * SECOND) == []
    assert Series.objects.get().update_due_at is None
    assert sent() == 2


def test_the_upkeep_leaves_what_has_to_wait_again():
    take(over(160), **at(0))
    take(over(161, 1), **at(6))
    take(over(162, 2), **at(8))
    Series.objects.update(update_due_at=NOW + 5 * SECOND)  # as another process saw it

    assert flush_pending(NOW + 9 * SECOND) == []
    assert (only_hotspot().value, sent()) == (161, 2)
    assert Series.objects.get().update_due_at == NOW + 11 * SECOND
    assert flush_pending(NOW + 11 * SECOND) == [only_hotspot().pk]


def test_the_upkeep_takes_page_after_page(monkeypatch):
    monkeypatch.setattr(updates, "PAGE", 2)
    names = [f"Site {number}" for number in range(5)]
    take([one for name in names for one in over(160, entity=name)], **at(0))
    take([one for name in names for one in over(170, 1, entity=name)], **at(1))

    assert len(flush_pending(NOW + 5 * SECOND)) == 5
    assert set(Hotspot.objects.values_list("value", flat=True)) == {170}


def test_the_job_beside_the_server_writes_what_is_due():
    take(over(160), **at(0))
    take(over(170, 1), **at(1))  # long ago, by the clock

    bring_rows_up_to_date()

    assert only_hotspot().value == 170


@pytest.mark.parametrize("change", ["acknowledge", "label", "resolve", "ignore"])
def test_what_a_person_does_writes_what_waited(analyst, change):
    take(over(160), **at(0))
    take(over(190, 1), **at(1))
    options = {"label": "true_positive"} if change == "label" else {}

    getattr(services, change)(only_hotspot().pk, by=analyst, at=NOW, via="api", **options)

    row = only_hotspot()
    assert (row.value, row.occurrences, row.version, sent()) == (190, 2, 2, 2)
    assert Series.objects.get().update_due_at is None
    assert flush_pending(NOW + HOUR) == []


def test_the_answer_names_a_hotspot_whose_row_waits():
    take(over(160), **at(0))

    assert take(over(161, 1), **at(1)).hotspots == [only_hotspot().pk]


def test_a_growing_total_of_the_day_is_shown_when_it_is_due():
    take(reading(1, hour=-24))
    series = Series.objects.get()
    Target.objects.create(entity=series.entity, metric=series.metric, value=100, period="day")
    for hour in range(5):
        take(reading(41, hour=hour), **at(hour))
    shown = only_hotspot().value

    flush_pending(NOW + 10 * SECOND)

    assert (shown, only_hotspot().value, only_hotspot().severity) == (164, 205, "critical")


def test_a_flapping_hotspot_is_written_only_when_it_rises():
    take(over(85), **at(0))
    hour = 1
    for _ in range(3):
        take(readings([10] * 12, start=LIVE + hour * HOUR, baseline=100.0), **at(10 * hour))
        take(reading(85, hour=hour + 12, baseline=100.0), **at(10 * hour + 6))
        hour += 13
    assert only_hotspot().flapping
    before = sent()

    for step in range(3):
        take(reading(86 + step, hour=hour + step, baseline=100.0), **at(10_000 + 60 * step))
    flush_pending(NOW + 20_000 * SECOND)
    quiet = sent() - before
    take(reading(150, hour=hour + 3, baseline=100.0), **at(30_000))

    assert (quiet, sent() - before) == (0, 1)
    assert (only_hotspot().severity, only_hotspot().occurrences) == ("critical", 8)


def test_settling_waits_for_what_is_not_due_yet(settings):
    settings.HOTSPOT_UPDATE_SECONDS = 0.5
    from django.utils import timezone

    now = timezone.now()
    take(over(160), received_at=now)
    take(over(170, 1), received_at=now)

    ids = settle()

    assert ids == [only_hotspot().pk]
    assert only_hotspot().value == 170
    assert timezone.now() - now >= 0.5 * SECOND


def test_loading_a_file_leaves_no_row_behind(tmp_path, settings):
    settings.HOTSPOT_UPDATE_SECONDS = 0.2
    lines = ["entity,metric,unit,value,baseline,time"]
    lines += [f"A,energy,kWh,{150 + n},100,2026-02-01T00:00:{n:02d}Z" for n in range(20)]
    path = tmp_path / "events.csv"
    path.write_text("\n".join(lines))

    call_command("ingest", str(path), "--batch-size", "3")

    row = only_hotspot()
    assert (row.value, row.occurrences) == (169, 20)
    assert not Series.objects.filter(update_due_at__isnull=False).exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_upkeeps_and_a_writer_at_once_write_every_update_once():
    take(over(160), **at(0))

    def write():
        for second in range(1, 40):
            take(over(160 + second, second), **at(second))

    def keep_up():
        for second in range(1, 60):
            flush_pending(NOW + second * SECOND)

    at_once(write, keep_up, keep_up)
    flush_pending(NOW + HOUR)

    row = only_hotspot()
    assert (row.value, row.occurrences) == (199, 40)
    assert row.version == sent()


def test_a_failing_write_keeps_what_waited(followed):
    def refuse(hotspot, change):
        raise RuntimeError("no")

    take(over(160), **at(0))
    take(over(190, 1), **at(1))
    followed.append(refuse)

    with pytest.raises(RuntimeError):
        flush_pending(NOW + 5 * SECOND)

    assert (only_hotspot().value, sent()) == (160, 1)
    followed.clear()
    assert flush_pending(NOW + 5 * SECOND) == [only_hotspot().pk]
    assert only_hotspot().value == 190
