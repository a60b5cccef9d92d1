"""The shapes of playbooks over REST. ``playbook_row`` makes them; the fields only describe."""

from rest_framework import serializers

from .models import Recommendation
from .playbook_rows import ORIGINS


class AppliesToSerializer(serializers.Serializer):
    """Where a playbook may be proposed; an empty list means everywhere."""

    entity_type = serializers.ListField(child=serializers.CharField())
    metric = serializers.ListField(child=serializers.CharField())
    sector = serializers.ListField(child=serializers.CharField())
    side = serializers.ListField(child=serializers.ChoiceField(["high", "low"]))


class EffectSerializer(serializers.Serializer):
    """By how much, of what, if what; with the words of the source."""

    low_pct = serializers.FloatField()
    high_pct = serializers.FloatField()
    basis = serializers.CharField()
    scope = serializers.ChoiceField(["excess", "total"])
    condition = serializers.CharField()
    quote = serializers.CharField()
    calculations = serializers.ListField(child=serializers.CharField())


class SourceSerializer(serializers.Serializer):
    """An outside source; ``quote`` is verbatim, ``facts`` are in our own words."""

    title = serializers.CharField()
    publisher = serializers.CharField()
    url = serializers.URLField()
    year = serializers.IntegerField(allow_null=True)
    licence = serializers.CharField()
    accessed = serializers.DateField()
    quote = serializers.CharField(allow_blank=True)
    facts = serializers.ListField(child=serializers.CharField())


class ReductionSerializer(serializers.Serializer):
    """Sums over measures with both a prediction and a measurement, in the unit."""

    unit = serializers.CharField()
    measured = serializers.IntegerField()
    predicted = serializers.FloatField()
    realised = serializers.FloatField()
    ratio = serializers.FloatField(allow_null=True)


class OutcomesSerializer(serializers.Serializer):
    """What became of what the playbook proposed."""

    proposed = serializers.IntegerField()
    pending = serializers.IntegerField()
    approved = serializers.IntegerField()
    rejected = serializers.IntegerField()
    implemented = serializers.IntegerField()
    expired = serializers.IntegerField()
    measured = serializers.IntegerField()
    units = ReductionSerializer(many=True)


class PlaybookSerializer(serializers.Serializer):
    """A playbook without its passages."""

    slug = serializers.CharField()
    title = serializers.CharField()
    edition = serializers.IntegerField()
    origin = serializers.ChoiceField(ORIGINS)
    applies_to = AppliesToSerializer()
    action_family = serializers.CharField()
    cause = serializers.CharField()
    actions = serializers.ListField(child=serializers.CharField())
    preconditions = serializers.ListField(child=serializers.CharField())
    cost = serializers.ChoiceField(Recommendation.Cost.choices)
    feasibility = serializers.IntegerField()
    payback_months = serializers.IntegerField(allow_null=True)
    effect = EffectSerializer(allow_null=True)
    sources = SourceSerializer(many=True)
    outcomes = OutcomesSerializer()
    synced_at = serializers.DateTimeField()


class PassageSerializer(serializers.Serializer):
    """One headed section: what is searched and cited."""

    section = serializers.CharField()
    text = serializers.CharField()


class PlaybookDetailSerializer(PlaybookSerializer):
    """A playbook with its passages in order."""

    passages = PassageSerializer(many=True)


class PlaybooksSerializer(serializers.Serializer):
    """The list; ``next`` is always null."""

    results = PlaybookSerializer(many=True)
    next = serializers.URLField(allow_null=True)
