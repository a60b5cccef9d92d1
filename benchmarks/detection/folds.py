"""Would another detector do better on series that took no part in choosing it?

::

    python -m benchmarks.detection.folds

Five folds of whole families of files. For each fold the candidate and its threshold are chosen
on the other four, by the benchmark's standard score, and scored on the fold: only that is a
gain. So for each kind of candidate, and for all together. Then what each candidate gives in each
fold with the product's one threshold.
"""

from multiprocessing import Pool
from typing import Any

from benchmarks.detection import data
from benchmarks.detection.candidates import CANDIDATES, PLAIN, SETTINGS
from hotspots.detection.ladder import Rules
from hotspots.detection.rex import VIEWS

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
GROUPS = {
    "settings": [*SETTINGS, *(f"without {view}" for view in VIEWS)],
    "further views": [name for name in CANDIDATES if name.startswith("view: ")],
    "memories of episodes": [name for name in CANDIDATES if "episodes" in name or "fades" in name],
    "calendars": [name for name in CANDIDATES if name.startswith("calendar: ")],
    "everything": [name for name in CANDIDATES if name != PLAIN],
}
Scores = dict[str, list[float]]


def main() -> None:
    """Print the tables."""
    series = data.nablib().load(data.DATA / "nab_dev")
    with Pool(2) as pool:
        found = dict(zip(CANDIDATES, pool.map(score_all, CANDIDATES), strict=True))
    parts = {
        fold: [one for one in series if one.path.split("/")[0] in families]
        for fold, families in FOLDS.items()
    }
    assert sum(map(len, parts.values())) == len(series)
    for title, names in GROUPS.items():
        print_chosen(title, series, parts, {name: found[name] for name in (PLAIN, *names)})
        print()
    print_each(series, parts, found)


def score_all(name: str) -> Scores:
    """The scores of one candidate on every file."""
    return {one.name: CANDIDATES[name].scores(one.times, one.values) for one in data.nab()}


def standard(series: list[Any], scores: Scores, threshold: float) -> float:
    """The benchmark's standard score of some files with one threshold."""
    of_these = {one.path: scores[one.path] for one in series}
    return float(data.nablib().at(series, of_these, threshold)["standard"])


def print_chosen(
    title: str, series: list[Any], parts: dict[str, list[Any]], found: dict[str, Scores]
) -> None:
    """What was chosen without each fold, and what it then gave there."""
    print(f"{f'from {title}':26s}{'chosen on the other four folds':36s}", end="")
    print(f"{'there':>7s}{'plain':>7s} |{'here':>7s}{'plain':>7s}{'gain':>7s}")
    every = sum(len(one.windows) for one in series)
    got = plain = 0.0
    for fold, here in parts.items():
        there = [one for one in series if one not in here]
        name, threshold = choose(there, found)
        pairs = [
            (standard(part, found[name], threshold), standard(part, found[PLAIN], THRESHOLD))
            for part in (there, here)
        ]
        windows = sum(len(one.windows) for one in here)
        got, plain = got + pairs[1][0] * windows, plain + pairs[1][1] * windows
        print(f"  {f'{fold}, {windows} windows':24s}{f'{name} at {threshold:g}':36s}", end="")
        print_gains(pairs)
    print(f"  {'all, by windows':74s}", end="")
    print_gains([(got / every, plain / every)])


def choose(series: list[Any], found: dict[str, Scores]) -> tuple[str, float]:
    """The candidate and the threshold that are best on some files; of equals plain REX."""
    best = max(
        (standard(series, scores, threshold), name == PLAIN, name, threshold)
        for name, scores in found.items()
        for threshold in THRESHOLDS
    )
    return best[2:]


def print_gains(pairs: list[tuple[float, float]]) -> None:
    """Pairs of a candidate's and plain REX's score, and the last pair's difference."""
    print(" |".join(f"{got:7.1f}{plain:7.1f}" for got, plain in pairs), end="")
    print(f"{pairs[-1][0] - pairs[-1][1]:+7.1f}")


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
