"""What a reading and a series cost: microseconds of CPU, and bytes.

::

    python -m benchmarks.detection.cost

``rex.update`` is the detector alone. ``engine.observe`` is what the product calls for each new
reading: judge, look for findings, learn, go on with the episode. ``load + dump`` is what a batch
adds once per series. The best and the median of five rounds, in CPU time of this process, over
whole series from their first reading on. Bytes are those of the stored state.
"""

import gc
import sys
from collections.abc import Callable
from statistics import median
from time import process_time

from benchmarks.detection import data
from hotspots.detection import engine, rex
from hotspots.detection.episode import IDLE, OPEN, SeriesState
from hotspots.detection.ladder import Rules
from hotspots.detection.state import dump, load

ROUNDS = 5
BOUND_US = 15.0
BOUND_BYTES = 600
#: Every how many readings of a series its state is weighed.
WEIGHED_EVERY = 50
TARGETS = {"reading": 1e12, "hour": 1e12, "day": 1e12, "month": 1e12}


def main() -> None:
    """Print both tables."""
    groups = {"nab": data.nab(), "steel": data.events("steel"), "grid": data.events("grid")}
    print(f"Python {sys.version.split()[0]}, {ROUNDS} rounds, CPU time\n")
    print_times(groups)
    print()
    print_bytes(groups)


def print_times(groups: dict[str, list[data.Series]]) -> None:
    """Microseconds per reading, and per series for load and dump."""
    print(f"{'us':28s}" + "".join(f"{name:>18s}" for name in groups) + "   (best, median)")
    for label, work in {
        "rex.update": update_all,
        "engine.observe": observe_all,
        "engine.observe, 4 targets": observe_with_targets,
        "load + dump, per series": reload_all,
    }.items():
        cells = [timed(work, series) for series in groups.values()]
        print(f"{label:28s}" + "".join(f"{best:10.2f}{middle:8.2f}" for best, middle in cells))
    print(f"bound for engine.observe: {BOUND_US:g} us")


def timed(
    work: Callable[[list[data.Series]], tuple[float, int]], series: list[data.Series]
) -> tuple[float, float]:
    """Best and median microseconds per step of ``work``."""
    found = []
    for _ in range(ROUNDS):
        gc.collect()
        seconds, steps = work(series)
        found.append(1e6 * seconds / steps)
    return min(found), median(found)


def update_all(series: list[data.Series]) -> tuple[float, int]:
    """Every reading through the detector: seconds, readings."""
    began, count = process_time(), 0
    for one in series:
        memory = rex.Rex()
        for t, x in zip(one.times, one.values, strict=True):
            rex.update(memory, t, x, one.offset)
        count += len(one.times)
    return process_time() - began, count


def observe_all(
    series: list[data.Series], targets: dict[str, float] | None = None
) -> tuple[float, int]:
    """Every new reading through the engine: seconds, readings."""
    rules, targets, began, count = Rules(), targets or {}, process_time(), 0
    for one in series:
        state = SeriesState()
        for t, x in zip(one.times, one.values, strict=True):
            if t > state.newest or not state.n_seen:
                engine.observe(state, t, x, rules, one.offset, targets)
                count += 1
    return process_time() - began, count


def observe_with_targets(series: list[data.Series]) -> tuple[float, int]:
    """The same for series with a target of each period, far away."""
    return observe_all(series, TARGETS)


def reload_all(series: list[data.Series], times: int = 200) -> tuple[float, int]:
    """The last state of each series loaded and dumped: seconds, loads with a dump."""
    packed = [dump(learned(one)) for one in series[:20]]
    began = process_time()
    for _ in range(times):
        for one in packed:
            dump(load(one))
    return process_time() - began, times * len(packed)


def learned(one: data.Series) -> SeriesState:
    """A series' state after its last reading."""
    state, rules = SeriesState(), Rules()
    for t, x in zip(one.times, one.values, strict=True):
        if t > state.newest or not state.n_seen:
            engine.observe(state, t, x, rules, one.offset)
    return state


def print_bytes(groups: dict[str, list[data.Series]]) -> None:
    """Bytes of the states that the series go through, apart for those with an open episode."""
    heads = f"{'median':>8s}{'99 %':>8s}{'max':>8s}{'over 600':>10s}{'states':>9s}"
    print(f"{'bytes of a state':20s}{heads}")
    for name, series in groups.items():
        quiet, troubled = weigh(series, {})
        print_row(f"{name}, no episode", quiet)
        print_row(f"{name}, open", troubled)
        print_row(f"{name}, 4 targets", weigh(series, TARGETS)[0])
    print(f"bound: {BOUND_BYTES} bytes")


def weigh(series: list[data.Series], targets: dict[str, float]) -> tuple[list[int], list[int]]:
    """Sizes in passing: of states without and with an open episode."""
    sizes: tuple[list[int], list[int]] = [], []
    rules = Rules()
    for one in series:
        state = SeriesState()
        for number, (t, x) in enumerate(zip(one.times, one.values, strict=True)):
            if t > state.newest or not state.n_seen:
                engine.observe(state, t, x, rules, one.offset, targets)
            is_open = state.episode.phase == OPEN
            state.episode.hotspot = int(state.episode.phase != IDLE)  # as its row's number
            if is_open or number % WEIGHED_EVERY == 0:
                sizes[is_open].append(len(dump(state)))
    return sizes


def print_row(label: str, sizes: list[int]) -> None:
    """Median, upper end and largest of some sizes."""
    ranked = sorted(sizes) or [0]
    most = ranked[min(len(ranked) - 1, int(0.99 * len(ranked)))]
    over = sum(size > BOUND_BYTES for size in sizes)
    print(f"{label:20s}{median(ranked):8.0f}{most:8d}{ranked[-1]:8d}{over:10d}{len(sizes):9d}")


if __name__ == "__main__":
    print(data.missing()) if data.missing() else main()
