"""What a storm amounts to: how many hotspots on how many entities, how bad, from when to when."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from django.db.models import Count, Max, Min, Q

from hotspots.models import Hotspot

from .models import Alert

#: from the least to the worst
LEVELS = [severity.value for severity in Hotspot.Severity]


class Tally(NamedTuple):
    """The alerts of a storm, counted; ``first`` and ``last`` are when they began to ask."""

    hotspots: int
    entities: int
    level: str
    first: datetime
    last: datetime
    simulated: bool

    @classmethod
    def of(cls, members: Sequence[Alert]) -> "Tally":
        """Count alerts that are at hand, with their names."""
        raised = [alert.raised_at for alert in members if alert.raised_at]
        return cls(
            len({alert.hotspot_id for alert in members}),
            len({alert.hotspot.series.entity_id for alert in members if alert.hotspot}),
            max((alert.level for alert in members), key=LEVELS.index),
            min(raised),
            max(raised),
            all(alert.simulated for alert in members),
        )

    @classmethod
    def stored(cls, storm: Alert) -> "Tally | None":
        """Count a storm's alerts in the database; ``None`` if it has none (any more)."""
        members = Alert.objects.filter(storm=storm)
        found = members.aggregate(
            hotspots=Count("hotspot", distinct=True),
            entities=Count("hotspot__series__entity", distinct=True),
            first=Min("raised_at"),
            last=Max("raised_at"),
            real=Count("pk", filter=Q(simulated=False)),
        )
        if not found["hotspots"]:
            return None
        levels = members.order_by().values_list("level", flat=True).distinct()
        return cls(
            found["hotspots"],
            found["entities"],
            max(levels, key=LEVELS.index),
            found["first"],
            found["last"],
            not found["real"],
        )

    def message(self) -> str:
        """Return one sentence."""
        entities = f"{self.entities:,} {'entity' if self.entities == 1 else 'entities'}"
        return (
            f"Storm: {self.hotspots:,} hotspots on {entities} came up between"
            f" {_span(self.first, self.last)} UTC, the worst {self.level}."
        )


def _span(first: datetime, last: datetime) -> str:
    """Two moments of UTC; the day is said once if it is the same."""
    first, last = first.astimezone(UTC), last.astimezone(UTC)
    same_day = first.date() == last.date()
    return f"{first:%Y-%m-%d %H:%M:%S} and {last:{'%H:%M:%S' if same_day else '%Y-%m-%d %H:%M:%S'}}"
