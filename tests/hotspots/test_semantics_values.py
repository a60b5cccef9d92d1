"""Doubtful units, baselines near zero, revisions, late readings, gaps and flat lines, as rows."""

from datetime import timedelta
from random import Random

import pytest

from hotspots import services
from hotspots.detection.state import load
from hotspots.models import Hotspot, Measurement, Metric, Series
from streams.models import StreamEvent
from tests.ingest.batches import (
    HOUR,
    LIVE,
    NOW,
    START,
    only_hotspot,
    reading,
    readings,
    take,
    train,
    usual,
)

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def state():
    return load(bytes(Series.objects.get().state))


def expected_now():
    """What is expected of the first reading after the training."""
    train(entity="Scout")
    take(reading(100, entity="Scout"))
    expected = Measurement.objects.latest("pk").expected
    Hotspot.objects.all().delete()
    Series.objects.filter(entity__name="Scout").delete()
    return expected


@pytest.mark.parametrize(
    ("ratio", "suspect"),
    [
        (10**0.899, False), (10**0.901, True), (10**-0.901, True), (1000.0, True), (1e6, True),
        (3.6 * 0.969, False), (3.6 * 0.971, True), (3.6 * 1.029, True), (3.6 * 1.031, False),
        (2.2046, False), (1 / 3.6, True),
    ],
)  # fmt: skip
def test_a_value_is_suspect_from_a_factor_of_eight_or_like_mega_joules(ratio, suspect):
    expected = expected_now()
    train()
    n = state().rex.n

    take(reading(expected * ratio))

    row = only_hotspot()
    assert (row.rule == "data_quality") == suspect
    assert state().rex.n == n + (not suspect)
    if suspect:
        shown = (row.reason, row.severity, row.advice)
        assert shown == ("unit_suspect", "warn", "none")


def test_the_third_suspect_reading_in_a_row_is_an_anomaly_and_learned():
    train()
    n = state().rex.n
    learned, rules = [], []
    for hour in range(3):
        take(reading(100 * usual(hour, 1)[0], hour=hour), received_at=NOW + hour * HOUR)
        learned.append(state().rex.n - n)
        rules.append(only_hotspot().rule)

    assert (learned, rules) == ([0, 0, 1], ["data_quality", "data_quality", "anomaly"])
    assert only_hotspot().advice == "pending"


def test_suspect_readings_that_do_not_follow_each_other_stay_suspect():
    train()
    values = usual(0, 5)
    values[0] *= 100
    values[2] *= 110
    values[4] *= 120

    take(readings(values))

    assert only_hotspot().rule == "data_quality"
    assert state().rex.n == 21 * 24 + 2


@pytest.mark.parametrize(("label", "learned"), [("false_positive", 1), ("true_positive", 0)])
def test_an_analyst_decides_whether_a_suspect_value_was_real(analyst, label, learned):
    """``false_positive``: the suspicion was wrong, so the value was real and is learned."""
    train()
    take(reading(1000 * usual(0, 1)[0]))
    n = state().rex.n

    services.label(only_hotspot().pk, label=label, by=analyst, at=NOW, via="api")

    assert state().rex.n == n + learned


def mostly_zero(count, seed=1):
    """Readings that are exactly zero half of the time, as a plant's emissions are."""
    dice = Random(seed)  # noqa: S311 - no secret
    return [dice.choice([0.0, dice.uniform(0.5, 1.0)]) for _ in range(count)]


@pytest.mark.parametrize(
    ("setting", "values"),
    [
        ({}, [v - 0.4 for v in mostly_zero(300)]),
        ({"floor": 90.0}, [80 + 5 * v for v in mostly_zero(300)]),
        ({"signed": True}, [80 + 5 * v for v in mostly_zero(300)]),
        ({}, [-80 - 5 * v for v in mostly_zero(300)]),
    ],
    ids=["around zero", "below the metric's floor", "signed metric", "negative"],
)
def test_near_zero_there_is_no_ratio_and_the_score_alone_decides(setting, values):
    Metric.objects.filter(name="energy").update(**setting)
    take(readings(values, start=START), quiet=True)

    take(readings([max(values) + 40], start=START + 300 * HOUR))

    row = only_hotspot()
    assert row.percent_above is None
    assert row.evidence["severity_ratio"] == "info"
    assert row.severity == row.evidence["severity_score"]
    assert "baseline near zero" in row.explanation


def test_a_series_of_zeros_alone_opens_with_the_first_value_that_is_none():
    take(readings([0.0] * 200, start=START), quiet=True)

    take(readings([5.0], start=START + 200 * HOUR))

    row = only_hotspot()
    assert (row.percent_above, row.severity, row.score) == (None, "critical", 1.0)


def test_a_repeat_is_counted_and_neither_learned_nor_told():
    train()
    take(reading(300, key="a"))
    before = bytes(Series.objects.get().state), StreamEvent.objects.count()

    by_value = take(reading(300))
    by_key = take(reading(305, hour=1, key="a"))

    assert [(i.accepted, i.duplicates) for i in (by_value, by_key)] == [(0, 1), (0, 1)]
    assert (bytes(Series.objects.get().state), StreamEvent.objects.count()) == before


def test_a_revision_replaces_the_reading_and_is_not_learned_again():
    train()
    take(readings(usual(0, 3)))
    memory = state().rex.n, state().rex.mean

    take(reading(usual(1, 1)[0] + 1, hour=1))

    row = Measurement.objects.get(time=LIVE + HOUR)
    assert (row.value - row.previous_value, row.late) == (pytest.approx(1), False)
    assert (state().rex.n, state().rex.mean, state().late) == (*memory, 0)


def test_a_revision_that_takes_the_cause_away_resolves_as_corrected():
    train()
    take(readings([300, *usual(1, 2)]))

    take(reading(usual(0, 1)[0]))

    row = only_hotspot()
    assert (row.status, row.evidence["labels"]) == ("resolved", ["corrected"])
    assert row.resolved_at == LIVE + 2 * HOUR


def test_a_revision_of_another_reading_leaves_the_hotspot_open():
    train()
    take(readings([300, *usual(1, 2)]))

    take(reading(usual(1, 1)[0] + 1, hour=1))

    assert only_hotspot().status == "open"


@pytest.mark.parametrize(
    ("back", "judged"),
    [(24 * HOUR, True), (24 * HOUR + MINUTE, False)],
    ids=["a day late", "older"],
)
def test_a_late_reading_is_judged_up_to_a_day_back_and_never_learned(back, judged):
    train()
    n = state().rex.n

    intake = take(readings([500], start=LIVE - HOUR - back + MINUTE * 0.5))

    row = Measurement.objects.latest("pk")
    assert (intake.accepted, intake.late, intake.hotspots, row.late) == (1, 1, [], True)
    assert (row.score is not None) == judged
    assert (state().rex.n, state().late) == (n, 1)


def test_a_late_anomaly_counts_only_within_the_span_of_the_hotspot():
    train()
    take(readings([300, 330], step=2 * HOUR))
    take(readings(usual(3, 1), start=LIVE + 3 * HOUR))
    first, counts = only_hotspot().occurrences, []

    for n, moment in enumerate((LIVE - HOUR / 2, LIVE + HOUR, LIVE + 2.5 * HOUR), start=1):
        take(readings([900], start=moment), received_at=NOW + n * HOUR)
        counts.append(only_hotspot().occurrences - first)

    assert counts == [0, 1, 1]
    assert only_hotspot().value == 300
    assert Measurement.objects.filter(late=True, score__gte=0.168).count() == 3


@pytest.mark.parametrize(
    ("gap", "sudden"), [(3, True), (3.01, False)], ids=["three intervals", "more"]
)
def test_after_a_gap_nothing_is_a_sudden_change(gap, sudden):
    """Values that wander slowly, then one far from the last and only a little beyond all."""
    values = [100 + 50 * ((hour % 400) - 200) / 200 for hour in range(1200)]
    take(readings(values, start=START), quiet=True)

    take(readings([170.0], start=START + (1199 + gap) * HOUR))

    assert (only_hotspot().reason in {"jump", "shift"}) == sudden


@pytest.mark.parametrize(
    ("before", "limit"), [(1, 50), (5, 50), (6, 60)], ids=["no run", "run of 5", "run of 6"]
)
def test_a_flat_line_is_longer_than_fifty_and_ten_times_the_longest_run(before, limit):
    dice = Random(3)  # noqa: S311 - no secret
    noise = [100 + dice.uniform(-50, 50) for _ in range(200)]
    values = [*noise, *[101.0] * before, *noise[:100]]
    take(readings(values, start=START), quiet=True)
    first = START + len(values) * HOUR

    take(readings([103.0] * limit, start=first))
    at_the_limit = Hotspot.objects.count()
    take(readings([103.0], start=first + limit * HOUR))

    row = only_hotspot()
    assert (at_the_limit, row.reason, row.severity) == (0, "flatline", "info")
    assert row.explanation.startswith(f"Exactly 103 kWh for {limit + 1} readings in a row")
