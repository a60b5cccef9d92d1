"""What a storm amounts to: how many hotspots on how many entities, and how bad."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Count, Q

from hotspots.models import Hotspot

from .models import Alert

#: from the least to the worst
LEVELS = [severity.value for severity in Hotspot.Severity]


class Tally(NamedTuple):
    """The alerts of a storm, counted."""

    hotspots: int
    entities: int
    level: str
    simulated: bool

    @classmethod
    def of(cls, members: Sequence[Alert]) -> "Tally":
        """Count alerts that are at hand, with their names."""
        return cls(
            len({alert.hotspot_id for alert in members}),
            len({alert.hotspot.series.entity_id for alert in members if alert.hotspot}),
            max((alert.level for alert in members), key=LEVELS.index),
            all(alert.simulated for alert in members),
        )

    @classmethod
    def stored(cls, storm: Alert) -> "Tally | None":
        """Count a storm's alerts in the database; ``None`` if it has none (any more)."""
        members = Alert.objects.filter(storm=storm)
        found = members.aggregate(
            hotspots=Count("hotspot", distinct=True),
            entities=Count("hotspot__series__entity", distinct=True),
            real=Count("pk", filter=Q(simulated=False)),
        )
        if not found["hotspots"]:
            return None
        levels = members.order_by().values_list("level", flat=True).distinct()
        return cls(
            found["hotspots"],
            found["entities"],
            max(levels, key=LEVELS.index),
            not found["real"],
        )

    def message(self) -> str:
        """Return one sentence; no times, which every page shows in its reader's own zone."""
        entities = f"{self.entities:,} {'entity' if self.entities == 1 else 'entities'}"
        return f"Storm: {self.hotspots:,} hotspots on {entities}, the worst {self.level}."
