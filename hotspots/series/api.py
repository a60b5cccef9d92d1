"""Series and targets over REST: look at what is watched, set what holds for it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hotspots.models import Series, Target
from streams.errors import NotFoundError
from streams.rest.preconditions import etag, if_match
from streams.rest.schema import IF_MATCH, KEY, problems, row_change, row_routes
from streams.rest.strict import Strict
from streams.rest.viewsets import RowViewSet

from . import teaching, tuning
from .filters import SeriesListQuery, TargetListQuery
from .rows import rows_of_series, series_row, series_rows
from .serializers import (
    FreezeCommand,
    SeriesRowSerializer,
    TargetChange,
    TargetCommand,
    TargetSerializer,
    ThresholdCommand,
    target_row,
)


@extend_schema_view(**row_routes("Series", SeriesRowSerializer, SeriesListQuery, streamed=False))
class SeriesViewSet(RowViewSet):
    """The routes below ``/api/series``."""

    noun = "series"
    rows = rows_of_series()
    shape = staticmethod(series_row)
    queries = {"list": SeriesListQuery}
    view_permission = "hotspots.view_series"
    change_permission = "hotspots.change_series"

    def shapes(self, rows: Sequence[Any]) -> "list[dict[str, Any]]":
        """Return the shapes of a page, in a fixed number of queries."""
        return series_rows(rows)

    @row_change(SeriesRowSerializer, ThresholdCommand)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Set the series' own threshold, or null to let the metric's hold again."""
        return self.change(tuning.set_threshold, pk, **self.body(ThresholdCommand))

    @row_change(SeriesRowSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: int) -> Response:
        """Accept the present level as the new normal; an open hotspot resolves."""
        self.body(Strict)
        return self._teach(teaching.accept_as_normal, pk, timezone.now())

    @row_change(SeriesRowSerializer, FreezeCommand)
    @action(detail=True, methods=["post"])
    def freeze(self, request: Request, pk: int) -> Response:
        """Keep the old normal: readings of the next days are judged, and not learned."""
        span = timedelta(days=self.body(FreezeCommand)["days"])
        now = timezone.now()
        return self._teach(teaching.keep_old_normal, pk, now, until=now + span)

    @row_change(SeriesRowSerializer)
    @action(detail=True, methods=["post"])
    def unfreeze(self, request: Request, pk: int) -> Response:
        """Learn again, from the next reading on."""
        self.body(Strict)
        return self._teach(teaching.unfreeze, pk, timezone.now())

    @extend_schema(
        parameters=[IF_MATCH, KEY],
        request=None,
        responses={200: SeriesRowSerializer, **problems(400, 401, 403, 404, 409, 412, 422, 503)},
    )
    @action(detail=True, methods=["post"])
    def rebuild(self, request: Request, pk: int) -> Response:
        """Learn the series anew from what is stored, in order of time; nobody is told."""
        self.body(Strict)
        return self._teach(teaching.rebuild, pk, timezone.now())

    def _teach(
        self, service: Callable[..., Series], pk: int, at: datetime, **values: Any
    ) -> Response:
        by, version = self.signed_in(), if_match(self.request)
        return self.answer(
            service(series_id=pk, by=by, at=at, via="api", version=version, **values)
        )

    def answer(self, row: Any) -> Response:
        """Answer one row with all that its shape needs, and its version as ETag."""
        return super().answer(row if hasattr(row, "last_value") else self.find(row.pk))


@extend_schema_view(**row_routes("Target", TargetSerializer, TargetListQuery, streamed=False))
class TargetViewSet(RowViewSet):
    """The routes below ``/api/targets``."""

    noun = "target"
    rows = Target.objects.select_related("entity", "metric")
    shape = staticmethod(target_row)
    queries = {"list": TargetListQuery}
    view_permission = "hotspots.view_target"
    change_permission = "hotspots.change_target"
    permissions = {"create": "hotspots.add_target", "destroy": "hotspots.delete_target"}

    @extend_schema(
        parameters=[KEY],
        request=TargetCommand,
        responses={201: TargetSerializer, **problems(400, 401, 403, 409, 422)},
    )
    def create(self, request: Request) -> Response:
        """Set what an entity may use of a metric in a period."""
        values = self.body(TargetCommand)
        target = tuning.create_target(by=self.signed_in(), via="api", **values)
        return Response(target_row(target), status=201, headers={"ETag": etag(target)})

    @row_change(TargetSerializer, TargetChange)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Set another value."""
        return self.change(tuning.change_target, pk, **self.body(TargetChange))

    @extend_schema(
        parameters=[IF_MATCH],
        responses={204: None, **problems(400, 401, 403, 404, 412)},
    )
    def destroy(self, request: Request, pk: int) -> Response:
        """Take a target back; its history stays."""
        tuning.delete_target(pk, by=self.signed_in(), via="api", version=if_match(request))
        return Response(status=204)

    def records(self, pk: int) -> QuerySet:
        """Return the history of a target, also of one that was taken back."""
        records = Target.history.filter(id=pk)
        if not records.exists():
            raise NotFoundError(f"There is no target {pk}.")
        return records
