"""How well the product detects: the Numenta Anomaly Benchmark's development series.

The scorer is not part of this project. It calls a factory once per series and hands over one
row after the other::

    python nab_score.py benchmarks.detection.nab:make_detector --threshold 0.168
    python nab_score.py benchmarks.detection.nab:make_rex --threshold 0.168

``python -m benchmarks.detection.nab`` prints the three profiles for all files and for each fold of
families: REX, the engine, and river's detector where river is installed.
"""

from collections.abc import Callable
from typing import Any

from benchmarks.detection import data, river_detector
from benchmarks.detection.folds import FOLDS, THRESHOLD
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


def main() -> None:
    """Print one table for each detector."""
    library = data.nablib()
    series = library.load(data.DATA / "nab_dev")
    makers = {"REX": make_rex, "engine": make_detector}
    if river_detector.AVAILABLE:
        makers[f"river, {river_detector.CHOSEN}"] = river_detector.make_detector
    for name, make in makers.items():
        scores = {one.path: run(make(), one) for one in series}
        best = library.best(series, scores)
        used = best["standard"][1] if name.startswith("river") else THRESHOLD
        print_scores(f"{name} at {used:.4g}", series, scores, used)
        cells = ", ".join(f"{p} {score:.1f} at {at:.4g}" for p, (score, at) in best.items())
        print(f"best thresholds: {cells}\n")
    if not river_detector.AVAILABLE:
        print("not run: river, which python -m benchmarks.detection.river_detector installs")


def print_scores(
    title: str, series: list[Any], scores: dict[str, list[float]], threshold: float
) -> None:
    """The three profiles by fold, with what was found and what was wrong."""
    library = data.nablib()
    found = library.per_file(series, scores, threshold)
    print(f"{title:28s}{'files':>6s}{'windows':>9s}{'found':>7s}{'false':>7s}", end="")
    print("".join(f"{profile:>10s}" for profile in library.PROFILES))
    every = {family for families in FOLDS.values() for family in families}
    for fold, families in [*FOLDS.items(), ("all", every)]:
        members = [one for one in series if one.path.split("/")[0] in families]
        of_these = {one.path: scores[one.path] for one in members}
        rows = [row for row in found if row["file"] in of_these]
        windows = [place for row in rows for place in row["windows"]]
        hits, false = sum(p is not None for p in windows), sum(r["false_positives"] for r in rows)
        figures = library.at(members, of_these, threshold).values()
        print(f"  {fold:26s}{len(members):6d}{len(windows):9d}{hits:7d}{false:7d}", end="")
        print("".join(f"{figure:10.1f}" for figure in figures))


def run(update: Detector, series: Any) -> list[float]:
    """The score of each row of a series."""
    return [update(t, x) for t, x in zip(series.epoch.tolist(), series.value.tolist(), strict=True)]


if __name__ == "__main__":
    print(data.missing()) if data.missing() else main()
