"""What belongs to a hotspot beside its own figures: its incident, and the silence that hides it."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from hotspots.models import Hotspot
from streams.backoffice.cells import EMPTY, age, chip, link, number

SHOWN = 50
INCIDENT_HEADS = ("Hotspot", "Metric", "Severity", "Status", "Value", "Opened")


def incident(row: Hotspot) -> list[list[Any]]:
    """The other hotspots of a hotspot's incident, oldest first, as cells."""
    began = row.incident_id or row.pk
    found = Hotspot.objects.with_names().filter(Q(incident_id=began) | Q(pk=began))
    return [
        [
            link(reverse("admin:hotspots_hotspot_change", args=[other.pk]), f"#{other.pk}"),
            other.series.metric_id,
            chip("severity", other.severity),
            chip("status", other.status),
            number(other.value, other.series.metric.unit),
            age(other.opened_at),
        ]
        for other in found.defer("series__state").exclude(pk=row.pk).order_by("pk")[:SHOWN]
    ]


def suppressor(row: Hotspot) -> SafeString | str:
    """What hides a hotspot, linked."""
    if not row.silence_id:
        return row.suppressed_by or EMPTY
    return link(reverse("admin:hotspots_silence_change", args=[row.silence_id]), row.suppressed_by)


def silence_url(request: HttpRequest, row: Hotspot) -> str:
    """Where to silence an open hotspot's series, for those who may."""
    if not row.is_active or row.suppressed_by or not request.user.has_perm("hotspots.add_silence"):
        return ""
    query: dict[str, str | int] = {"entity": row.series.entity_id, "metric": row.series.metric_id}
    return f"{reverse('admin:hotspots_silence_add')}?{urlencode(query)}"
