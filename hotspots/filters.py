"""What the routes of hotspots take in their query."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework import serializers

from streams.rest.strict import Choices, Ids, ListQuery, Query, Texts

from .models import Hotspot

MAX_POINTS = 1000


class HotspotQuery(ListQuery):
    """Filters of the list; values of one parameter are alternatives."""

    status = Choices(Hotspot.Status.choices)
    severity = Choices(Hotspot.Severity.choices)
    entity = Texts(max_length=200)
    entity_type = Texts(max_length=40)
    metric = Texts(max_length=100)
    incident_id = Ids(help_text="The hotspot that began an incident, and all that joined it")
    suppressed = serializers.BooleanField(
        required=False, allow_null=True, help_text="Whether a silence hides it"
    )
    opened_after = serializers.DateTimeField(required=False, help_text="At or after (ISO 8601)")
    opened_before = serializers.DateTimeField(required=False, help_text="Before (ISO 8601)")

    lookups = {
        "status": "status__in",
        "severity": "severity__in",
        "entity": "series__entity__name__in",
        "entity_type": "series__entity__entity_type__in",
        "metric": "series__metric__in",
        "opened_after": "opened_at__gte",
        "opened_before": "opened_at__lt",
    }

    def filtered(self, rows: QuerySet) -> QuerySet:
        """Return the rows that match; an incident is called by the hotspot that began it."""
        found, given = super().filtered(rows), self.validated_data
        if "incident_id" in given:
            ids = given["incident_id"]
            found = found.filter(Q(incident_id__in=ids) | Q(pk__in=ids))
        if given.get("suppressed") is not None:
            bare = Q(suppressed_by="")
            found = found.filter(~bare if given["suppressed"] else bare)
        return found

    def order(self, given: Mapping[str, Any]) -> str:
        """Go by the time that is asked for, else by the row's age."""
        return "opened_at" if {"opened_after", "opened_before"} & set(given) else "pk"


class SeriesQuery(Query):
    """How many readings to show around a hotspot's opening."""

    before = serializers.IntegerField(default=200, min_value=0, max_value=MAX_POINTS)
    after = serializers.IntegerField(default=500, min_value=1, max_value=MAX_POINTS)
