"""What the list of alerts takes in its query."""

from django.db.models import QuerySet
from rest_framework import serializers

from hotspots.models import Hotspot
from streams.rest.strict import Choices, Ids, ListQuery, Texts

from .models import Alert


class AlertQuery(ListQuery):
    """Filters of the list; values of one parameter are alternatives."""

    status = Choices(Alert.Status.choices)
    level = Choices(Hotspot.Severity.choices)
    entity = Texts(max_length=200)
    hotspot_id = Ids()
    storm_id = Ids()
    suppressed = serializers.BooleanField(
        required=False, allow_null=True, help_text="Whether it calls nobody"
    )

    lookups = {
        "status": "status__in",
        "level": "level__in",
        "entity": "hotspot__series__entity__name__in",
        "hotspot_id": "hotspot_id__in",
        "storm_id": "storm_id__in",
    }

    def filtered(self, rows: QuerySet) -> QuerySet:
        """Return the rows that match; hidden ones say by what."""
        found = super().filtered(rows)
        suppressed = self.validated_data.get("suppressed")
        if suppressed is None:
            return found
        return found.exclude(suppressed_by="") if suppressed else found.filter(suppressed_by="")
