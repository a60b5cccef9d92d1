import pytest

from hotspots.detection.ladder import (
    Rules,
    Severity,
    policy_severity,
    ratio_severity,
    ratio_to_baseline,
    score_severity,
)

INFO, WARN, CRITICAL = Severity


@pytest.mark.parametrize(
    ("ratio", "severity"),
    [(0.79, None), (0.8, INFO), (0.99, INFO), (1.0, WARN), (1.49, WARN), (1.5, CRITICAL)],
)
def test_the_policy_ladder(ratio, severity):
    assert policy_severity(ratio, Rules()) == severity


@pytest.mark.parametrize(
    ("ratio", "severity"), [(1.24, INFO), (1.25, WARN), (1.5, CRITICAL), (None, INFO)]
)
def test_the_ratio_ladder_of_an_excess(ratio, severity):
    assert ratio_severity(ratio, 1, Rules()) == severity


def test_a_drop_and_a_score_only_metric_have_no_ratio_ladder():
    assert ratio_severity(9.0, -1, Rules()) == INFO
    assert ratio_severity(9.0, 1, Rules(score_only=True)) == INFO


@pytest.mark.parametrize(("score", "severity"), [(0.2, INFO), (0.5, WARN), (1.0, CRITICAL)])
def test_the_score_ladder_of_an_excess(score, severity):
    assert score_severity(score, 1, Rules()) == severity


def test_a_drop_is_critical_only_for_a_two_sided_metric():
    assert score_severity(5.0, -1, Rules()) == WARN
    assert score_severity(5.0, -1, Rules(two_sided=True)) == CRITICAL


def test_a_baseline_near_zero_has_no_ratio():
    assert ratio_to_baseline(10, 5, 100, Rules()) is None
    assert ratio_to_baseline(10, 0, 0, Rules()) is None
    assert ratio_to_baseline(10, -4, 4, Rules()) is None
    assert ratio_to_baseline(10, 5, 1, Rules(signed=True)) is None
    assert ratio_to_baseline(10, 5, 1, Rules(floor=5)) is None
    assert ratio_to_baseline(10, 5, 1, Rules()) == 2.0
