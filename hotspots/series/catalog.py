"""Entities and metrics over REST, for reading: what holds for them, and who set it when."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from hotspots.models import Entity, Metric
from streams.errors import NotFoundError
from streams.rest.history import history_rows
from streams.rest.pagination import page
from streams.rest.permissions import permission
from streams.rest.schema import ChangeSerializer, page_of, problems, row_routes
from streams.rest.strict import ListQuery, Texts
from streams.rest.views import ApiView
from streams.rest.viewsets import RowViewSet
from streams.rows import moment

ENTRIES = page_of("SettingChange", ChangeSerializer, streamed=False)
FIELDS = (
    "name", "unit", "is_emission", "threshold", "floor", "minimum", "signed", "two_sided", "ladder",
)  # fmt: skip


class EntityListQuery(ListQuery):
    """Filters of the list; values of one parameter are alternatives."""

    name = Texts(max_length=200)
    entity_type = Texts(max_length=40)

    lookups = {"name": "name__in", "entity_type": "entity_type__in"}


class EntitySerializer(serializers.ModelSerializer):
    """A supplier, site or route, and its wall clock."""

    class Meta:
        model = Entity
        fields = ["id", "name", "entity_type", "time_zone", "created_at"]


class MetricSerializer(serializers.ModelSerializer):
    """What is measured, in which unit, and the rules that hold for it."""

    class Meta:
        model = Metric
        fields = FIELDS


@extend_schema_view(**row_routes("Entity", EntitySerializer, EntityListQuery, streamed=False))
class EntityViewSet(RowViewSet):
    """The routes below ``/api/entities``; the back office changes what can be changed."""

    noun = "entity"
    rows = Entity.objects.all()
    queries = {"list": EntityListQuery}
    view_permission = change_permission = "hotspots.view_entity"

    @staticmethod
    def shape(row: Entity, /) -> dict[str, Any]:
        """Return the row as JSON-ready values."""
        named = {name: getattr(row, name) for name in ("name", "entity_type", "time_zone")}
        return {"id": row.pk, **named, "created_at": moment(row.created_at)}

    def answer(self, row: Entity) -> Response:  # type: ignore[override]  # it has no version
        """Answer one row."""
        return Response(self.shape(row))


class MetricView(ApiView):
    """One metric. Its name may hold slashes."""

    permission_classes = (permission("hotspots.view_metric"),)

    @extend_schema(responses={200: MetricSerializer, **problems(401, 403, 404)})
    def get(self, request: Request, name: str) -> Response:
        """Answer the metric and its rules."""
        metric = found(name)
        return Response({field: getattr(metric, field) for field in FIELDS})


class MetricHistoryView(ApiView):
    """Who changed the rules of a metric."""

    permission_classes = (permission("hotspots.view_metric"),)
    query_class = ListQuery
    query: ListQuery

    @extend_schema(parameters=[ListQuery], responses={200: ENTRIES, **problems(400, 401, 403, 404)})
    def get(self, request: Request, name: str) -> Response:
        """Answer one page of who changed what, when, and from where."""
        records = found(name).history.select_related("history_user")
        return Response(page(request, records, self.query, shape=history_rows))


def found(name: str) -> Metric:
    """The metric of that name.

    Raises:
        NotFoundError: there is none.
    """
    metric = None if "\0" in name else Metric.objects.filter(name=name).first()
    if metric is None:
        raise NotFoundError("There is no such metric.")
    return metric
