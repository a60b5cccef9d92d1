"""When a hotspot opens and how severe it is, from readings to rows; every bound is "at least"."""

from datetime import timedelta

import pytest

from hotspots.models import Hotspot, Measurement, Metric, Series, Target
from tests.ingest.batches import (
    HOUR,
    LIVE,
    START,
    only_hotspot,
    reading,
    readings,
    take,
    train,
    usual,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def severities():
    return list(Hotspot.objects.order_by("pk").values_list("rule", "severity"))


def target(period, value=100.0):
    """A target for the one series."""
    series = Series.objects.get()
    Target.objects.create(entity=series.entity, metric=series.metric, period=period, value=value)


def raw_score(value):
    """The score that a reading after the training would have; it leaves nothing behind."""
    train(entity="Scout")
    take(reading(value, entity="Scout"))
    score = Measurement.objects.latest("pk").score
    Hotspot.objects.all().delete()
    Series.objects.filter(entity__name="Scout").delete()
    return score


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (79.9, []), (80, ["info"]), (99.9, ["info"]), (100, ["warn"]), (149.9, ["warn"]),
        (150, ["critical"]),
    ],
)  # fmt: skip
def test_the_policy_rule_at_each_step_from_the_first_reading(value, found):
    take(reading(value, baseline=100.0))

    assert severities() == [("policy", severity) for severity in found]


def test_the_policy_steps_can_be_set(settings):
    settings.HOTSPOT_POLICY_STEPS = (0.5, 0.6, 0.7)
    take([reading(v, entity=f"{v}", baseline=100.0) for v in (49, 50, 60, 70)])

    assert severities() == [("policy", "info"), ("policy", "warn"), ("policy", "critical")]


def test_the_anomaly_steps_can_be_set(settings):
    settings.HOTSPOT_RATIO_STEPS = (50.0, 60.0)
    settings.HOTSPOT_SCORE_STEPS = (80.0, 90.0)
    train()

    take(reading(300))

    assert severities() == [("anomaly", "info")]


@pytest.mark.parametrize(
    ("period", "values", "step", "found"),
    [
        ("hour", [45, 34], HOUR / 4, []),
        ("hour", [45, 35], HOUR / 4, ["info"]),
        ("hour", [45, 35], HOUR, []),
        ("day", [60, 40], HOUR * 12, ["warn"]),
        ("day", [60, 40], DAY, []),
        ("month", [50, 100], DAY * 3, ["critical"]),
        ("month", [50, 79], DAY * 10, []),
    ],
)
def test_a_target_is_held_against_what_was_used_of_its_period(period, values, step, found):
    take(reading(1, hour=-24 * 60))
    target(period)

    take(readings(values, start=LIVE, step=step))  # a Monday, the 26th of January

    assert severities() == [("policy", severity) for severity in found]


def test_a_correction_of_the_day_resolves_what_the_day_had_opened():
    take(reading(1, hour=-24))
    target("day")
    take(readings([30, 40, 45], start=LIVE))

    take(reading(5, hour=0))
    still = only_hotspot().status
    take(reading(4, hour=2))

    row = only_hotspot()
    assert (still, row.status, row.evidence["labels"]) == ("open", "resolved", ["corrected"])


@pytest.mark.parametrize(("above", "opened"), [(0.0, 1), (1e-9, 0)], ids=["at", "below"])
def test_an_anomaly_opens_at_the_threshold_and_not_below_it(above, opened):
    score = raw_score(145)
    Metric.objects.filter(name="energy").update(threshold=score + above)
    train()

    take(reading(145))

    assert Hotspot.objects.count() == opened


def test_a_series_may_have_a_threshold_of_its_own():
    for name in ("strict", "usual"):
        train(entity=name)
    Series.objects.filter(entity__name="strict").update(threshold=9.5)

    take([reading(300, entity=name) for name in ("strict", "usual")])

    assert only_hotspot().series.entity.name == "usual"


def learning(count, step, spike=9000.0, level=100.0):
    """A series of so many readings and then a spike: what it opened."""
    values = [level + (7 * i) % 5 for i in range(count)]
    take(readings([*values, spike], start=START, step=step))
    return list(Hotspot.objects.filter(opened_at=START + count * step).values_list("rule"))


@pytest.mark.parametrize(
    ("count", "step", "opens"),
    [
        (99, HOUR, False), (100, HOUR, True),
        (575, HOUR / 12, False), (576, HOUR / 12, True),
        (13, DAY, False), (14, DAY, True),
        (5, 30 * DAY, False), (6, 30 * DAY, True),
    ],
    ids=[
        "99 hours", "100 hours", "just under two days", "two days", "13 days", "14 days",
        "5 months", "6 months",
    ],
)  # fmt: skip
def test_a_series_learns_before_it_judges(count, step, opens):
    assert bool(learning(count, step)) == opens


def test_a_series_that_is_learning_has_the_policy_rule():
    take(readings([100, 103, 101], baseline=1000.0))

    take(reading(5000, hour=3, baseline=1000.0))

    assert severities() == [("policy", "critical")]


@pytest.mark.parametrize(
    ("two_sided", "severity"), [(False, "warn"), (True, "critical")], ids=["drop", "two-sided"]
)
def test_a_drop_is_critical_only_where_the_metric_says_so(two_sided, severity):
    Metric.objects.filter(name="energy").update(two_sided=two_sided)
    train()

    take(reading(20))

    row = only_hotspot()
    assert (row.side, row.severity, row.score >= 1) == ("low", severity, True)


def test_both_ladders_are_kept_and_the_row_shows_the_higher():
    train()

    take(reading(usual(0, 1)[0] + 40))

    evidence = only_hotspot().evidence
    ladder = ["info", "warn", "critical"]
    shown = max(evidence["severity_ratio"], evidence["severity_score"], key=ladder.index)
    assert (evidence["severity_ratio"], only_hotspot().severity) == ("warn", shown)


@pytest.mark.parametrize(
    ("baseline", "rule"), [(150.0, "policy"), (250.0, "anomaly")], ids=["tie", "anomaly is worse"]
)
def test_of_both_rules_the_more_severe_is_shown_and_policy_on_a_tie(baseline, rule):
    train()

    take(reading(300, baseline=baseline))

    assert severities() == [(rule, "critical")]
