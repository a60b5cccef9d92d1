from datetime import timedelta

import pytest

from hotspots.models import Entity, Hotspot, Measurement, Metric, Series
from streams.models import StreamEvent

from .batches import HOUR, LIVE, NOW, reading, readings, take

pytestmark = pytest.mark.django_db


def codes(intake):
    return [(rejection.index, rejection.code) for rejection in intake.rejected]


def test_readings_are_stored_as_sent_and_in_the_canonical_unit():
    intake = take(reading(1.5, metric="co2e", unit="t", attributes='{"route":"R12"}'))

    row = Measurement.objects.get()
    assert intake.accepted == 1
    assert (row.value, row.raw_value, row.raw_unit) == (1500.0, 1.5, "t")
    assert (row.time, row.received_at) == (LIVE, NOW)
    assert row.attributes == '{"route":"R12"}'


@pytest.mark.parametrize("unit", ["kg", None])
def test_a_reading_in_the_metrics_own_unit_stores_its_value_once(unit):
    take(reading(1500, metric="co2e", unit=unit))

    row = Measurement.objects.get()
    assert (row.value, row.raw_value, row.raw_unit) == (1500.0, None, None)


def test_a_correction_in_another_unit_keeps_what_was_sent():
    take([reading(1, metric="co2e", unit="t"), reading(1100, metric="co2e", unit="kg")])
    take(reading(1.2, metric="co2e", unit="t"))

    row = Measurement.objects.get()
    assert (row.value, row.previous_value) == (1200.0, 1100.0)
    assert (row.raw_value, row.raw_unit) == (1.2, "t")


def test_the_first_reading_describes_its_entity():
    take(reading(1, entity="Plant", entity_type="site", offset_seconds=9 * 3600))
    take(reading(1, entity="Carrier"))

    assert list(Entity.objects.order_by("pk").values_list("name", "entity_type", "time_zone")) == [
        ("Plant", "site", "+09:00"),
        ("Carrier", "supplier", "UTC"),
    ]


def test_the_first_reading_describes_its_metric():
    take(reading(3, metric="pallets", unit="pcs"))

    assert Metric.objects.get(name="pallets").unit == "pcs"


def test_a_series_knows_its_newest_reading():
    take(readings([1, 2, 3]))
    take(reading(2, hour=-1), received_at=NOW + HOUR)

    series = Series.objects.get()
    assert (series.count, series.last_time) == (4, LIVE + 2 * HOUR)
    assert series.last_received_at == NOW


def test_what_does_not_fit_is_rejected_by_itself():
    take([reading(1, entity="Plant", entity_type="site"), reading(1, metric="pallets", unit="pcs")])

    intake = take(
        [
            reading(1, hour=1, unit="kg"),
            reading(1, hour=1, unit="smoot"),
            reading(1, hour=1, entity="Plant", entity_type="route"),
            reading(1, hour=1, metric="crates"),
            reading(1, hour=1, metric="pallets", unit="kg"),
            reading(1e308, hour=1, unit="GJ"),
            reading(5, hour=1),
        ]
    )

    assert intake.accepted == 1
    assert codes(intake) == [
        (0, "unit_mismatch"), (1, "bad_unit"), (2, "entity_type_mismatch"), (3, "bad_unit"),
        (4, "unit_mismatch"), (5, "bad_value"),
    ]  # fmt: skip


def test_a_rejected_reading_leaves_nothing_behind():
    intake = take([reading(1, entity="Nowhere", unit="kg"), reading(1, metric="crates")])

    assert [code for _, code in codes(intake)] == ["unit_mismatch", "bad_unit"]
    assert intake.accepted == 0
    assert not Entity.objects.exists()
    assert not Metric.objects.filter(name="crates").exists()
    assert not Measurement.objects.exists()
    assert not StreamEvent.objects.exists()


def test_entities_of_one_batch_agree_with_each_other():
    intake = take(
        [
            reading(1, entity_type="site"),
            reading(1, hour=1),
            reading(1, hour=2, entity_type="fleet"),
        ]
    )

    assert intake.accepted == 2
    assert codes(intake) == [(2, "entity_type_mismatch")]


def test_an_empty_batch_changes_nothing():
    intake = take([])

    assert (intake.accepted, intake.rejected, intake.hotspots) == (0, [], [])


def test_sending_a_batch_again_changes_nothing():
    batch = readings([50, 160, 50], baseline=100.0)
    take(batch)
    events = StreamEvent.objects.count()

    intake = take(batch)

    assert (intake.accepted, intake.duplicates) == (0, 3)
    assert Measurement.objects.count() == 3
    assert StreamEvent.objects.count() == events


def test_an_idempotency_key_is_taken_once():
    take(reading(1, key="k1"))

    intake = take(
        [reading(2, hour=1, key="k1"), reading(3, hour=2, key="k2"), reading(4, hour=3, key="k2")]
    )

    assert (intake.accepted, intake.duplicates) == (1, 2)
    assert list(Measurement.objects.order_by("time").values_list("value", flat=True)) == [1, 3]


def test_a_key_that_another_series_used_is_a_duplicate():
    take(reading(1, key="k1"))

    intake = take(reading(1, entity="Site B", key="k1"))

    assert (intake.accepted, intake.duplicates) == (0, 1)


def test_rows_of_one_batch_are_sorted_before_they_are_judged_late():
    batch = readings([1, 2, 3])

    intake = take(batch[::-1])

    assert (intake.accepted, intake.late) == (3, 0)


def test_a_late_reading_is_stored_and_changes_no_hotspot():
    take(readings([1, 2, 3]))

    intake = take(reading(900, hour=-3, baseline=100.0))

    assert (intake.accepted, intake.late, intake.hotspots) == (1, 1, [])
    assert Measurement.objects.get(value=900).late
    assert not Hotspot.objects.exists()


def test_another_value_for_the_same_time_is_a_revision():
    take(readings([10, 20]))

    intake = take(reading(25, hour=1))

    row = Measurement.objects.get(time=LIVE + HOUR)
    assert intake.accepted == 1
    assert (row.value, row.previous_value) == (25, 20)


def test_the_value_before_a_revision_is_a_duplicate_when_it_comes_again():
    take([reading(20), reading(25)])

    intake = take([reading(20), reading(25)])

    assert (intake.accepted, intake.duplicates) == (0, 2)
    assert Measurement.objects.get().value == 25


def test_a_failing_follower_takes_everything_back(followed):
    def refuse(hotspot, change):
        raise RuntimeError("no")

    followed.append(refuse)

    with pytest.raises(RuntimeError):
        take(reading(160, baseline=100.0))

    assert not Measurement.objects.exists()
    assert not Hotspot.objects.exists()
    assert not StreamEvent.objects.exists()
    assert not Series.objects.exists()


def test_fractions_of_a_second_are_kept():
    moment = LIVE + timedelta(microseconds=1)

    take(readings([1, 2], start=moment, step=timedelta(microseconds=1)))

    assert list(Measurement.objects.order_by("time").values_list("time", flat=True)) == [
        moment,
        moment + timedelta(microseconds=1),
    ]
