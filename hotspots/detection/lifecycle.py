"""The episode of a series: what opens it, keeps it open, ends it, and brings it back.

::

    idle --finding--> open --normal readings in a row, or a correction--> resolved
                       ^                                                     |
                       '---- a finding on the same side, soon enough --------'

Functions change the episode in place and return what a hotspot row has to show. They depend
on the readings alone: neither the clock nor how readings were batched makes a difference.
"""

from math import inf, nextafter
from typing import NamedTuple

from .episode import IDLE, OPEN, PERIODS, RESOLVED, Episode, SeriesState
from .finding import Finding
from .findings import DATA_QUALITY, FLATLINE, POLICY, REASONS, SILENT
from .ladder import Rules
from .rex import Result
from .slots import DAILY_INTERVAL, DAY

OPENING_BAND_EVENTS = 50
REOPEN_EVENTS = 100
FLAPPING_REOPENINGS = 3
FLAPPING_SECONDS = DAY
FLAPPING_EVENTS = 100
#: A flapping episode ends only after this many normal readings.
FLAPPING_CLEAR_POINTS = 100


class Change(NamedTuple):
    """One step of an episode, with the episode's figures right after it.

    ``kind`` is opened, updated, escalated, reopened or resolved. ``finding`` is what the
    hotspot shows from now on, ``None`` if it shows the same as before.
    """

    kind: str
    at: float
    finding: Finding | None
    severity: int
    score: float
    occurrences: int
    last_seen_at: float
    labels: tuple[str, ...]
    flapping: bool


def advance(
    state: SeriesState, result: Result, finding: Finding | None, rules: Rules
) -> list[Change]:
    """Take one reading into the series' episode."""
    episode, changes = state.episode, []
    if episode.phase == OPEN and episode.reason == SILENT:  # it speaks again
        changes.append(_resolve(episode, result.t))
    if episode.phase == OPEN:
        change = _go_on(state, result, finding, rules)
    else:
        episode.since_resolved += episode.phase == RESOLVED
        change = start(state, finding) if finding else None
        if not change and episode.since_resolved >= REOPEN_EVENTS and not episode.behind:
            forget(state)
    return [*changes, change] if change else changes


def start(state: SeriesState, finding: Finding) -> Change:
    """Open an episode, or re-open the last one if the finding belongs to it."""
    episode = state.episode
    if _belongs(episode, finding):
        return _reopen(state, finding)
    fresh = Episode(phase=OPEN, opened_at=finding.at, side=finding.side)
    fresh.below, fresh.above = finding.expected - finding.lower, finding.upper - finding.expected
    state.episode = fresh
    _show(fresh, finding)
    return _count(fresh, finding, "opened", shown=True)


def resolve_corrected(episode: Episode, at: float, value: float, seen_at: float) -> Change | None:
    """A reading was corrected: end the episode if that was its cause, else count one less.

    Args:
        at: time of the reading.
        value: what it is now said to have been.
        seen_at: event time at which the correction takes effect.
    """
    if episode.phase != OPEN or at != episode.cause_at:
        return None
    episode.cause_value = value
    return _without_cause(episode, seen_at)


def resolve_less_used(episode: Episode, change: float, seen_at: float) -> Change | None:
    """Another reading of the period whose total is too high was corrected by ``change``."""
    if episode.phase != OPEN:
        return None
    episode.cause_upper -= change
    return _without_cause(episode, seen_at)


def _without_cause(episode: Episode, seen_at: float) -> Change | None:
    if not episode.cause_lower <= episode.cause_value <= episode.cause_upper:
        return None
    if episode.occurrences > 1 and not episode.cause_period:
        episode.occurrences -= 1
        return step(episode, "updated", seen_at)
    episode.mark("corrected")
    return _resolve(episode, seen_at)


def add_late(episode: Episode, at: float) -> Change | None:
    """Count a late anomalous reading in if the open episode's span covers it."""
    if episode.phase != OPEN or not episode.opened_at <= at <= episode.last_seen_at:
        return None
    episode.occurrences += 1
    return step(episode, "updated", episode.last_seen_at)


def _belongs(episode: Episode, finding: Finding) -> bool:
    if DATA_QUALITY in (episode.rule, finding.rule) and episode.reason != finding.reason:
        return False
    return (
        episode.phase == RESOLVED
        and episode.since_resolved <= REOPEN_EVENTS
        and episode.side == finding.side
    )


def _reopen(state: SeriesState, finding: Finding) -> Change:
    episode = state.episode
    episode.phase, episode.events, episode.clear, episode.beyond = OPEN, 0, 0, 0
    episode.since_resolved = 0
    episode.reopenings += 1
    _note_flapping(episode, finding.at, state.n_seen)
    shown = finding.rank > _rank(episode)
    if shown:
        _show(episode, finding)
    return _count(episode, finding, "reopened", shown=shown)


def _note_flapping(episode: Episode, at: float, n: int) -> None:
    """Three re-openings within a day or a hundred readings: the row goes to and fro."""
    if episode.reopenings >= FLAPPING_REOPENINGS and (
        at - episode.reopened_at_1 <= FLAPPING_SECONDS
        or n - episode.reopened_n_1 <= FLAPPING_EVENTS
    ):
        episode.flapping = 1
    episode.reopened_at_1, episode.reopened_at_2 = episode.reopened_at_2, at
    episode.reopened_n_1, episode.reopened_n_2 = episode.reopened_n_2, n


def _go_on(
    state: SeriesState, result: Result, finding: Finding | None, rules: Rules
) -> Change | None:
    """One reading of an open episode."""
    episode = state.episode
    episode.events += 1
    if _is_about_the_level(state, result):
        _note_level_shift(episode, result)
    if finding is not None:
        episode.clear = 0
        return _add(episode, finding)
    if not _is_normal(state, result):
        episode.clear = 0
        episode.last_seen_at = result.t
        return None if episode.flapping else step(episode, "updated", result.t)
    episode.clear += 1
    if episode.has("level_shift"):
        episode.mark("adapted")
        return _resolve(episode, result.t)
    if episode.clear >= _clear_points(episode, result, rules):
        return _resolve(episode, result.t)
    return None


def _add(episode: Episode, finding: Finding) -> Change | None:
    """A further finding: a worse one is shown, a more severe one escalates.

    Of a flapping episode only the latter is told.
    """
    worse = finding.severity > episode.severity
    shown = finding.rank > _rank(episode) and (worse or not episode.flapping)
    if shown:
        _show(episode, finding)
    change = _count(episode, finding, "escalated" if worse else "updated", shown=shown)
    return None if episode.flapping and not worse else change


def _is_normal(state: SeriesState, result: Result) -> bool:
    """Whether a reading without a finding counts towards the episode's end.

    At first the band is the opening's, laid around what is expected now: the present band
    widens with every anomalous reading that is learned. It is for as long as the old normal
    is kept.
    """
    episode = state.episode
    if episode.rule == POLICY:
        return True
    if episode.reason == FLATLINE:
        return state.run == 1
    if result.raw > 0:
        return False
    if episode.events <= OPENING_BAND_EVENTS or state.is_frozen(result.t):
        low, high = result.expected - episode.below, result.expected + episode.above
    else:
        low, high = result.lower, result.upper
    return low <= result.value <= high


def _is_about_the_level(state: SeriesState, result: Result) -> bool:
    """Whether a lasting new level ends the episode: not of a target or a stuck sensor."""
    episode = state.episode
    if episode.rule == POLICY or episode.reason == FLATLINE:
        return False
    return not state.is_frozen(result.t)


def _note_level_shift(episode: Episode, result: Result) -> None:
    """Count readings in a row on one side of the opening's band."""
    if result.value > result.expected + episode.above:
        episode.beyond = max(episode.beyond, 0) + 1
    elif result.value < result.expected - episode.below:
        episode.beyond = min(episode.beyond, 0) - 1
    else:
        episode.beyond = 0
    if abs(episode.beyond) >= OPENING_BAND_EVENTS:
        episode.mark("level_shift")


def _clear_points(episode: Episode, result: Result, rules: Rules) -> int:
    if episode.flapping:
        return max(FLAPPING_CLEAR_POINTS, rules.clear_points)
    return rules.clear_points_daily if result.interval >= DAILY_INTERVAL else rules.clear_points


def _rank(episode: Episode) -> tuple[int, int, float]:
    return episode.severity, -episode.rule, episode.measure


def _show(episode: Episode, finding: Finding) -> None:
    """Let the hotspot show this finding; its severity never falls."""
    episode.rule, episode.reason, episode.side = finding.rule, finding.reason, finding.side
    episode.severity, episode.measure = finding.severity, finding.measure
    episode.cause_at, episode.cause_value = finding.at, finding.given
    episode.cause_lower, episode.cause_upper = finding.lower, finding.upper
    episode.cause_period = 0
    if finding.rule == POLICY:  # at the bound itself it is a finding still
        episode.cause_lower, episode.cause_upper = -inf, nextafter(finding.allowed, -inf)
        episode.cause_period = PERIODS.index(finding.detail)


def _count(episode: Episode, finding: Finding, kind: str, *, shown: bool) -> Change:
    """Count an anomalous reading."""
    episode.occurrences += 1
    episode.score = max(episode.score, finding.score)
    episode.last_seen_at = finding.at
    if finding.rule == DATA_QUALITY:
        episode.mark(REASONS[finding.reason])
    return step(episode, kind, finding.at, finding if shown else None)


def _resolve(episode: Episode, at: float) -> Change:
    episode.phase, episode.since_resolved, episode.clear = RESOLVED, 0, 0
    return step(episode, "resolved", at)


def step(episode: Episode, kind: str, at: float, finding: Finding | None = None) -> Change:
    """A change with the episode's present figures."""
    return Change(
        kind, at, finding, episode.severity, episode.score, episode.occurrences,
        episode.last_seen_at, episode.label_names(), bool(episode.flapping),
    )  # fmt: skip


def forget(state: SeriesState) -> None:
    """An analyst closed the hotspot: the next finding opens another."""
    state.episode, state.pending = Episode(phase=IDLE), None
