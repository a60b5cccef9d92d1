"""Any detector behind the product's interface: its own, and one from a library."""

import pytest

from benchmarks.detection import river_detector
from benchmarks.detection.river_detector import SCORERS, River
from hotspots.detection import rex
from hotspots.detection.detector import Detector

from .feeds import HOUR, START, rhythm

OWN: tuple[Detector[rex.Rex], type] = rex.update, rex.Rex
RIVER: tuple[Detector[River], type] = river_detector.update, River
DETECTORS = [
    pytest.param(*OWN, id="rex"),
    pytest.param(*RIVER, id="river", marks=pytest.mark.river),
]
SPIKE = 500
VALUES = [rhythm(hour) + 400 * (hour == SPIKE) for hour in range(600)]


def judge(update, state, values):
    found = []
    for hour, value in enumerate(values):
        state, judgement = update(state, START + hour * HOUR, value)
        found.append(judgement)
    return found


@pytest.mark.parametrize(("update", "make"), DETECTORS)
def test_a_spike_surprises_most_and_says_what_was_expected(update, make):
    found = judge(update, make(), VALUES)

    spike = found[SPIKE]
    assert spike.score == max(one.score for one in found) > 0
    assert spike.lower < spike.expected < spike.upper < VALUES[SPIKE]
    assert spike.side == 1
    assert isinstance(spike.reason, str)


@pytest.mark.parametrize(("update", "make"), DETECTORS)
def test_what_it_says_of_a_prefix_is_the_prefix_of_what_it_says(update, make):
    assert judge(update, make(), VALUES[:300]) == judge(update, make(), VALUES)[:300]


@pytest.mark.parametrize(("update", "make"), DETECTORS)
def test_after_a_peak_it_rests(update, make):
    values = VALUES[: SPIKE + 1] + [VALUES[SPIKE]] * 3

    assert [one.score > 0 for one in judge(update, make(), values)[SPIKE:]] == [
        True, False, False, False,
    ]  # fmt: skip


@pytest.mark.river
@pytest.mark.parametrize("scorer", SCORERS)
def test_every_scorer_of_the_library_works(scorer):
    found = judge(river_detector.update, River(scorer), VALUES)

    assert any(one.score for one in found)
