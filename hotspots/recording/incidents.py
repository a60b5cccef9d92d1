"""Which hotspots belong together: those of one entity that opened close to one another."""

from collections.abc import Iterable
from datetime import timedelta

from hotspots.batch.watching import Watch
from hotspots.models import Hotspot

from .surroundings import Opened

INCIDENT_WINDOW = timedelta(minutes=15)
INCIDENT_INTERVALS = 2


class Incidents:
    """The active hotspots of the entities at hand: what opens close to one belongs to it.

    Args:
        active: those of all entities in which something opens, which the caller locked.
    """

    def __init__(self, active: Iterable[Opened]) -> None:
        self.open: dict[int, list[Opened]] = {}
        for opened in active:
            self.open.setdefault(opened.entity_id, []).append(opened)

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
        entity_id = hotspot.series.entity_id
        opened = Opened(
            entity_id, hotspot.pk, hotspot.series_id, hotspot.opened_at, hotspot.incident_id
        )
        self.open.setdefault(entity_id, []).append(opened)
