"""What other settings would have changed: a series' past replayed twice, side by side.

Nothing is stored and nobody is told. The cost is bounded: so many readings, so many seconds, so
few at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Q, QuerySet

from hotspots.batch.registry import source_of
from hotspots.clock import moment, offsets
from hotspots.detection.episode import SeriesState
from hotspots.memory.relearning import adopt_freeze, targets_of
from hotspots.memory.replaying import MAX_SECONDS, deadline, one_of_few
from hotspots.models import Hotspot, Measurement, Series, Silence
from streams.errors import DomainError

from .replay import (
    Episode,
    Replayed,
    Sample,
    Setup,
    Span,
    bucket_width,
    overlapping,
    replay,
)

MAX_DAYS = 90
#: Readings before the window that are replayed too, so that it begins with what was known then:
#: three and a half half-lives of the longest memory, 90 days of one every 5 minutes. By number,
#: not by time: a feed may have paused for years, and the series remembers what came before.
WARM_UP = 26_000
MAX_READINGS = 200_000
MAX_POINTS = 500


class NothingToReplayError(DomainError):
    """The series has no readings."""

    code = "nothing_to_replay"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs over the same readings; times in seconds since 1970.

    ``kept`` counts the present hotspots that some proposed one overlaps, ``hidden`` are those of
    the proposed ones that only the proposed silences hide.
    """

    span: Span
    readings: int
    truncated: bool
    stored: int
    current: Replayed
    proposed: Replayed
    gone: list[Episode] = field(default_factory=list)
    added: list[Episode] = field(default_factory=list)
    hidden: list[Episode] = field(default_factory=list)
    kept: int = 0


def present_setup(series: Series) -> Setup:
    """The settings that hold for a series now; silences of the past count where they were."""
    source = source_of(series)
    return Setup(source.rules, targets_of(source))


def compare(
    series: Series,
    proposed: Setup,
    *,
    days: int = MAX_DAYS,
    most: int = MAX_READINGS,
    seconds: float = MAX_SECONDS,
) -> Comparison:
    """Replay the last days of a series under its present and under proposed settings.

    Args:
        series: with its entity and metric.
        proposed: ``hidden`` comes beside the silences that exist.
        days: before the newest reading, 1 to ``MAX_DAYS``.
        most: readings, those to warm up included; the newest count.
        seconds: how long it may take.

    Raises:
        NothingToReplayError: there are no readings.
        OverloadedError: it takes longer, or too many run in this process.
    """
    with one_of_few():
        pause = deadline(seconds, "ask for fewer days.")
        samples, truncated = _read(series, days, most, pause)
        span = _window(samples, days)
        inside = sum(sample.t >= span.start for sample in samples)
        width = bucket_width(span, inside, MAX_POINTS)
        known = _silences(series, span)
        setups = [present_setup(series), proposed]
        setups = [Setup(s.rules, s.targets, [*known, *s.hidden]) for s in setups]
        current, other = (
            replay(
                samples, setup, span, begin=_fresh(series), width=width,
                chart=not place, pause=pause,
            )
            for place, setup in enumerate(setups)
        )  # fmt: skip
        return _compared(series, span, inside, current, other, truncated=truncated)


def _compared(
    series: Series,
    span: Span,
    inside: int,
    current: Replayed,
    proposed: Replayed,
    *,
    truncated: bool,
) -> Comparison:
    stored = _stored(series, span)
    for episode in (*current.episodes, *proposed.episodes):
        labels = [other.label for other in overlapping(episode, stored) if other.label]
        episode.label = labels[0] if labels else ""
    matches = [overlapping(episode, proposed.episodes) for episode in current.episodes]
    gone = [e for e, found in zip(current.episodes, matches, strict=True) if not found]
    added = [e for e in proposed.episodes if not overlapping(e, current.episodes)]
    open_before = [e for e in current.episodes if not e.suppressed]
    hidden = [e for e in proposed.episodes if e.suppressed and overlapping(e, open_before)]
    kept = len(current.episodes) - len(gone)
    return Comparison(
        span, inside, truncated, len(stored), current, proposed, gone, added, hidden, kept
    )


def _read(
    series: Series, days: int, most: int, pause: Callable[[], None]
) -> tuple[list[Sample], bool]:
    """The readings of the window and those before it, oldest first; whether some lack in it."""
    if series.last_time is None:
        raise NothingToReplayError(f"{series} has no readings yet.")
    start = series.last_time - timedelta(days=days)
    rows = Measurement.objects.filter(series=series)
    samples = _newest(series, rows.filter(time__gte=start), most + 1, pause)
    if not samples:
        raise NothingToReplayError(f"The readings of {series} are no longer stored.")
    truncated = len(samples) > most
    del samples[most:]
    room = min(WARM_UP, most - len(samples))
    samples += _newest(series, rows.filter(time__lt=start), room, pause)
    samples.reverse()
    return samples, truncated


def _newest(
    series: Series, rows: QuerySet[Measurement], most: int, pause: Callable[[], None]
) -> list[Sample]:
    """The newest of some readings, newest first."""
    offset, samples = offsets(series.entity.time_zone), []
    values = rows.order_by("-time").values_list("time", "value", "baseline")[:most]
    for place, (at, value, baseline) in enumerate(values.iterator(chunk_size=5_000)):
        if not place % 1_000:
            pause()
        samples.append(Sample(at.timestamp(), value, offset(at), baseline))
    return samples


def _window(samples: Sequence[Sample], days: int) -> Span:
    """The last days; less where the readings do not reach back so far."""
    end = samples[-1].t
    return Span(max(end - timedelta(days=days).total_seconds(), samples[0].t), end)


def _fresh(series: Series) -> SeriesState:
    """A state that knows nothing but the freeze that somebody asked for."""
    state = SeriesState()
    adopt_freeze(state, series.pk)
    return state


def _silences(series: Series, span: Span) -> list[Span]:
    """When nobody wanted to be called for the series."""
    start, end = moment(span.start), moment(span.end)
    rows = Silence.objects.filter(starts_at__lte=end, ends_at__gt=start).order_by("pk")
    return [
        Span(row.starts_at.timestamp(), row.until.timestamp())
        for row in rows
        if row.covers(
            entity_id=series.entity_id,
            entity_type=series.entity.entity_type,
            metric_id=series.metric_id,
        )
    ]


def _stored(series: Series, span: Span) -> list[Episode]:
    """The hotspots that were found, with what analysts said of them."""
    seen = Q(last_seen_at__gte=moment(span.start)) | Q(resolved_at=None)
    rows = Hotspot.objects.filter(seen, series=series)
    return [
        Episode(
            row.opened_at.timestamp(), row.last_seen_at.timestamp(), row.severity, row.rule,
            row.reason, row.side, row.score or 0.0, label=row.label,
        )
        for row in rows.order_by("opened_at", "pk").only(
            "opened_at", "last_seen_at", "severity", "rule", "reason", "side", "score", "label"
        ).iterator()
    ]  # fmt: skip
