"""The shapes of recommendations over REST: commands that come in, rows that go out."""

import re
from typing import Any

from rest_framework import serializers

from streams.rest.schema import ChangeSerializer
from streams.rest.strict import MAX_ID, NumberField, Strict

from .editing import TEXTS
from .models import Recommendation
from .rows import recommendation_row

NOTE_LENGTH = 2000
MAX_IDS = 500
ROW_ID = re.compile("[1-9][0-9]{0,19}")


class TextField(serializers.CharField):
    """A text, and nothing that has to be made one."""

    def to_internal_value(self, data: Any) -> str:
        """Refuse a number: it was meant for something else."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class NoteField(TextField):
    """Why somebody decided so; may be left out or empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default="", allow_blank=True, max_length=NOTE_LENGTH, **kwargs)


class WholeField(serializers.IntegerField):
    """A whole JSON number: no text, no truth value, no fraction."""

    def to_internal_value(self, data: Any) -> int:
        """Return the number as it is."""
        if type(data) is not int:
            self.fail("invalid")
        return super().to_internal_value(data)


class RowIds(serializers.ListField):
    """Ids of rows; one that does not exist is answered by itself."""

    def __init__(self, **kwargs: Any) -> None:
        child = WholeField(min_value=1)
        super().__init__(child=child, default=list, max_length=MAX_IDS, **kwargs)


class Versions(serializers.DictField):
    """Versions of rows by id; JSON has its names as texts."""

    default_error_messages = {"not_an_id": "This is no id: {name}."}

    def __init__(self, **kwargs: Any) -> None:
        child = WholeField(min_value=1, max_value=MAX_ID)
        super().__init__(child=child, default=dict, **kwargs)

    def to_internal_value(self, data: Any) -> dict[int, int]:
        """Return the versions by ids that are numbers."""
        versions = super().to_internal_value(data)
        for name in versions:
            if not ROW_ID.fullmatch(name):
                self.fail("not_an_id", name=name[:40])
        return {int(name): version for name, version in versions.items()}


class Decision(Strict):
    """A decision on one recommendation."""

    note = NoteField()


class Decisions(Strict):
    """Decisions on many recommendations, each on its own."""

    approve = RowIds()
    reject = RowIds()
    versions = Versions(help_text="The version of each row that was seen, by id; may be left out")
    note = NoteField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a command that says nothing, or two things about one row."""
        ids = attrs["approve"] + attrs["reject"]
        if not ids:
            raise serializers.ValidationError("Name at least one id to approve or reject.")
        if len(set(ids)) < len(ids):
            raise serializers.ValidationError("An id is named more than once.")
        if idle := sorted(attrs["versions"].keys() - set(ids)):
            text = f"Neither approved nor rejected here: {idle[0]}."
            raise serializers.ValidationError({"versions": text})
        return attrs


class Implemented(Strict):
    """What the action brought, in the hotspot's unit."""

    realised_reduction = NumberField(allow_null=True, help_text="Null: not measured")


class Edit(Strict):
    """New values of what a recommendation proposes; at least one."""

    title = TextField(required=False, max_length=TEXTS["title"])
    action = TextField(required=False, max_length=TEXTS["action"])
    cost = serializers.ChoiceField(Recommendation.Cost.choices, required=False)
    feasibility = WholeField(required=False, min_value=1, max_value=10)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse an edit that says nothing."""
        if not attrs:
            raise serializers.ValidationError(f"Name at least one of {', '.join(self.fields)}.")
        return attrs


class LinkedChangeSerializer(ChangeSerializer):
    """An entry of the history with its place in the chain; null if it has none."""

    position = serializers.IntegerField(allow_null=True)


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
    edited_by = serializers.CharField(allow_null=True)
    low_confidence = serializers.BooleanField(help_text="Barely near enough to be proposed")
    undo_until = serializers.DateTimeField(
        allow_null=True, help_text="Until when who decided may take it back"
    )
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
