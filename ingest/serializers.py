"""The shapes of ``POST /api/events``, for its documentation; ``parsing`` does the reading."""

from rest_framework import serializers

from .validation import TEXT_LIMITS


class EventSerializer(serializers.Serializer):
    """One measurement."""

    id = serializers.CharField(
        required=False, max_length=TEXT_LIMITS["id"], help_text="Idempotency key"
    )
    entity = serializers.CharField(max_length=TEXT_LIMITS["entity"])
    entity_type = serializers.CharField(required=False, max_length=TEXT_LIMITS["entity_type"])
    metric = serializers.CharField(max_length=TEXT_LIMITS["metric"])
    unit = serializers.CharField(
        required=False, max_length=TEXT_LIMITS["unit"], help_text="Default: the metric's own"
    )
    value = serializers.FloatField()
    time = serializers.DateTimeField(help_text="ISO 8601 with an offset or Z")
    baseline = serializers.FloatField(required=False, help_text="The sender's own prediction")
    attributes = serializers.DictField(required=False, help_text="At most 8 KiB")


class RejectionSerializer(serializers.Serializer):
    """Why one event was not taken."""

    index = serializers.IntegerField(help_text="Position in the request, from 0")
    code = serializers.CharField()
    detail = serializers.CharField()


class IntakeSerializer(serializers.Serializer):
    """What became of the events."""

    accepted = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    late = serializers.IntegerField(help_text="Of the accepted ones")
    rejected = RejectionSerializer(many=True)
    hotspots = serializers.ListField(
        child=serializers.IntegerField(), help_text="Hotspots that were opened or changed"
    )
