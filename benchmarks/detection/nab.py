"""Detectors for the Numenta Anomaly Benchmark: the product's engine, and REX by itself.

The scorer is not part of this project. It calls a factory once per series and hands over one
row after the other::

    python nab_score.py benchmarks.detection.nab:make_detector --threshold 0.168
    python nab_score.py benchmarks.detection.nab:make_rex --threshold 0.168
"""

from collections.abc import Callable

from hotspots.detection import engine, rex
from hotspots.detection.episode import SeriesState
from hotspots.detection.ladder import Rules

Detector = Callable[[float, float], float]


def make_rex() -> Detector:
    """REX by itself: the score of every reading."""
    state = rex.Rex()

    def update(epoch_seconds: float, value: float) -> float:
        return rex.update(state, epoch_seconds, value)[1].score

    return update


def make_detector() -> Detector:
    """The engine: the score of readings that open, re-open or worsen a hotspot, else 0."""
    state, rules = SeriesState(), Rules()

    def update(epoch_seconds: float, value: float) -> float:
        if state.n_seen and epoch_seconds <= state.newest:
            return 0.0  # late or a repeat: opens nothing
        result, changes = engine.observe(state, epoch_seconds, value, rules)
        worse = any(change.finding or change.kind == "reopened" for change in changes)
        return result.score if worse else 0.0

    return update
