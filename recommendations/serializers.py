"""The shapes of recommendations over REST: commands that come in, rows that go out."""

import math
from typing import Any

from rest_framework import serializers

from streams.rest.strict import Strict

from .models import Recommendation
from .rows import recommendation_row

NOTE_LENGTH = 2000
MAX_IDS = 500


class NoteField(serializers.CharField):
    """Why somebody decided so; may be left out or empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default="", allow_blank=True, max_length=NOTE_LENGTH, **kwargs)


class RowIds(serializers.ListField):
    """Ids of rows; one that does not exist is answered by itself."""

    def __init__(self, **kwargs: Any) -> None:
        child = serializers.IntegerField(min_value=1)
        super().__init__(child=child, default=list, max_length=MAX_IDS, **kwargs)


class Decision(Strict):
    """A decision on one recommendation."""

    note = NoteField()


class Decisions(Strict):
    """Decisions on many recommendations, each on its own."""

    approve = RowIds()
    reject = RowIds()
    note = NoteField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a command that says nothing, or two things about one row."""
        ids = attrs["approve"] + attrs["reject"]
        if not ids:
            raise serializers.ValidationError("Name at least one id to approve or reject.")
        if len(set(ids)) < len(ids):
            raise serializers.ValidationError("An id is named more than once.")
        return attrs


class Implemented(Strict):
    """What the action brought, in the hotspot's unit."""

    realised_reduction = serializers.FloatField(allow_null=True, help_text="Null: not measured")

    def validate_realised_reduction(self, value: float | None) -> float | None:
        """Refuse infinities: they cannot be stored or sent."""
        if value is not None and not math.isfinite(value):
            raise serializers.ValidationError("This must be a finite number.")
        return value


class CitationSerializer(serializers.Serializer):
    """A passage that the recommendation rests on."""

    document = serializers.CharField()
    title = serializers.CharField()
    section = serializers.CharField()
    quote = serializers.CharField()
    url = serializers.CharField()


class RecommendationSerializer(serializers.ModelSerializer):
    """A recommendation. ``recommendation_row`` makes it; the fields here only describe it."""

    hotspot_id = serializers.IntegerField()
    entity = serializers.CharField()
    decided_by = serializers.CharField(allow_null=True)
    citations = CitationSerializer(many=True)

    class Meta:
        model = Recommendation
        exclude = ["hotspot"]

    def to_representation(self, instance: Recommendation) -> dict[str, Any]:
        """Return the row as the socket sends it."""
        return recommendation_row(instance)


class DecisionResultSerializer(serializers.Serializer):
    """What became of one id: the row as it then is, or why nothing changed."""

    id = serializers.IntegerField()
    ok = serializers.BooleanField()
    row = RecommendationSerializer(required=False)
    code = serializers.CharField(required=False)
    detail = serializers.CharField(required=False)


class DecisionResultsSerializer(serializers.Serializer):
    """One result for each id, in the order of the command: approvals, then rejections."""

    results = DecisionResultSerializer(many=True)
