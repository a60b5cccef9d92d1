"""The detector against the development series, scored by the benchmark's rules."""

import sys

import pytest

from benchmarks.detection.nab import make_detector, make_rex
from tests.conftest import DATA

pytestmark = pytest.mark.shared
THRESHOLD = 0.168


@pytest.mark.parametrize(("factory", "bound"), [(make_rex, 71), (make_detector, 69)])
def test_the_score_on_the_development_series(factory, bound, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(DATA.parent / "nab"), *sys.path])
    import nablib

    series = nablib.load(DATA / "nab_dev")
    scores = {one.path: run(factory(), one) for one in series}

    assert nablib.at(series, scores, THRESHOLD)["standard"] >= bound


def run(update, series):
    return [update(t, x) for t, x in zip(series.epoch.tolist(), series.value.tolist(), strict=True)]
