"""The shapes of silences over REST: commands and filters that come in, rows that go out."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers

from hotspots.models import Silence
from streams.rest.strict import Choices, ListQuery, Strict, Texts

from .rows import silence_row


class MomentField(serializers.DateTimeField):
    """ISO 8601 with an offset or ``Z``: a time without one is another hour for everybody."""

    default_error_messages = {"offset": "The time has no offset: end it with Z or +01:00."}

    def enforce_timezone(self, value: datetime) -> datetime:
        """Refuse a time without an offset."""
        if timezone.is_naive(value):
            self.fail("offset")
        return super().enforce_timezone(value)


class SilenceSerializer(serializers.ModelSerializer):
    """A silence. ``silence_row`` makes it; the fields here only describe it."""

    entity = serializers.CharField(allow_null=True)
    metric = serializers.CharField(allow_null=True)
    ended_early = serializers.BooleanField()
    state = serializers.ChoiceField(Silence.State.choices)
    suppressed = serializers.IntegerField(help_text="Active hotspots that it hides now")
    created_by = serializers.CharField(allow_null=True)

    class Meta:
        model = Silence
        fields = [
            "id", "kind", "reason", "everything", "entity", "entity_type", "metric", "starts_at",
            "ends_at", "ended_at", "ended_early", "state", "suppressed", "created_by",
            "created_at", "version",
        ]  # fmt: skip

    def to_representation(self, instance: Silence) -> dict[str, Any]:
        """Return the row as every route answers it."""
        return silence_row(instance)


class SilenceCommand(Strict):
    """What asks for nobody, and when: an entity, an entity type, a metric, or everything."""

    kind = serializers.ChoiceField(Silence.Kind.choices, default=Silence.Kind.SILENCE)
    reason = serializers.CharField(max_length=200)
    entity = serializers.CharField(max_length=200, required=False, allow_null=True)
    entity_type = serializers.CharField(max_length=40, required=False, allow_blank=True)
    metric = serializers.CharField(max_length=100, required=False, allow_null=True)
    everything = serializers.BooleanField(required=False)
    starts_at = MomentField(required=False, allow_null=True, help_text="Default: now")
    ends_at = MomentField()


class SilenceQuery(ListQuery):
    """Filters of the list; values of one parameter are alternatives."""

    state = Choices(Silence.State.choices)
    kind = Choices(Silence.Kind.choices)
    entity = Texts(max_length=200)
    metric = Texts(max_length=100)

    lookups = {"kind": "kind__in", "entity": "entity__name__in", "metric": "metric__in"}

    def filtered(self, rows: QuerySet) -> QuerySet:
        """Return the rows that match; their state depends on the clock."""
        found = super().filtered(rows)
        states = self.validated_data.get("state")
        return found.in_states(states, timezone.now()) if states else found  # type: ignore[attr-defined]
