"""What given settings find in readings that are known: the live engine, run over the past.

Pure: nothing is read or stored, and nobody is told. What only the clock shows is not replayed:
feeds that fell silent, and what people did meanwhile.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import NamedTuple

from hotspots.detection import engine
from hotspots.detection.episode import SeriesState
from hotspots.detection.explain import reason_name, rule_name
from hotspots.detection.findings import is_learning
from hotspots.detection.ladder import Rules, Severity
from hotspots.detection.lifecycle import Change
from hotspots.detection.rex import Result
from hotspots.memory.replaying import STRIDE


class Sample(NamedTuple):
    """One reading: seconds since 1970 UTC, the value, and the wall clock's lead in seconds.

    ``baseline`` is its own target, ``None`` without one.
    """

    t: float
    value: float
    utc_offset: float
    baseline: float | None = None


class Span(NamedTuple):
    """From a moment up to, but not including, another one; seconds since 1970."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Setup:
    """The settings of one run; ``hidden`` are the times in which nobody wants to be called."""

    rules: Rules
    targets: Mapping[str, float] = field(default_factory=dict)
    hidden: Sequence[Span] = ()


@dataclass(slots=True)
class Episode:
    """A hotspot that the settings find; ``resolved_at`` is ``None`` while it is open."""

    opened_at: float
    last_seen_at: float
    severity: str
    rule: str
    reason: str
    side: str
    score: float
    resolved_at: float | None = None
    label: str = ""
    suppressed: bool = False

    @property
    def end(self) -> float:
        """When it was over, or last seen."""
        return self.last_seen_at if self.resolved_at is None else self.resolved_at

    def is_in(self, span: Span) -> bool:
        """Whether it is open, or was seen in the span."""
        return self.resolved_at is None or self.last_seen_at >= span.start


@dataclass(slots=True)
class Bucket:
    """Neighboring readings as one point of a chart: means, extremes and the largest score."""

    t: float
    count: int = 0
    value: float = 0.0
    low: float = 0.0
    high: float = 0.0
    expected: float = 0.0
    lower: float = 0.0
    upper: float = 0.0
    score: float = 0.0

    def add(self, value: float, result: Result, minimum: float | None) -> None:
        """Take one reading in."""
        lower = result.lower if minimum is None else max(result.lower, minimum)
        self.low = value if not self.count else min(self.low, value)
        self.high = value if not self.count else max(self.high, value)
        self.count += 1
        self.value += (value - self.value) / self.count
        self.expected += (result.expected - self.expected) / self.count
        self.lower += (lower - self.lower) / self.count
        self.upper += (result.upper - self.upper) / self.count
        self.score = max(self.score, result.raw)


@dataclass(slots=True)
class Replayed:
    """What one run found since ``span.start``; ``width`` of a bucket in seconds, 0 for raw."""

    span: Span
    width: float = 0.0
    anomalous: int = 0
    episodes: list[Episode] = field(default_factory=list)
    buckets: list[Bucket] = field(default_factory=list)

    def take(self, sample: Sample, result: Result, minimum: float | None) -> None:
        """Note one reading of the span for the chart."""
        t = self.bucket_of(sample.t)
        if not self.buckets or self.buckets[-1].t != t:
            self.buckets.append(Bucket(t))
        self.buckets[-1].add(sample.value, result, minimum)

    def bucket_of(self, t: float) -> float:
        """The time of the bucket that a moment lies in."""
        width, start = self.width, self.span.start
        return start + (t - start) // width * width if width else t


def bucket_width(span: Span, readings: int, points: int) -> float:
    """Whole seconds for at most ``points`` buckets; 0 if there are no more readings than that."""
    if readings <= points:
        return 0.0
    return float(ceil((span.end - span.start + 1) / points))


def replay(
    samples: Sequence[Sample],
    setup: Setup,
    span: Span,
    *,
    begin: SeriesState,
    width: float = 0.0,
    chart: bool = False,
    pause: Callable[[], None] = lambda: None,
) -> Replayed:
    """Run the engine over all samples, and tell which hotspots were seen in the span.

    Args:
        samples: oldest first; those before ``span.start`` are only learned from.
        begin: a fresh state; it is changed.
        width: of the chart's buckets.
        chart: whether to make them at all.
        pause: called every ``STRIDE`` readings; it may raise to end the run.
    """
    found = Replayed(span, width)
    rules, minimum = setup.rules, setup.rules.minimum
    for place, sample in enumerate(samples):
        if not place % STRIDE:
            pause()
        targets = engine.with_baseline(setup.targets, sample.baseline)
        result, changes = engine.observe(begin, *sample[:2], rules, sample.utc_offset, targets)
        for change in changes:
            follow(found.episodes, change)
        if sample.t < span.start:
            continue
        if result.score >= rules.threshold and not is_learning(begin, result):
            found.anomalous += 1
        if chart:
            found.take(sample, result, minimum)
    found.episodes = [one for one in found.episodes if one.is_in(span)]
    _hide(found.episodes, setup.hidden)
    return found


def follow(episodes: list[Episode], change: Change) -> None:
    """Take one step of the engine's episode over."""
    if change.kind == "opened" and change.finding is not None:
        episodes.append(Episode(change.at, change.last_seen_at, "", "", "", "", 0.0))
    episode, finding = episodes[-1], change.finding
    if finding is not None:
        episode.rule, episode.reason = rule_name(finding), reason_name(finding)
        episode.side = "high" if finding.side > 0 else "low"
    episode.severity = Severity(change.severity).name.lower()
    episode.score, episode.last_seen_at = change.score, change.last_seen_at
    if change.kind == "resolved":
        episode.resolved_at = change.at
    elif change.kind == "reopened":
        episode.resolved_at = None


def _hide(episodes: Sequence[Episode], hidden: Sequence[Span]) -> None:
    """Mark what opened and ended while nobody wanted to be called: it asked for nobody."""
    for episode in episodes:
        episode.suppressed = any(
            span.start <= episode.opened_at < span.end and ends_within(episode, span)
            for span in hidden
        )


def ends_within(episode: Episode, span: Span) -> bool:
    """Whether a hotspot is over before the span is: else it asks when that ends."""
    return episode.resolved_at is not None and episode.resolved_at <= span.end


def overlapping(one: Episode, others: Sequence[Episode]) -> list[Episode]:
    """Those of the others that were open at the same time, in their order.

    Args:
        others: of one series, oldest first: each ends before the next one opens.
    """
    first = bisect_left(others, one.opened_at, key=lambda other: other.end)
    last = bisect_right(others, one.end, key=lambda other: other.opened_at)
    return list(others[first:last])
