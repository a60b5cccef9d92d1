"""The shapes of series and targets over REST."""

from typing import Any

from rest_framework import serializers

from hotspots.models import Series, Target
from streams.rest.strict import NumberField, Strict

from .rows import series_row


class SeriesRowSerializer(serializers.ModelSerializer):
    """A series. ``series_row`` makes it; the fields here only describe it."""

    entity = serializers.CharField()
    entity_type = serializers.CharField()
    metric = serializers.CharField()
    unit = serializers.CharField()
    last_value = serializers.FloatField(allow_null=True)
    interval_seconds = serializers.FloatField(allow_null=True)
    learning = serializers.BooleanField()
    effective_threshold = serializers.FloatField()
    frozen_until = serializers.DateTimeField(allow_null=True)
    rebuild_offered = serializers.BooleanField()
    targets = serializers.DictField(child=serializers.FloatField())
    hotspot_id = serializers.IntegerField(allow_null=True)
    provisional_baseline = serializers.FloatField(allow_null=True)

    class Meta:
        model = Series
        fields = [
            "id", "entity", "entity_type", "metric", "unit", "count", "last_time", "last_value",
            "interval_seconds", "learning", "threshold", "effective_threshold", "frozen_until",
            "rebuild_offered", "targets", "hotspot_id", "provisional_baseline", "simulated",
            "version",
        ]  # fmt: skip

    def to_representation(self, instance: Series) -> dict[str, Any]:
        """Return the row as every route answers it."""
        return series_row(instance)


class TargetSerializer(serializers.ModelSerializer):
    """A target; ``value`` is in ``unit``, the metric's own."""

    entity = serializers.CharField()
    metric = serializers.CharField()
    unit = serializers.CharField()

    class Meta:
        model = Target
        fields = ["id", "entity", "metric", "unit", "period", "value", "version"]


def target_row(target: Target) -> dict[str, Any]:
    """Return the row as JSON-ready values."""
    return {
        "id": target.pk,
        "entity": target.entity.name,
        "metric": target.metric.name,
        "unit": target.metric.unit,
        "period": target.period,
        "value": target.value,
        "version": target.version,
    }


class ThresholdCommand(Strict):
    """The score from which a hotspot of the series opens; null: the metric's holds."""

    threshold = NumberField(allow_null=True)


class FreezeCommand(Strict):
    """For how many days the old normal is to be kept; parts of days are fine."""

    days = NumberField(default=7.0, min_value=0, max_value=7)


class TargetCommand(Strict):
    """What an entity may use of a metric in a period, in ``unit`` or the metric's own."""

    entity = serializers.CharField(max_length=200)
    metric = serializers.CharField(max_length=100)
    period = serializers.ChoiceField(Target.Period.choices, default=Target.Period.READING)
    value = NumberField()
    unit = serializers.CharField(max_length=32, required=False)


class TargetChange(Strict):
    """Another value of a target, in ``unit`` or the metric's own."""

    value = NumberField()
    unit = serializers.CharField(max_length=32, required=False)
