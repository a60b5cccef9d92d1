"""Storms: many hotspots that begin to ask at once make one alert that speaks for all of them.

More than ``ALERT_STORM_HOTSPOTS`` hotspots within ``ALERT_STORM_SECONDS`` by the clock are a
storm. What began to ask in that time and what begins as long as it lasts is stored and sent as
always, but calls nobody (``suppressed_by``): the storm's own alert does. It is over when fewer
than half as many joined in the last ``ALERT_STORM_SECONDS``, and its alert is resolved when all
that joined are. An alert that is resolved speaks for nobody: whatever is still open in its storm,
because a person resolved it or because somebody joined at that moment, calls for itself.

The database allows one storm at a time: of several processes that see one begin, one makes the
alert and the others join it. They join without a lock on it, and nobody waits for another's
alerts, so that a storm never makes writers wait in a circle.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError
from django.db.models import F, Q
from django.utils import timezone

from streams import events

from .models import Alert, AlertQuerySet
from .storage import save
from .tally import LEVELS, Tally

Status = Alert.Status
NOTE = "alerts.storm"
PREFIX = "storm "  # of what ``suppressed_by`` says
RELEASED = 200  # members at most that one round lets go


class Gate:
    """What a transaction knows of storms: looked up once, when something first begins to ask."""

    def __init__(self, at: datetime) -> None:
        asking = _asked_since(at - _window()).unresolved()
        either = asking | Alert.objects.storms().filter(storm_running=True)
        storms_first = either.order_by(F("hotspot_id").asc(nulls_first=True)).distinct()
        found = storms_first.values_list("hotspot_id", flat=True)
        self.asking: set[int | None] = set(found[: settings.ALERT_STORM_HOTSPOTS + 1])
        self.storm = running(at) if None in self.asking else None
        self.asking.discard(None)

    def is_storm_with(self, alert: Alert) -> bool:
        """Whether there is a storm, now that this alert asks too."""
        self.asking.add(alert.hotspot_id)
        return self.storm is not None or len(self.asking) > settings.ALERT_STORM_HOTSPOTS


def admit(alert: Alert) -> None:
    """Let an alert begin to ask; in a storm it joins that instead. The caller saves it."""
    alert.raised_at, alert.storm = timezone.now(), None
    if not settings.ALERT_STORM_HOTSPOTS:
        return
    notes = events.notes()
    gate = notes.get(NOTE) or notes.setdefault(NOTE, Gate(alert.raised_at))
    if gate.is_storm_with(alert):
        gate.storm = gate.storm or _begin(alert)
        _join(alert, gate.storm)


def running(at: datetime) -> Alert | None:
    """The storm that goes on at a moment, if any."""
    storm = Alert.objects.storms().filter(storm_running=True).first()
    return None if storm is None or _is_over(storm, at) else storm


def tend(at: datetime) -> int:
    """Bring the storms' alerts up to date with what joined and what was resolved.

    Also lets go of members whose storm's alert is resolved, ``RELEASED`` of them at most.

    Returns:
        The number of alerts, of storms and of members, that changed.
    """
    storms = Alert.objects.storms()
    going_on = storms.unresolved() | storms.filter(storm_running=True)
    told = [_tend(pk, at) for pk in list(going_on.order_by("pk").values_list("pk", flat=True))]
    return sum(told) + _release()


def name(storm_id: int) -> str:
    """What ``suppressed_by`` says of a storm."""
    return f"{PREFIX}{storm_id}"


def _begin(alert: Alert) -> Alert:
    """Make the storm's alert and take in what began to ask a moment ago, or join another's."""
    at = alert.raised_at or timezone.now()
    for pk in Alert.objects.storms().filter(storm_running=True).values_list("pk", flat=True):
        _tend(pk, at)  # one that nobody has ended yet
    early = _asked_since(at - _window()).filter(status=Status.ACTIVE).with_names()
    members = list(early.order_by("pk")[: settings.ALERT_STORM_HOTSPOTS])
    storm = Alert(storm_running=True, raised_at=at)
    _tell(storm, Tally.of([*members, alert]))
    try:
        with events.batch():  # waits for whoever makes one at this moment
            save(storm, by=None, via="engine")
    except IntegrityError:
        return Alert.objects.storms().get(storm_running=True)
    for member in _free([member.pk for member in members]):
        _join(member, storm)
        save(member, by=None, via="engine")
    return storm


def _free(alert_ids: list[int]) -> list[Alert]:
    """Those alerts that still ask, locked; one that somebody is busy with stays as it is."""
    rows = Alert.objects.with_names().filter(pk__in=alert_ids, suppressed_by="")
    rows = rows.filter(status=Status.ACTIVE).order_by("pk")
    return list(rows.select_for_update(no_key=True, skip_locked=True, of=("self",)))


def _release() -> int:
    """Let members call for themselves that no unresolved alert of a storm speaks for.

    They do not make a storm again (``raised_at`` is empty): who resolved its alert has seen it.
    """
    orphans = Q(storm__status=Status.RESOLVED) | Q(storm=None)
    hidden = Alert.objects.filter(orphans, status__in=(Status.ACTIVE, Status.ACKNOWLEDGED))
    found = hidden.filter(suppressed_by__startswith=PREFIX).order_by("pk")
    if not (members := list(found.values_list("pk", flat=True)[:RELEASED])):
        return 0
    with events.batch():
        rows = hidden.filter(pk__in=members, suppressed_by__startswith=PREFIX)
        free = rows.select_for_update(no_key=True, skip_locked=True, of=("self",))
        released = list(free.with_names().order_by("pk"))
        for member in released:
            member.suppressed_by, member.storm, member.raised_at = "", None, None
            save(member, by=None, via="engine")
    return len(released)


def _join(alert: Alert, storm: Alert) -> None:
    alert.storm, alert.suppressed_by = storm, name(storm.pk)


def _asked_since(at: datetime) -> AlertQuerySet:
    return Alert.objects.filter(raised_at__gt=at, suppressed_by="", hotspot__isnull=False)


def _window() -> timedelta:
    return timedelta(seconds=settings.ALERT_STORM_SECONDS)


def _is_over(storm: Alert, at: datetime) -> bool:
    enough = max(1, settings.ALERT_STORM_HOTSPOTS // 2)
    late = Alert.objects.filter(storm=storm, raised_at__gt=at - _window())
    return len(late.values_list("pk")[:enough]) < enough


def _tend(storm_id: int, at: datetime) -> bool:
    with events.batch():
        free = Alert.objects.select_for_update(no_key=True, skip_locked=True)
        storm = free.filter(pk=storm_id).first()
        if storm is None:
            return False  # somebody else is at it
        before = _image(storm)
        if storm.storm_running:
            if (tally := Tally.stored(storm)) is not None:
                _tell(storm, tally)
            storm.storm_running = not _is_over(storm, at)
        _settle(storm, at)
        if _image(storm) == before:
            return False
        save(storm, by=None, via="engine")
    return True


def _tell(storm: Alert, tally: Tally) -> None:
    """Let a storm's alert say what it speaks for; one that gets worse asks again."""
    worse = not storm.level or LEVELS.index(tally.level) > LEVELS.index(storm.level)
    if worse and storm.status == Status.ACKNOWLEDGED:
        storm.status, storm.acknowledged_at, storm.acknowledged_by = Status.ACTIVE, None, None
    storm.level = tally.level if worse else storm.level
    storm.hotspots, storm.simulated = tally.hotspots, tally.simulated
    storm.message = tally._replace(level=storm.level).message()


def _settle(storm: Alert, at: datetime) -> None:
    """Resolve the alert of a storm that is over if nothing in it is open any more."""
    if storm.storm_running or storm.status == Status.RESOLVED:
        return
    if not Alert.objects.filter(storm=storm).unresolved().exists():
        storm.status, storm.resolved_at = Status.RESOLVED, at


def _image(storm: Alert) -> tuple[object, ...]:
    return storm.status, storm.level, storm.hotspots, storm.message, storm.storm_running
