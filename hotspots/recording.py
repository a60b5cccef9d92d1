"""From the engine's changes to hotspot rows, and to whoever follows them."""

from collections.abc import Callable, Sequence
from copy import copy

from .clock import moment
from .detection import explain
from .detection.findings import DATA_QUALITY, Finding
from .detection.ladder import Severity
from .detection.lifecycle import Change
from .detection.rex import WARM_UP
from .incidents import Incidents
from .models import Hotspot
from .suppression import Suppression
from .watching import Watch

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

    def save(self) -> None:
        """Save the final state; figures that change without status or severity need no history."""
        hotspot = self.hotspot
        if self.is_new or (hotspot.status, hotspot.severity) != self.before:
            save_with_history(hotspot, by=None, via="engine")
        else:
            hotspot.save_without_historical_record()  # type: ignore[attr-defined]

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


def record(watches: Sequence[Watch]) -> list[int]:
    """Save what the watches changed, tell the followers, and return the hotspots' ids.

    The series are locked by the caller; existing hotspots are locked here, in the order of
    their keys, before the first of them is saved.
    """
    changed = [seen for seen in watches if seen.changes]
    incidents, suppression = Incidents(changed), Suppression(changed)
    rows = _lock([seen for seen in changed if seen.changes[0].kind != "opened"])
    stories: list[Story] = []
    for seen in changed:
        stories += _save_stories(stories_of(seen, rows, suppression), seen, incidents)
    for story in stories:
        story.tell()
    return [story.hotspot.pk for story in stories]


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
        apply(current, seen, change)
        suppression.hide(current, change)
        told[-1].add(change.kind, current)
    return told


def apply(hotspot: Hotspot, seen: Watch, change: Change) -> None:
    """Take one change over into the row."""
    if change.finding is not None:
        show(hotspot, seen, change.finding)
    hotspot.severity = Severity(change.severity).name.lower()
    hotspot.score, hotspot.occurrences = change.score, change.occurrences
    hotspot.flapping, hotspot.last_seen_at = change.flapping, moment(change.last_seen_at)
    hotspot.evidence = {**hotspot.evidence, "labels": list(change.labels)}
    if change.kind == "resolved":
        hotspot.status, hotspot.resolved_at = Hotspot.Status.RESOLVED, moment(change.at)
    elif change.kind == "reopened":
        hotspot.status, hotspot.resolved_at = Hotspot.Status.OPEN, None
        if hotspot.rule != Hotspot.Rule.DATA_QUALITY:  # what was pending expired meanwhile
            hotspot.advice, hotspot.advice_reason = Hotspot.Advice.PENDING, ""


def show(hotspot: Hotspot, seen: Watch, finding: Finding) -> None:
    """Let the row show a finding."""
    minimum, unit = seen.source.rules.minimum, seen.source.metric.unit
    known = finding.n >= WARM_UP[finding.kind]
    was_in_doubt = hotspot.rule == Hotspot.Rule.DATA_QUALITY
    lower = finding.lower if minimum is None else max(finding.lower, minimum)
    hotspot.value, hotspot.baseline = finding.value, finding.baseline
    hotspot.expected_low = lower if known else None
    hotspot.expected_high = finding.upper if known else None
    hotspot.percent_above = explain.percent_above(finding)
    hotspot.rule, hotspot.reason = explain.rule_name(finding), explain.reason_name(finding)
    hotspot.side = Hotspot.Side.HIGH if finding.side > 0 else Hotspot.Side.LOW
    hotspot.explanation = explain.explanation(finding, unit)
    hotspot.evidence = explain.evidence(finding, ())
    if finding.rule == DATA_QUALITY:
        hotspot.advice = Hotspot.Advice.NONE
        hotspot.advice_reason = "The data is in doubt: nothing to act on yet."
    elif was_in_doubt:  # it turned out to be more than the data
        hotspot.advice, hotspot.advice_reason = Hotspot.Advice.PENDING, ""


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
