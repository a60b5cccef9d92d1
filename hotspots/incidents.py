"""Which hotspots belong together: those of one entity that opened close to one another."""

from collections.abc import Iterable
from datetime import timedelta

from .models import Entity, Hotspot
from .watching import Watch

INCIDENT_WINDOW = timedelta(minutes=15)
INCIDENT_INTERVALS = 2


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
        self.open: dict[int, list[Hotspot]] = {}
        if entities:
            locked = Entity.objects.filter(pk__in=entities).order_by("pk")
            list(locked.select_for_update(no_key=True).values_list("pk"))
            rows = Hotspot.objects.active().filter(series__entity__in=entities)
            for row in rows.select_related("series").order_by("pk"):
                self.add(row)

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
        self.open.setdefault(hotspot.series.entity_id, []).append(hotspot)
