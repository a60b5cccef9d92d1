"""How well the product detects: the Numenta Anomaly Benchmark's development series.

The scorer is not part of this project. It calls a factory once per series and hands over one
row after the other::

    python nab_score.py benchmarks.detection.nab:make_detector --threshold 0.168
    python nab_score.py benchmarks.detection.nab:make_rex --threshold 0.168

``python -m benchmarks.detection.nab SCORER_FOLDER DATA_FOLDER`` prints a table by family of
files: how each family scores with the one threshold of the product.
"""

import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hotspots.detection import engine, rex
from hotspots.detection.episode import SeriesState
from hotspots.detection.ladder import Rules

SHARED = Path(__file__).resolve().parents[3] / "shared"
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


def main(scorer: str, data: str) -> None:
    """Print the standard score by family of files, for REX and for the engine."""
    sys.path.insert(0, scorer)
    import nablib  # type: ignore[import-not-found]

    series = nablib.load(Path(data))
    families: dict[str, list[Any]] = defaultdict(list)
    for one in series:
        families[one.path.split("/")[0]].append(one)
    scores = [{one.path: run(make(), one) for one in series} for make in (make_rex, make_detector)]
    print(f"{'family':28s}{'files':>6s}{'windows':>9s}{'REX':>8s}{'engine':>8s}")
    for name, members in [*sorted(families.items()), ("all", series)]:
        windows = sum(len(one.windows) for one in members)
        print(f"{name:28s}{len(members):6d}{windows:9d}", end="")
        for found in scores:
            of_family = {one.path: found[one.path] for one in members}
            figure = nablib.at(members, of_family, Rules().threshold)["standard"] if windows else 0
            print(f"{figure:8.1f}" if windows else f"{'-':>8s}", end="")
        print()


def run(update: Detector, series: Any) -> list[float]:
    """The score of each row of a series."""
    return [update(t, x) for t, x in zip(series.epoch.tolist(), series.value.tolist(), strict=True)]


if __name__ == "__main__":
    folders = sys.argv[1:3] or [str(SHARED / "nab"), str(SHARED / "data" / "nab_dev")]
    if all(Path(folder).is_dir() for folder in folders):
        main(*folders)
    else:
        print(f"not run: needs the scorer and its series in {' and '.join(folders)}")
