"""What the benchmarks print: a table of contenders, and one line for each bound."""

from collections.abc import Iterable, Sequence
from statistics import median

from benchmarks.streams import machine
from benchmarks.streams.rig import Contender, Rig, Round


def begin(title: str) -> None:
    """Print the title and the machine."""
    print(f"\n## {title}\n{machine.describe()}", flush=True)


def interleave(
    rig: Rig, contenders: Sequence[Contender], rounds: int, **options: object
) -> dict[str, list[Round]]:
    """Let all take part in every round, one after another, so that noise hits all alike."""
    found: dict[str, list[Round]] = {one.name: [] for one in contenders}
    for _ in range(rounds):
        for one in contenders:
            found[one.name].append(rig.round(one, **options))  # type: ignore[arg-type]
    return found


def print_rounds(found: dict[str, list[Round]]) -> None:
    """Print a row for each contender, the median of its rounds."""
    print(f"{'':22}{'events/s':>12}{'µs CPU each':>13}{'p99 last ms':>13}{'lost':>6}  rates")
    for name, rounds in found.items():
        rates = " ".join(f"{one.rate:,.0f}" for one in rounds)
        print(
            f"{name:22}{of(rounds, 'rate'):12,.0f}{of(rounds, 'server_microseconds'):13.2f}"
            f"{last_p99(rounds):13.1f}{sum(one.lost for one in rounds):6}  {rates}",
            flush=True,
        )


def of(rounds: Iterable[Round], name: str) -> float:
    """Return the median of a figure."""
    return float(median(getattr(one, name) for one in rounds))


def last_p99(rounds: Iterable[Round]) -> float:
    """Return the median of the p99 from save to the last socket, in milliseconds."""
    return float(median(one.load["last_ms"]["p99"] for one in rounds))


def bound(what: str, figure: float, limit: float, *, at_least: bool, unit: str = "") -> bool:
    """Print one bound, and whether it was met."""
    met = figure >= limit if at_least else figure <= limit
    sign, said = ("≥" if at_least else "≤"), ("met" if met else "MISSED")
    print(f"{what}: {_plain(figure)}{unit}, bound {sign} {_plain(limit)}{unit}: {said}", flush=True)
    return met


def ratio(what: str, ours: float, theirs: float, limit: float, *, at_least: bool = True) -> bool:
    """Print a ratio to a yardstick, and whether it meets its bound."""
    figures = f"{what} ({ours:,.1f} / {theirs:,.1f})"
    return bound(figures, ours / theirs if theirs else 0.0, limit, at_least=at_least)


def _plain(figure: float) -> str:
    """Return a figure with two decimals where they say something."""
    return f"{figure:,.0f}" if figure == int(figure) or abs(figure) >= 1000 else f"{figure:,.2f}"
