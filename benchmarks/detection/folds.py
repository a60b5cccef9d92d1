"""Would another detector do better on series that took no part in choosing it?

::

    python -m benchmarks.detection.folds

Five folds of whole families of files. For each fold the candidate and its threshold are chosen
on the other four, by the benchmark's standard score, and scored on the fold: only that is a
gain. Then what each candidate gives in each fold with the product's one threshold.
"""

from multiprocessing import Pool
from typing import Any

from benchmarks.detection import data
from benchmarks.detection.candidates import CANDIDATES, PLAIN
from hotspots.detection.ladder import Rules

FOLDS = {
    "AWS": ("realAWSCloudwatch",),
    "tweets": ("realTweets",),
    "known cause": ("realKnownCause",),
    "advertising": ("realAdExchange", "artificialNoAnomaly"),
    "traffic": ("realTraffic", "artificialWithAnomaly"),
}
THRESHOLD = Rules().threshold
THRESHOLDS = (0.14, 0.16, THRESHOLD, 0.18, 0.19, 0.21, 0.25)
#: Below this a difference is one window more or less, which says nothing.
NOISE = 2.0
Scores = dict[str, list[float]]


def main() -> None:
    """Print both tables."""
    series = data.nablib().load(data.DATA / "nab_dev")
    with Pool(2) as pool:
        found = dict(zip(CANDIDATES, pool.map(score_all, CANDIDATES), strict=True))
    parts = {
        fold: [one for one in series if one.path.split("/")[0] in families]
        for fold, families in FOLDS.items()
    }
    assert sum(map(len, parts.values())) == len(series)
    print_chosen(series, parts, found)
    print()
    print_each(series, parts, found)


def score_all(name: str) -> Scores:
    """The scores of one candidate on every file."""
    return {one.name: CANDIDATES[name].scores(one.times, one.values) for one in data.nab()}


def standard(series: list[Any], scores: Scores, threshold: float) -> float:
    """The benchmark's standard score of some files with one threshold."""
    of_these = {one.path: scores[one.path] for one in series}
    return float(data.nablib().at(series, of_these, threshold)["standard"])


def print_chosen(series: list[Any], parts: dict[str, list[Any]], found: dict[str, Scores]) -> None:
    """What was chosen without each fold, and what it then gave there."""
    print(f"{'fold left out':14s}{'windows':>8s}  {'chosen on the other four':38s}"
          f"{'there':>7s}{'plain':>7s} |{'here':>7s}{'plain':>7s}{'gain':>7s}")  # fmt: skip
    total = [0.0, 0.0]
    for fold, here in parts.items():
        there = [one for one in series if one not in here]
        best = max(
            (standard(there, scores, threshold), name == PLAIN, name, threshold)
            for name, scores in found.items()
            for threshold in THRESHOLDS
        )
        name, threshold = best[2:]
        got = standard(here, found[name], threshold)
        plain = standard(here, found[PLAIN], THRESHOLD)
        plain_there = standard(there, found[PLAIN], THRESHOLD)
        windows = sum(len(one.windows) for one in here)
        total[0] += got * windows
        total[1] += plain * windows
        print(f"{fold:14s}{windows:8d}  {f'{name} at {threshold:g}':38s}{best[0]:7.1f}"
              f"{plain_there:7.1f} |{got:7.1f}{plain:7.1f}{got - plain:+7.1f}")  # fmt: skip
    every = sum(len(one.windows) for one in series)
    got, plain = (part / every for part in total)
    print(f"{'all, by windows':14s}{every:8d}  {'':52s} |{got:7.1f}{plain:7.1f}{got - plain:+7.1f}")


def print_each(series: list[Any], parts: dict[str, list[Any]], found: dict[str, Scores]) -> None:
    """What each candidate gives in each fold, with the product's threshold."""
    print(f"{f'gain at {THRESHOLD:g}':28s}" + "".join(f"{fold:>13s}" for fold in parts)
          + f"{'all':>8s}{'folds up/down':>15s}")  # fmt: skip
    plain = [standard(part, found[PLAIN], THRESHOLD) for part in (*parts.values(), series)]
    for name, scores in found.items():
        got = [standard(part, scores, THRESHOLD) for part in (*parts.values(), series)]
        gains = [a - b for a, b in zip(got, plain, strict=True)]
        shown = got if name == PLAIN else gains
        sign = "" if name == PLAIN else "+"
        up = sum(gain > NOISE for gain in gains[:-1])
        down = sum(gain < -NOISE for gain in gains[:-1])
        print(f"{name:28s}" + "".join(f"{one:{sign}13.1f}" for one in shown[:-1])
              + f"{shown[-1]:{sign}8.1f}{f'{up}/{down}':>15s}")  # fmt: skip


if __name__ == "__main__":
    print(data.missing()) if data.missing() else main()
