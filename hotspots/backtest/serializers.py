"""What a back-test is asked for, and what it answers."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from rest_framework import serializers

from hotspots.models import Metric, Series, Target
from hotspots.series.tuning import amount, check_threshold
from streams.rest.strict import NumberField, Strict

from .comparison import MAX_DAYS, present_setup
from .replay import Setup, Span

MAX_CLEAR_POINTS = 1_000


class TargetProposal(Strict):
    """A target in the metric's unit; null: none for that period."""

    period = serializers.ChoiceField(Target.Period.choices)
    value = NumberField(allow_null=True)


class SilenceProposal(Strict):
    """A time in which nobody is to be called."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a time that ends before it begins."""
        if attrs["ends_at"] <= attrs["starts_at"]:
            raise serializers.ValidationError({"ends_at": "It has to be after starts_at."})
        return attrs


class BacktestCommand(Strict):
    """The settings to try; what is left out stays as it is now."""

    days = serializers.IntegerField(default=MAX_DAYS, min_value=1, max_value=MAX_DAYS)
    threshold = NumberField(
        required=False, allow_null=True, help_text="Null: what holds without one of its own"
    )
    ladder = serializers.ChoiceField(Metric.Ladder.choices, required=False)
    clear_points = serializers.IntegerField(required=False, min_value=1, max_value=MAX_CLEAR_POINTS)
    target = TargetProposal(required=False)
    silence = SilenceProposal(required=False)


def proposed_setup(series: Series, wanted: dict[str, Any]) -> Setup:
    """The settings that hold now, with what is wanted in their place.

    Raises:
        BadSettingError: ``bad_threshold`` or ``bad_target``.
    """
    setup = present_setup(series)
    changes: dict[str, Any] = {}
    if "threshold" in wanted:
        check_threshold(wanted["threshold"])
        changes["threshold"] = threshold_without(series, wanted["threshold"])
    if "ladder" in wanted:
        changes["score_only"] = wanted["ladder"] == Metric.Ladder.SCORE
    if "clear_points" in wanted:
        changes["clear_points"] = wanted["clear_points"]
    return Setup(
        replace(setup.rules, **changes),
        _targets(series, setup, wanted.get("target")),
        _hidden(wanted.get("silence")),
    )


def threshold_without(series: Series, wanted: float | None) -> float:
    """The threshold that holds if the series has this one, or none, of its own."""
    own = (wanted, series.metric.threshold, settings.HOTSPOT_THRESHOLD)
    return next(value for value in own if value is not None)


def _targets(series: Series, setup: Setup, wanted: dict[str, Any] | None) -> dict[str, float]:
    targets = dict(setup.targets)
    if wanted is not None:
        targets.pop(wanted["period"], None)
        if wanted["value"] is not None:
            targets[wanted["period"]] = amount(wanted["value"], None, series.metric)
    return targets


def _hidden(wanted: dict[str, datetime] | None) -> list[Span]:
    if wanted is None:
        return []
    return [Span(wanted["starts_at"].timestamp(), wanted["ends_at"].timestamp())]


class LabelledSerializer(serializers.Serializer):
    """Of the hotspots found, those that an analyst labelled."""

    true_positive = serializers.IntegerField()
    false_positive = serializers.IntegerField()


class OutcomeSerializer(serializers.Serializer):
    """What one run found. ``suppressed`` opened and ended under a silence."""

    hotspots = serializers.IntegerField()
    by_severity = serializers.DictField(child=serializers.IntegerField())
    by_rule = serializers.DictField(child=serializers.IntegerField())
    suppressed = serializers.IntegerField()
    anomalous_readings = serializers.IntegerField()
    labelled = LabelledSerializer()


class FoundSerializer(serializers.Serializer):
    """A hotspot that a run found."""

    opened_at = serializers.DateTimeField()
    resolved_at = serializers.DateTimeField(allow_null=True)
    severity = serializers.CharField()
    rule = serializers.CharField()
    reason = serializers.CharField()
    side = serializers.CharField()
    score = serializers.FloatField()
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    suppressed = serializers.BooleanField()


class ReplayedPointSerializer(serializers.Serializer):
    """Neighboring readings: means, extremes, and the largest score."""

    time = serializers.DateTimeField()
    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    count = serializers.IntegerField()
    expected = serializers.FloatField()
    lower = serializers.FloatField()
    upper = serializers.FloatField()
    score = serializers.FloatField()


class BacktestSerializer(serializers.Serializer):
    """Two runs over the same readings.

    ``gone`` and ``added`` are the hotspots that only one of them finds, ``hidden`` those that
    only the proposed silence hides: the newest 200 of each. ``kept`` counts the present ones
    that a proposed one overlaps, ``stored`` the hotspots that were really found.
    """

    to = serializers.DateTimeField()
    readings = serializers.IntegerField()
    truncated = serializers.BooleanField(help_text="More readings than could be replayed")
    stored = serializers.IntegerField()
    current = OutcomeSerializer()
    proposed = OutcomeSerializer()
    gone = FoundSerializer(many=True)
    added = FoundSerializer(many=True)
    hidden = FoundSerializer(many=True)
    kept = serializers.IntegerField()
    resolution_seconds = serializers.FloatField(help_text="Of the points; 0: single readings")
    points = ReplayedPointSerializer(many=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        """Add the field whose name is a word of the language."""
        return {"from": serializers.DateTimeField(), **super().get_fields()}
