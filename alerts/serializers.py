"""The shape of an alert over REST."""

from typing import Any

from rest_framework import serializers

from .models import Alert
from .rows import alert_row


class AlertSerializer(serializers.ModelSerializer):
    """An alert. ``alert_row`` makes it; the fields here only describe it."""

    hotspot_id = serializers.IntegerField(allow_null=True, help_text="Null: a storm's alert")
    storm_id = serializers.IntegerField(allow_null=True, help_text="The alert that speaks for it")
    entity = serializers.CharField()
    entity_type = serializers.CharField()
    metric = serializers.CharField()
    acknowledged_by = serializers.CharField(allow_null=True)

    class Meta:
        model = Alert
        exclude = ["hotspot", "storm", "storm_running", "raised_at"]

    def to_representation(self, instance: Alert) -> dict[str, Any]:
        """Return the row as the socket sends it."""
        return alert_row(instance)
