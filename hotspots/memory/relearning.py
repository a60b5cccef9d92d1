"""A series' memory made anew from its stored measurements."""

from collections.abc import Callable, Iterator
from datetime import datetime
from math import inf

from hotspots.batch.registry import Source
from hotspots.clock import moment
from hotspots.detection import engine
from hotspots.detection.episode import OPEN, Episode, SeriesState
from hotspots.detection.findings import REASONS, RULES
from hotspots.detection.ladder import Severity
from hotspots.models import Hotspot, Measurement, Series, Target

from .replaying import STRIDE

#: measurements read at once
PAGE = 10_000


def relearn(source: Source) -> SeriesState:
    """Replay the series in order of event time into a fresh state; tells nobody.

    An active hotspot stays what it is and goes on from here; so does a freeze.
    """
    state = SeriesState()
    adopt_freeze(state, source.series_id)
    replay(state, source)
    hotspot = Hotspot.objects.active().filter(series=source.series_id).first()
    state.episode = Episode() if hotspot is None else adopt(hotspot)
    return state


def replay(state: SeriesState, source: Source, pause: Callable[[], None] = lambda: None) -> None:
    """Take in what is stored after the state's newest reading, a page at a time.

    Whatever the replayed readings would open is forgotten.

    Args:
        pause: called every ``STRIDE`` readings; it may raise to end the replay.
    """
    offset, known = source.offset(), targets_of(source)
    after = moment(state.newest) if state.n_seen else None
    for place, (time, value, baseline) in enumerate(_stored(source.series_id, after)):
        if not place % STRIDE:
            pause()
        targets = engine.with_baseline(known, baseline)
        engine.observe(state, time.timestamp(), value, source.rules, offset(time), targets)


def targets_of(source: Source) -> dict[str, float]:
    """Period -> target: what was used of a day or month so far is part of the memory."""
    rows = Target.objects.filter(entity=source.entity, metric=source.metric)
    return dict(rows.order_by("pk").values_list("period", "value"))


def adopt_freeze(state: SeriesState, series_id: int) -> None:
    """Let the freeze that somebody asked for hold in the state as well."""
    rows = Series.objects.filter(pk=series_id, frozen_until__isnull=False)
    for after, until in rows.values_list("frozen_after", "frozen_until"):
        if until is not None:
            state.frozen_after = after.timestamp() if after else 0.0
            state.frozen_until = until.timestamp()


def adopt(hotspot: Hotspot) -> Episode:
    """The episode that a hotspot's row tells of."""
    seen_at = hotspot.last_seen_at.timestamp()
    low, high = hotspot.expected_low, hotspot.expected_high
    width = (high - low) / 2 if low is not None and high is not None else 0.0
    return Episode(
        phase=OPEN,
        hotspot=hotspot.pk,
        rule=RULES.index(hotspot.rule),
        reason=REASONS.index(hotspot.reason),
        side=1 if hotspot.side == Hotspot.Side.HIGH else -1,
        severity=Severity[hotspot.severity.upper()],
        measure=hotspot.score or 0.0,
        score=hotspot.score or 0.0,
        below=width,
        above=width,
        cause_at=seen_at,
        cause_value=hotspot.value,
        cause_lower=inf if low is None else low,
        cause_upper=-inf if high is None else high,
        opened_at=hotspot.opened_at.timestamp(),
        last_seen_at=seen_at,
        occurrences=hotspot.occurrences,
        flapping=int(hotspot.flapping),
    )


def _stored(
    series_id: int, after: datetime | None
) -> Iterator[tuple[datetime, float, float | None]]:
    """The series' readings in order of time, by keyset: memory stays constant."""
    rows = Measurement.objects.filter(series=series_id).order_by("time")
    while True:
        page = rows if after is None else rows.filter(time__gt=after)
        found = list(page.values_list("time", "value", "baseline")[:PAGE])
        yield from found
        if len(found) < PAGE:
            return
        after = found[-1][0]
