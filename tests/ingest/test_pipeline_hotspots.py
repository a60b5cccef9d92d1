from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotspots.detection.state import VERSION
from hotspots.models import Hotspot, Measurement, Metric, Series, Target
from hotspots.updates import flush_pending
from streams.models import StreamEvent

from .batches import HOUR, LIVE, NOW, only_hotspot, reading, readings, take, train, usual

pytestmark = pytest.mark.django_db

SHOWN = (
    "series__entity__name", "status", "severity", "rule", "reason", "side", "value", "opened_at",
    "occurrences", "resolved_at", "explanation", "flapping",
)  # fmt: skip


def test_an_anomaly_opens_a_hotspot_that_explains_itself():
    train()

    intake = take(reading(300))

    row = only_hotspot()
    assert intake.hotspots == [row.pk]
    assert (row.rule, row.severity, row.side, row.status) == ("anomaly", "critical", "high", "open")
    assert row.expected_low < row.baseline < row.expected_high < row.value == 300
    assert row.percent_above == pytest.approx(100 * (300 / row.baseline - 1), abs=0.1)
    assert row.explanation.startswith("300 kWh where ")
    assert row.evidence["detector"] == "rex-1"


def test_twelve_normal_readings_resolve_it():
    train()
    take(readings([300, *usual(1, 12)]))

    row = only_hotspot()
    assert (row.status, row.resolved_at) == ("resolved", LIVE + 12 * HOUR)
    assert row.history.count() == 1


def test_one_transaction_saves_a_hotspot_once_and_tells_every_level(steps):
    take(readings([85, 120, 160], baseline=100.0))

    assert steps == [
        ("opened", "info", "open", 85),
        ("escalated", "warn", "open", 120),
        ("escalated", "critical", "open", 160),
    ]
    assert StreamEvent.objects.filter(stream="hotspots").count() == 1
    assert only_hotspot().version == 1


def test_several_openings_of_one_series_in_one_batch_are_several_rows():
    train()
    quiet_spell = usual(1, 130)

    take(readings([300, *quiet_spell, 2000, *usual(132, 12)]))

    assert list(Hotspot.objects.order_by("pk").values_list("status", "value")) == [
        ("resolved", 300),
        ("resolved", 2000),
    ]


def test_a_target_row_is_the_policy_rule():
    take(reading(1))
    series = Series.objects.get()
    Target.objects.create(entity=series.entity, metric=series.metric, value=100)

    take(reading(122, hour=1))

    row = only_hotspot()
    assert (row.rule, row.severity, row.baseline, row.percent_above) == ("policy", "warn", 100, 22)


def test_a_daily_target_is_held_against_the_day_so_far():
    take(reading(1))
    series = Series.objects.get()
    Target.objects.create(entity=series.entity, metric=series.metric, value=100, period="day")

    take(readings([40, 45], start=LIVE + HOUR))

    row = only_hotspot()
    assert (row.value, row.severity) == (85, "info")


def test_a_baseline_is_converted_with_its_reading():
    take(reading(0.122, unit="MWh", baseline=0.1))

    assert only_hotspot().baseline == pytest.approx(100)


def test_a_baseline_of_zero_is_no_target():
    take(reading(122, baseline=0.0))

    assert not Hotspot.objects.exists()


def test_figures_that_change_alone_need_no_history():
    take(reading(160, baseline=100.0))
    take(reading(170, hour=1, baseline=100.0), received_at=NOW + HOUR)

    row = only_hotspot()
    assert (row.value, row.version) == (170, 2)
    assert row.history.count() == 1


def test_a_doubtful_unit_asks_for_no_advice():
    train()

    take(reading(1000 * usual(0, 1)[0]))

    row = only_hotspot()
    assert (row.rule, row.reason, row.severity) == ("data_quality", "unit_suspect", "warn")
    assert row.advice == "none"


def test_a_correction_resolves_what_it_caused():
    train()
    take(reading(300))

    intake = take(reading(usual(0, 1)[0]))

    row = only_hotspot()
    assert (row.status, row.evidence["labels"]) == ("resolved", ["corrected"])
    assert intake.hotspots == [row.pk]


def test_quiet_readings_are_learned_and_open_nothing(steps):
    train()

    take(readings([900, 900], baseline=100.0), quiet=True)

    assert Measurement.objects.count() == 506
    assert not Hotspot.objects.exists()
    assert steps == []


def test_hotspots_of_one_entity_that_open_together_are_one_incident():
    batch = [reading(160, metric=m, baseline=100.0) for m in ("energy", "gas")]
    take([*batch, reading(160, entity="Site B", baseline=100.0)])

    first, second, elsewhere = Hotspot.objects.order_by("pk")
    assert (first.incident_id, elsewhere.incident_id) == (None, None)
    assert second.incident_id == first.pk


def test_simulated_readings_make_simulated_hotspots():
    take(reading(160, baseline=100.0), simulated=True)

    assert only_hotspot().simulated
    assert Measurement.objects.get().simulated
    assert Series.objects.get().simulated


def test_a_metric_may_count_the_score_only():
    Metric.objects.filter(name="energy").update(ladder="score", threshold=0.3)
    train()

    take(reading(175))

    evidence = only_hotspot().evidence
    assert evidence["severity_ratio"] == "info"
    assert only_hotspot().severity == evidence["severity_score"]


def test_a_state_of_another_version_is_learned_anew():
    train()
    take(reading(300))
    Series.objects.update(state=b"\x00 written by somebody else")

    take(readings(usual(1, 12), start=LIVE + HOUR))

    assert Series.objects.get().state[0] == VERSION
    assert only_hotspot().status == "resolved"


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    spikes=st.dictionaries(st.integers(0, 39), st.sampled_from([20, 200, 300, 900]), max_size=8),
    cuts=st.sets(st.integers(1, 39), max_size=10),
)
def test_splitting_a_batch_makes_no_difference(spikes, cuts):
    values = [spikes.get(i, value) for i, value in enumerate(usual(0, 40))]
    for name, parts in (("whole", [0, 40]), ("parts", [0, *sorted(cuts), 40])):
        train(entity=name)
        batch = readings(values, entity=name, baseline=180.0)
        for first, last in pairwise(parts):
            take(batch[first:last])
    flush_pending(NOW + HOUR)

    rows = [list(row) for row in Hotspot.objects.order_by("pk").values_list(*SHOWN)]
    whole = [row[1:] for row in rows if row[0] == "whole"]
    parts = [row[1:] for row in rows if row[0] == "parts"]
    Hotspot.objects.all().delete()
    Series.objects.all().delete()
    assert whole == parts
