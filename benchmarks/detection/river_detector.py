"""Detectors from the library river behind the interface of the product's own.

::

    python nab_score.py benchmarks.detection.river_detector:make_detector
    python -m benchmarks.detection.river_detector

The second scores each of :data:`SCORERS` on the benchmark's development series, all with REX's
rest after a peak. river is none of the product's dependencies: ``bench`` in ``pyproject.toml``
names it, and the second command installs it beside the environment.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Callable
from importlib.util import find_spec
from multiprocessing import Pool
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from benchmarks.detection import data
from benchmarks.streams.yardsticks.install import packages
from hotspots.detection import rex, slots
from hotspots.detection.detector import Detector

TOOLS = Path(__file__).resolve().parents[2] / ".tools" / "benchmarks" / "python"
AVAILABLE = find_spec("river") is not None or (TOOLS / "river").is_dir()
WARM_UP = 100


class Scorer(Protocol):
    """Scores a reading, then learns it."""

    expected: float
    spread: float

    def score(self, x: float, slot: int) -> float:
        """Higher is more surprising."""
        ...


class Deviation:
    """How many standard deviations the value is from its mean, both over everything."""

    def __init__(self) -> None:
        from river import anomaly

        self.scorer = anomaly.StandardAbsoluteDeviation()
        self.expected = self.spread = 0.0

    def score(self, x: float, slot: int) -> float:
        raw = abs(float(self.scorer.score_one(None, x)))
        self.scorer.learn_one(None, x)
        self.expected = float(self.scorer.sub_stat.get())
        return raw


class SeasonalDeviation:
    """How many moving deviations the value is from the mean of its hour of the week."""

    def __init__(self) -> None:
        from river import stats

        self.means: dict[int, Any] = defaultdict(stats.Mean)
        self.variance = stats.EWVar(fading_factor=0.01)
        self.expected = self.spread = 0.0

    def score(self, x: float, slot: int) -> float:
        mean = self.means[slot]
        self.expected = float(mean.get()) if mean.n else x
        self.spread = float(self.variance.get() or 0.0) ** 0.5
        residual = x - self.expected
        self.variance.update(residual)
        mean.update(x)
        return abs(residual) / self.spread if self.spread > 0 else 0.0


class LevelDeviation:
    """How many moving deviations the value is from its moving mean."""

    def __init__(self) -> None:
        from river import stats

        self.mean = stats.EWMean(fading_factor=0.05)
        self.variance = stats.EWVar(fading_factor=0.005)
        self.expected = self.spread = 0.0

    def score(self, x: float, slot: int) -> float:
        self.expected = float(self.mean.get() or x)
        self.spread = float(self.variance.get() or 0.0) ** 0.5
        residual = x - self.expected
        self.variance.update(residual)
        self.mean.update(x)
        return abs(residual) / self.spread if self.spread > 0 else 0.0


class Gaussian:
    """How unlikely the value is under one normal distribution."""

    def __init__(self) -> None:
        from river import anomaly

        self.scorer = anomaly.GaussianScorer(window_size=None, grace_period=WARM_UP)
        self.expected = self.spread = 0.0

    def score(self, x: float, slot: int) -> float:
        raw = float(self.scorer.score_one(None, x))
        self.scorer.learn_one(None, x)
        self.expected, self.spread = (
            float(self.scorer.gaussian.mu),
            float(self.scorer.gaussian.sigma),
        )
        return raw


class HalfSpaceTrees:
    """How sparse the neighbourhood of the value and of its change is, in random trees."""

    def __init__(self) -> None:
        from river import anomaly, compose, preprocessing

        self.scorer = compose.Pipeline(
            preprocessing.MinMaxScaler(), anomaly.HalfSpaceTrees(n_trees=10, height=8, seed=1)
        )
        self.expected = self.spread = 0.0
        self.previous: float | None = None

    def score(self, x: float, slot: int) -> float:
        previous = x if self.previous is None else self.previous
        features = {"value": x, "change": x - previous}
        self.previous = self.expected = x
        self.scorer.learn_one(features)
        return float(self.scorer.score_one(features))


class HoltWinters:
    """How many moving deviations the value is from what level and trend forecast."""

    def __init__(self) -> None:
        from river import stats, time_series

        self.model = time_series.HoltWinters(alpha=0.1, beta=0.01)
        self.variance = stats.EWVar(fading_factor=0.005)
        self.count = 0
        self.expected = self.spread = 0.0

    def score(self, x: float, slot: int) -> float:
        self.expected = float(self.model.forecast(1)[0]) if self.count > 2 else x
        self.spread = float(self.variance.get() or 0.0) ** 0.5
        self.variance.update(x - self.expected)
        self.model.learn_one(x)
        self.count += 1
        return abs(x - self.expected) / self.spread if self.spread > 0 else 0.0


SCORERS: dict[str, Callable[[], Scorer]] = {
    "deviation": Deviation,
    "seasonal deviation": SeasonalDeviation,
    "level deviation": LevelDeviation,
    "Gaussian": Gaussian,
    "half-space trees": HalfSpaceTrees,
    "Holt-Winters": HoltWinters,
}
#: The best of them on the development series, so the comparison flatters it.
CHOSEN = "Gaussian"


class River:
    """What the detector remembers of one series."""

    def __init__(self, scorer: str = CHOSEN) -> None:
        if str(TOOLS) not in sys.path:
            sys.path.append(str(TOOLS))  # last: what the environment has comes from there
        self.scorer = SCORERS[scorer]()
        self.reason = scorer
        self.memory = rex.Rex()  # for its rest after a peak
        self.n = 0


class Result(NamedTuple):
    """How a reading looked before it was learned; the band is three deviations wide."""

    score: float
    expected: float
    lower: float
    upper: float
    side: int
    reason: str


def update(state: River, t: float, x: float, utc_offset: float = 0.0) -> tuple[River, Result]:
    """Judge and learn one reading. Arguments as for a ``Detector``."""
    raw = state.scorer.score(x, slots.slot_of(t + utc_offset, slots.HOURS))
    state.n += 1
    raw = raw if state.n > WARM_UP else 0.0
    score = raw if raw > state.memory.peak else 0.0
    rex.rest(state.memory, raw)
    expected, width = state.scorer.expected, 3 * state.scorer.spread
    side = 1 if x >= expected else -1
    return state, Result(score, expected, expected - width, expected + width, side, state.reason)


DETECTOR: Detector[River] = update


def make_detector(scorer: str = CHOSEN) -> Callable[[float, float], float]:
    """The score of every reading of one series."""
    state = River(scorer)

    def step(epoch_seconds: float, value: float) -> float:
        return update(state, epoch_seconds, value)[1].score

    return step


def run(scorer: str) -> tuple[dict[str, list[float]], float]:
    """The scores of one of the scorers on every file, and microseconds per reading."""
    began, found, count = time.process_time(), {}, 0
    for one in data.nab():
        step = make_detector(scorer)
        found[one.name] = [step(t, x) for t, x in zip(one.times, one.values, strict=True)]
        count += len(one.times)
    return found, 1e6 * (time.process_time() - began) / count


def main() -> None:
    """Print how each scorer does, each with the threshold that is best for it."""
    library = data.nablib()
    series = library.load(data.DATA / "nab_dev")
    print(f"{'best threshold':22s}{'standard':>10s}{'low_FP':>9s}{'low_FN':>9s}{'us':>8s}")
    with Pool(2) as pool:
        for name, (scores, cost) in zip(SCORERS, pool.map(run, SCORERS), strict=True):
            best = library.best(series, scores)
            cells = "".join(f"{best[profile][0]:9.1f}" for profile in best)
            print(f"{name:22s} {cells}{cost:8.1f}")


if __name__ == "__main__":
    packages()
    print(data.missing()) if data.missing() else main()
