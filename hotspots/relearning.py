"""A series' memory made anew from its stored measurements."""

from .detection import engine
from .detection.episode import OPEN, Episode, SeriesState
from .detection.findings import REASONS, RULES
from .detection.ladder import Severity
from .models import Hotspot, Measurement
from .registry import Source


def relearn(source: Source) -> SeriesState:
    """Replay the series in order of event time into a fresh state; tells nobody.

    An active hotspot stays what it is and goes on from here.
    """
    state, offset = SeriesState(), source.offset()
    rows = Measurement.objects.filter(series=source.series_id).order_by("time")
    for time, value in rows.values_list("time", "value").iterator(chunk_size=10_000):
        engine.observe(state, time.timestamp(), value, source.rules, offset(time), quiet=True)
    hotspot = Hotspot.objects.active().filter(series=source.series_id).first()
    if hotspot is not None:
        state.episode = adopt(hotspot)
    return state


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
        opened_at=hotspot.opened_at.timestamp(),
        last_seen_at=seen_at,
        occurrences=hotspot.occurrences,
        flapping=int(hotspot.flapping),
    )
