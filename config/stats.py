"""The numbers at the top of the dashboard, counted in the database."""

from typing import Any

from django.db.models import Count, Sum
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.models import Alert
from hotspots.detection import units
from hotspots.models import Hotspot
from recommendations.models import Recommendation
from streams.rest.schema import problems
from streams.rest.views import ApiView

REDUCTION_UNIT = "kg"
APPROVED = (Recommendation.Status.APPROVED, Recommendation.Status.IMPLEMENTED)


class CountsSerializer(serializers.Serializer):
    """How many rows there are, in total and by the values of a field."""

    total = serializers.IntegerField()
    by_status = serializers.DictField(child=serializers.IntegerField())


class LevelCountsSerializer(CountsSerializer):
    """Counts by status and severity; ``active_by_severity`` leaves out what is over."""

    by_severity = serializers.DictField(child=serializers.IntegerField())
    active_by_severity = serializers.DictField(child=serializers.IntegerField())


class StatsSerializer(serializers.Serializer):
    """All counts; ``approved_reduction`` is the sum of what was approved or implemented."""

    hotspots = LevelCountsSerializer()
    alerts = LevelCountsSerializer()
    recommendations = CountsSerializer()
    active_hotspots = serializers.IntegerField()
    critical_hotspots = serializers.IntegerField()
    active_alerts = serializers.IntegerField(help_text="Those that call for somebody")
    suppressed_alerts = serializers.IntegerField(help_text="Active ones that call nobody")
    pending_recommendations = serializers.IntegerField()
    approved_reduction = serializers.FloatField()
    approved_reduction_unit = serializers.CharField()


class StatsView(ApiView):
    """Counts for everybody who is signed in."""

    @extend_schema(responses={200: StatsSerializer, **problems(401)})
    def get(self, request: Request) -> Response:
        """Answer counts by status and severity, and the approved reduction in total."""
        hotspots = _levels(Hotspot, "severity", Hotspot.ACTIVE)
        alerts = _levels(Alert, "level", (Alert.Status.ACTIVE, Alert.Status.ACKNOWLEDGED))
        recommendations = _by_status(Recommendation)
        hidden = Alert.objects.filter(status=Alert.Status.ACTIVE).exclude(suppressed_by="").count()
        body = {
            "hotspots": hotspots,
            "alerts": alerts,
            "recommendations": recommendations,
            "active_hotspots": sum(hotspots["active_by_severity"].values()),
            "critical_hotspots": hotspots["active_by_severity"]["critical"],
            "active_alerts": alerts["by_status"]["active"] - hidden,
            "suppressed_alerts": hidden,
            "pending_recommendations": recommendations["by_status"]["pending"],
            "approved_reduction": approved_reduction(),
            "approved_reduction_unit": REDUCTION_UNIT,
        }
        return Response(body)


def approved_reduction() -> float:
    """Return what was approved or implemented, in kilograms.

    Reductions are stored in their hotspot's unit; those of a unit that is no mass are left out.
    """
    sums = (
        Recommendation.objects.filter(status__in=APPROVED, co2_reduction__isnull=False)
        .values_list("hotspot__series__metric__unit")
        .annotate(total=Sum("co2_reduction"))
    )
    return sum(
        units.convert(total, unit, REDUCTION_UNIT)
        for unit, total in sums
        if units.dimension(unit) == units.dimension(REDUCTION_UNIT)
    )


def _levels(model: type[Hotspot | Alert], level: str, active: tuple[str, ...]) -> dict[str, Any]:
    """Count by status and level in one query, with a zero for every value."""
    rows = list(model._default_manager.values_list("status", level).annotate(number=Count("pk")))
    statuses, levels = model.Status.values, Hotspot.Severity.values
    return {
        "total": sum(number for _, _, number in rows),
        "by_status": {name: sum(n for s, _, n in rows if s == name) for name in statuses},
        "by_severity": {name: sum(n for _, v, n in rows if v == name) for name in levels},
        "active_by_severity": {
            name: sum(n for s, v, n in rows if v == name and s in active) for name in levels
        },
    }


def _by_status(model: type[Recommendation]) -> dict[str, Any]:
    counts = dict(model._default_manager.values_list("status").annotate(number=Count("pk")))
    by_status = {name: counts.get(name, 0) for name in model.Status.values}
    return {"total": sum(by_status.values()), "by_status": by_status}
