"""From the engine's changes to hotspot rows, and to whoever follows them."""

from collections.abc import Callable, Sequence
from copy import copy
from datetime import datetime, timedelta

from django.conf import settings

from hotspots.batch.watching import Watch
from hotspots.clock import moment
from hotspots.detection import news
from hotspots.detection.episode import SeriesState
from hotspots.detection.lifecycle import Change
from hotspots.models import Hotspot

from .incidents import Incidents
from .showing import apply
from .suppression import Suppression
from .surroundings import look_around

#: Called as ``follower(hotspot, change)`` in the transaction of the change, after the row was
#: saved. ``change`` is opened, escalated, updated, acknowledged, resolved, ignored, reopened,
#: suppressed (a silence hides it from now on) or released (none does any more).
#: When one transaction takes a hotspot through several steps, ``hotspot`` shows it as it was at
#: that step; a follower does not save it.
followers: list[Callable[[Hotspot, str], None]] = []


class Story:
    """One hotspot's steps within a transaction: saved once, at the end, and told one by one."""

    def __init__(self, hotspot: Hotspot) -> None:
        self.hotspot = hotspot
        self.steps: list[tuple[str, Hotspot]] = []
        self.is_new = hotspot.pk is None
        self.before = hotspot.status, hotspot.severity

    def add(self, kind: str, step: Hotspot) -> None:
        """Note the row as it is after a step; of plain updates only the last one is told."""
        if kind == "updated" and self.steps and self.steps[-1][0] == "updated":
            self.steps.pop()
        self.steps.append((kind, copy(step)))

    @property
    def makes_history(self) -> bool:
        """Whether more changed than figures."""
        hotspot = self.hotspot
        return self.is_new or (hotspot.status, hotspot.severity) != self.before

    def save(self) -> None:
        """Save the final state; ``write_history`` follows."""
        self.hotspot._history_user = None  # type: ignore[attr-defined]
        self.hotspot._change_reason = "engine"  # type: ignore[attr-defined]
        self.hotspot.save_without_historical_record()  # type: ignore[attr-defined]

    def tell(self) -> None:
        """Call the followers with each step, the last one with the saved row itself."""
        for number, (kind, step) in enumerate(self.steps, start=1):
            last = number == len(self.steps)
            step.pk, step.version = self.hotspot.pk, self.hotspot.version
            tell(self.hotspot if last else step, kind)


def tell(hotspot: Hotspot, change: str) -> None:
    """Call every follower."""
    for follower in followers:
        follower(hotspot, change)


def save_with_history(hotspot: Hotspot, *, by: object, via: str) -> None:
    """Save the row and who changed it, from where."""
    hotspot._history_user, hotspot._change_reason = by, via  # type: ignore[attr-defined]
    hotspot.save()


def write_history(stories: Sequence[Story]) -> None:
    """Keep what the saved rows say, in one statement for the new ones and one for the others."""
    for update in (False, True):
        rows = [s.hotspot for s in stories if s.makes_history and s.is_new is not update]
        if rows:
            Hotspot.history.bulk_history_create(rows, update=update)


def record(watches: Sequence[Watch]) -> list[int]:
    """Save what the watches changed, tell the followers, and return the hotspots' ids.

    The series are locked by the caller; existing hotspots are locked here, in the order of
    their keys, before the first of them is saved. What is not urgent is written a few seconds
    later, see :func:`updates.flush_pending`: then the hotspot is among the ids all the same.
    """
    touched = [seen for seen in watches if seen.changes]
    changed = [seen for seen in touched if not _postpone(seen)]
    around = look_around(changed)
    incidents, suppression = Incidents(around.active), Suppression(around.silences)
    rows = _lock([seen for seen in changed if seen.changes[0].kind != "opened"])
    stories: list[Story] = []
    for seen in changed:
        stories += _save_stories(stories_of(seen, rows, suppression), seen, incidents)
    write_history(stories)
    for story in stories:
        story.tell()
    waiting = [seen.first_hotspot for seen in touched if seen.state.episode.behind]
    return [*(story.hotspot.pk for story in stories), *waiting]


def due_at(state: SeriesState) -> datetime | None:
    """When the row of the series' hotspot may be brought up to date, if it is not."""
    episode = state.episode
    return moment(episode.written_at) + _pause() if episode.behind else None


def is_early(written_at: float, at: datetime) -> bool:
    """Whether a row was written so shortly before that its update has to wait.

    In times of the clock like ``due_at``, not in seconds as floats: these may say a little less
    than was waited, and who asks until nothing is due would ask for ever.
    """
    written = moment(written_at)
    return written <= at < written + _pause()


def _pause() -> timedelta:
    return timedelta(seconds=settings.HOTSPOT_UPDATE_SECONDS)


def _postpone(seen: Watch) -> bool:
    """Leave a lone update for later if the row was written a moment ago, by the clock.

    Else what has waited so far is shown with the first change, whatever that is.
    """
    state, changes = seen.state, news.merged(seen.changes)
    clock = seen.terms.received_at.timestamp()
    can_wait = [change.kind for change in changes] == ["updated"]
    if can_wait and is_early(state.episode.written_at, seen.terms.received_at):
        news.postpone(state, changes[0])
        return True
    waited = news.take_news(state)
    if waited is not None and changes[0].finding is None:
        changes[0] = changes[0]._replace(finding=waited.finding)
    seen.changes[:] = changes
    state.episode.written_at = clock
    return False


def _save_stories(told: list[Story], seen: Watch, incidents: Incidents) -> list[Story]:
    for story in told:
        if story.is_new:
            story.hotspot.incident_id = incidents.of(story.hotspot, seen)
        story.save()
        if story.is_new:
            incidents.add(story.hotspot)
    if told:
        seen.state.episode.hotspot = told[-1].hotspot.pk
    return told


def stories_of(seen: Watch, rows: dict[int, Hotspot], suppression: Suppression) -> list[Story]:
    """The rows that a series' changes make or touch, each in its final state, unsaved."""
    current = rows.get(seen.first_hotspot)
    told: list[Story] = []
    for change in seen.changes:
        if change.kind == "opened":
            current = _new(seen, change)
            told.append(Story(current))
        elif current is None:
            continue  # the row was deleted by hand
        elif not told:
            told.append(Story(current))
        apply(current, seen.source, change)
        suppression.hide(current, change)
        told[-1].add(change.kind, current)
    return told


def _lock(watches: Sequence[Watch]) -> dict[int, Hotspot]:
    """Lock the hotspots that the watches' changes go on with."""
    if not watches:
        return {}
    series = {seen.first_hotspot: seen.source for seen in watches}
    rows = Hotspot.objects.filter(pk__in=series).order_by("pk").select_for_update(no_key=True)
    found = {row.pk: row for row in rows}
    for pk, row in found.items():
        row.series = series[pk].series()
    return found


def _new(seen: Watch, change: Change) -> Hotspot:
    return Hotspot(
        series=seen.source.series(),
        opened_at=moment(change.at),
        simulated=seen.terms.simulated,
    )
