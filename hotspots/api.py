"""Hotspots over REST: find, look at, acknowledge, resolve, ignore, label."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from streams.rest.schema import problems, row_change, row_routes
from streams.rest.strict import Strict
from streams.rest.viewsets import RowViewSet
from streams.rows import moment

from . import services
from .filters import HotspotQuery, SeriesQuery
from .models import Hotspot, Measurement
from .rows import hotspot_row
from .serializers import HotspotSerializer, LabelCommand, SeriesSerializer

VALUES = ("value", "expected", "lower", "upper", "score")


@extend_schema_view(**row_routes("Hotspot", HotspotSerializer, HotspotQuery))
class HotspotViewSet(RowViewSet):
    """The routes below ``/api/hotspots``."""

    stream = "hotspots"
    noun = "hotspot"
    rows = Hotspot.objects.with_names().defer("series__state")
    shape = staticmethod(hotspot_row)
    queries = {"list": HotspotQuery, "series": SeriesQuery}
    view_permission = "hotspots.view_hotspot"
    change_permission = "hotspots.change_hotspot"
    reading = RowViewSet.reading | {"series"}

    @extend_schema(
        parameters=[SeriesQuery],
        responses={200: SeriesSerializer, **problems(400, 401, 403, 404)},
    )
    @action(detail=True)
    def series(self, request: Request, pk: int) -> Response:
        """Answer the readings around the opening, oldest first."""
        hotspot: Hotspot = self.find(pk)
        wanted = self.query.validated_data
        readings = _readings(hotspot, wanted["before"], wanted["after"])
        return Response(
            {
                "entity": hotspot.series.entity.name,
                "metric": hotspot.series.metric.name,
                "unit": hotspot.series.metric.unit,
                "points": [{**values, "time": moment(values["time"])} for values in readings],
            }
        )

    @row_change(HotspotSerializer)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: int) -> Response:
        """Say that somebody looks after it; its alerts are muted."""
        self.body(Strict)
        return self.change(services.acknowledge, pk)

    @row_change(HotspotSerializer)
    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, pk: int) -> Response:
        """Say that it is over; its alerts are resolved with it."""
        self.body(Strict)
        return self.change(services.resolve, pk)

    @row_change(HotspotSerializer)
    @action(detail=True, methods=["post"])
    def ignore(self, request: Request, pk: int) -> Response:
        """Say that it needs nobody."""
        self.body(Strict)
        return self.change(services.ignore, pk)

    @row_change(HotspotSerializer, LabelCommand)
    @action(detail=True, methods=["post"])
    def label(self, request: Request, pk: int) -> Response:
        """Say whether the finding was right."""
        return self.change(services.label, pk, **self.body(LabelCommand))


def _readings(hotspot: Hotspot, before: int, after: int) -> "list[dict]":
    rows: QuerySet[Measurement] = Measurement.objects.filter(series=hotspot.series_id)
    earlier = rows.filter(time__lt=hotspot.opened_at).order_by("-time").values("time", *VALUES)
    since = rows.filter(time__gte=hotspot.opened_at).order_by("time").values("time", *VALUES)
    return [*reversed(earlier[:before]), *since[:after]]
