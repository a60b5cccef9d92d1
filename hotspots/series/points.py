"""A series as points for a chart, over REST."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from hotspots.measurements.points import Sample, points
from hotspots.models import Series
from streams.rest.permissions import permission
from streams.rest.schema import problems
from streams.rest.strict import Query
from streams.rest.views import ApiView
from streams.rows import moment

from .rows import find_series

EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
USUAL_SPAN = timedelta(days=90)
DEFAULT_POINTS, MAX_POINTS = 500, 2_000
NAMES = ("time", "value", "low", "high", "count", "expected", "lower", "upper", "score")


class PointsQuery(Query):
    """Which part of a series, and in how many points."""

    points = serializers.IntegerField(
        default=DEFAULT_POINTS, min_value=10, max_value=MAX_POINTS, help_text="At most so many"
    )

    def get_fields(self) -> dict[str, serializers.Field]:
        """Add two names that Python keeps for itself."""
        time = serializers.DateTimeField
        return {
            "from": time(required=False, help_text="ISO 8601; default: 90 days before `to`"),
            "to": time(required=False, help_text="ISO 8601; default: the newest reading"),
            **super().get_fields(),
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse times that no reading can have, and a range that runs backwards."""
        for name in ("from", "to"):
            if name in attrs and not EARLIEST <= attrs[name] <= LATEST:
                raise serializers.ValidationError({name: "This is not between 1900 and 2200."})
        if "from" in attrs and "to" in attrs and attrs["from"] > attrs["to"]:
            raise serializers.ValidationError({"from": "This is after `to`."})
        return attrs


class SampleSerializer(serializers.Serializer):
    """One reading, or a bucket's mean with its lowest and highest reading and largest score."""

    time = serializers.DateTimeField(help_text="The reading's, or the bucket's beginning")
    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    count = serializers.IntegerField()
    expected = serializers.FloatField(allow_null=True)
    lower = serializers.FloatField(allow_null=True)
    upper = serializers.FloatField(allow_null=True)
    score = serializers.FloatField(allow_null=True)


class SeriesPointsSerializer(serializers.Serializer):
    """A series between two times, oldest first."""

    entity = serializers.CharField()
    metric = serializers.CharField()
    unit = serializers.CharField()
    resolution_seconds = serializers.IntegerField(help_text="Length of a bucket; 0: readings")
    points = SampleSerializer(many=True)


class SeriesPoints(ApiView):
    """``GET /api/series/{id}/points``."""

    permission_classes = [permission("hotspots.view_series")]
    query_class = PointsQuery

    @extend_schema(
        operation_id="series_points",
        parameters=[PointsQuery],
        responses={200: SeriesPointsSerializer, **problems(400, 401, 403, 404)},
    )
    def get(self, request: Request, pk: int) -> Response:
        """Answer a stretch of the series, in buckets where it has too many readings."""
        series = find_series(pk)
        given = self.query.validated_data
        start, end = _range(series, given.get("from"), given.get("to"))
        found = points(series, start, end, given["points"])
        return Response(
            {
                "entity": series.entity.name,
                "metric": series.metric.name,
                "unit": series.metric.unit,
                "resolution_seconds": found.seconds,
                "points": [_row(sample) for sample in found.samples],
            }
        )


def _row(sample: Sample) -> dict[str, Any]:
    return {name: getattr(sample, name) for name in NAMES} | {"time": moment(sample.time)}


def _range(
    series: Series, start: datetime | None, end: datetime | None
) -> tuple[datetime, datetime]:
    """What is asked for; by default the 90 days up to the newest reading."""
    if end is None:
        end = max(filter(None, (series.last_time or timezone.now(), start)))
    return max(EARLIEST, end - USUAL_SPAN) if start is None else start, end
