"""The readings of one series: which are new, late, repeated or corrected, and what they mean."""

from dataclasses import dataclass, field
from datetime import datetime

from hotspots.clock import moment
from hotspots.detection import engine
from hotspots.detection.episode import SeriesState
from hotspots.detection.lifecycle import Change
from hotspots.detection.rex import Result

from .registry import Arrival, Source
from .storage import (
    BASELINE,
    LATE,
    PREVIOUS,
    RAW_UNIT,
    RAW_VALUE,
    TIME,
    VALUE,
    Place,
    Row,
    Stored,
)


@dataclass(slots=True)
class Terms:
    """What holds for every reading of a batch; ``used_keys`` and ``stored`` are on disk."""

    received_at: datetime
    simulated: bool
    quiet: bool
    used_keys: set[str] = field(default_factory=set)
    stored: dict[Place, Stored] = field(default_factory=dict)


@dataclass(slots=True)
class Watch:
    """What became of one series' readings in a batch."""

    source: Source
    state: SeriesState
    terms: Terms
    rows: list[Row] = field(default_factory=list)
    corrections: list[Row] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    duplicates: int = 0
    late: int = 0
    revised: int = 0
    #: before the batch: the hotspot of the series' episode, 0 for none, and the newest time
    first_hotspot: int = field(init=False)
    first_newest: float = field(init=False)

    def __post_init__(self) -> None:
        self.first_hotspot, self.first_newest = self.state.episode.hotspot, self.state.newest

    @property
    def accepted(self) -> int:
        """Readings that are on disk after the batch: new, late and corrected ones."""
        return len(self.rows) + self.revised

    def past_places(self) -> list[Place]:
        """Where readings came late or were corrected."""
        late = [row for row in self.rows if row[LATE]] if self.late else []
        return [(self.source.series_id, row[TIME]) for row in (*late, *self.corrections)]


def places_to_look_at(source: Source, state: SeriesState) -> list[Place]:
    """Where a reading may be stored already: not after the newest one."""
    if not state.n_seen:
        return []
    newest, series_id = state.newest, source.series_id
    return [(series_id, a.reading.time) for a in source.arrivals if a.t <= newest]


def watch(source: Source, state: SeriesState, terms: Terms) -> Watch:
    """Take the source's arrivals in the order of their times."""
    seen = Watch(source, state, terms)
    arrivals = sorted(a for a in source.arrivals if a.reading.key not in terms.used_keys)
    seen.duplicates = len(source.arrivals) - len(arrivals)
    fresh: dict[datetime, Row] = {}
    offset = source.offset()
    for arrival in arrivals:
        time = arrival.reading.time
        if time in fresh:
            _meet_again(seen, arrival, fresh[time], offset(time))
        elif (source.series_id, time) in terms.stored:
            _correct(seen, arrival, offset(time))
        else:
            fresh[time] = row = _take(seen, arrival, offset(time))
            seen.rows.append(row)
    return seen


def _take(seen: Watch, arrival: Arrival, utc_offset: float) -> Row:
    """A reading of a time that has none yet."""
    state, source, terms = seen.state, seen.source, seen.terms
    if state.n_seen and arrival.t <= state.newest:
        return _take_late(seen, arrival, utc_offset)
    targets = source.targets
    if arrival.baseline is not None:
        targets = engine.with_baseline(targets, arrival.baseline)
    result, changes = engine.observe(
        state, arrival.t, arrival.value, source.rules, utc_offset, targets, quiet=terms.quiet
    )
    if changes:
        seen.changes += changes
    return _row(seen, arrival, result, result.raw, late=False)


def _take_late(seen: Watch, arrival: Arrival, utc_offset: float) -> Row:
    seen.late += 1
    seen.state.late += 1
    score = None
    if not engine.is_stale(seen.state, arrival.t) and not seen.terms.quiet:
        score, changes = engine.observe_late(
            seen.state, arrival.t, arrival.value, seen.source.rules, utc_offset
        )
        seen.changes += changes
    return _row(seen, arrival, None, score, late=True)


def _row(
    seen: Watch, arrival: Arrival, result: Result | None, score: float | None, *, late: bool
) -> Row:
    """A measurement in the order of ``storage.COLUMNS``."""
    reading, terms = arrival.reading, seen.terms
    expected = lower = upper = None
    if result is not None:
        expected, lower, upper = result.expected, result.lower, result.upper
        minimum = seen.source.rules.minimum
        if minimum is not None and lower < minimum:
            lower = minimum
    return [
        seen.source.series_id, reading.time, arrival.value, _raw(arrival), arrival.unit, None,
        reading.key, reading.attributes, expected, lower, upper, score, late,
        terms.simulated, terms.received_at, arrival.baseline,
    ]  # fmt: skip


def _raw(arrival: Arrival) -> float | None:
    """The value as sent, where that says more than the value that is stored."""
    return None if arrival.unit is None else arrival.reading.value


def _meet_again(seen: Watch, arrival: Arrival, row: Row, utc_offset: float) -> None:
    """The batch has the same time twice: a repeat, or a correction of what was not yet stored."""
    if arrival.value in (row[VALUE], row[PREVIOUS]):
        seen.duplicates += 1
        return
    row[PREVIOUS], row[VALUE] = row[VALUE], arrival.value
    row[RAW_VALUE], row[RAW_UNIT] = _raw(arrival), arrival.unit
    if arrival.baseline is not None:
        row[BASELINE] = arrival.baseline
    _revise(seen, arrival, row[PREVIOUS], utc_offset)


def _correct(seen: Watch, arrival: Arrival, utc_offset: float) -> None:
    """A reading of a stored time: a repeat of its value or of the one before, else a revision."""
    place, stored = (seen.source.series_id, arrival.reading.time), seen.terms.stored
    known = stored[place]
    if arrival.value in known:
        seen.duplicates += 1
        return
    stored[place] = Stored(arrival.value, known.value)
    row = _row(seen, arrival, None, None, late=False)
    row[PREVIOUS] = known.value
    seen.corrections.append(row)
    _revise(seen, arrival, known.value, utc_offset)


def _revise(seen: Watch, arrival: Arrival, before: float, utc_offset: float) -> None:
    seen.revised += 1
    if not seen.terms.quiet:
        seen.changes += engine.revise(seen.state, arrival.t, arrival.value, before, utc_offset)


def newest_time(state: SeriesState) -> datetime | None:
    """The moment of a series' newest reading, ``None`` before its first one."""
    return moment(state.newest) if state.n_seen else None
