"""The shapes of hotspots over REST: commands that come in, rows that go out."""

from typing import Any

from rest_framework import serializers

from streams.rest.strict import Strict

from .models import Hotspot
from .rows import hotspot_row


class HotspotSerializer(serializers.ModelSerializer):
    """A hotspot. ``hotspot_row`` makes it; the fields here only describe it."""

    entity = serializers.CharField()
    entity_type = serializers.CharField()
    metric = serializers.CharField()
    unit = serializers.CharField()
    evidence = serializers.DictField()

    class Meta:
        model = Hotspot
        exclude = ["series", "silence"]

    def to_representation(self, instance: Hotspot) -> dict[str, Any]:
        """Return the row as the socket sends it."""
        return hotspot_row(instance)


class LabelCommand(Strict):
    """What an analyst found: was the finding right?"""

    label = serializers.ChoiceField(["true_positive", "false_positive"])  # type: ignore[assignment]


class PointSerializer(serializers.Serializer):
    """One reading, in the metric's canonical unit, with what was expected at that moment."""

    time = serializers.DateTimeField()
    value = serializers.FloatField()
    expected = serializers.FloatField(allow_null=True)
    lower = serializers.FloatField(allow_null=True)
    upper = serializers.FloatField(allow_null=True)
    score = serializers.FloatField(allow_null=True)


class SeriesSerializer(serializers.Serializer):
    """The readings around a hotspot's opening, oldest first."""

    entity = serializers.CharField()
    metric = serializers.CharField()
    unit = serializers.CharField()
    points = PointSerializer(many=True)
