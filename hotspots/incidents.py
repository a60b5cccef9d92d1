"""Which hotspots belong together: those of one entity that opened close to one another."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from .models import Entity, Hotspot
from .watching import Watch

INCIDENT_WINDOW = timedelta(minutes=15)
INCIDENT_INTERVALS = 2


class Opened(NamedTuple):
    """What of a hotspot says where it belongs."""

    pk: int
    series_id: int
    opened_at: datetime
    incident_id: int | None


class Incidents:
    """The active hotspots of the entities at hand: what opens close to one belongs to it.

    The entities are locked first. Two metrics of one plant come in by two transactions as often
    as by one, and neither of these would see what the other is about to open.
    """

    def __init__(self, watches: Iterable[Watch]) -> None:
        entities = {
            seen.source.entity_id
            for seen in watches
            if any(change.kind == "opened" for change in seen.changes)
        }
        self.open: dict[int, list[Opened]] = {}
        if entities:
            locked = Entity.objects.filter(pk__in=entities).order_by("pk")
            list(locked.select_for_update(no_key=True).values_list("pk"))
            rows = Hotspot.objects.active().filter(series__entity__in=entities).order_by("pk")
            for entity, *row in rows.values_list("series__entity", *Opened._fields):
                self.open.setdefault(entity, []).append(Opened(*row))

    def of(self, hotspot: Hotspot, seen: Watch) -> int | None:
        """The id of the hotspot that began the incident, ``None`` if this one begins it."""
        span = timedelta(seconds=INCIDENT_INTERVALS * seen.state.rex.interval)
        window = max(INCIDENT_WINDOW, span)
        for other in self.open.get(seen.source.entity_id, []):
            apart = abs(other.opened_at - hotspot.opened_at)
            if other.series_id != hotspot.series_id and apart <= window:
                return other.incident_id or other.pk
        return None

    def add(self, hotspot: Hotspot) -> None:
        """Note a hotspot that opened in this transaction."""
        opened = Opened(hotspot.pk, hotspot.series_id, hotspot.opened_at, hotspot.incident_id)
        self.open.setdefault(hotspot.series.entity_id, []).append(opened)
