"""Recommendations over REST: find, look at, edit, approve, reject, undo, implemented."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from streams.rest.preconditions import BadPreconditionError, if_match
from streams.rest.schema import IF_MATCH, KEY, problems, row_change, row_routes
from streams.rest.strict import Strict
from streams.rest.viewsets import RowViewSet

from . import services
from .filters import RecommendationQuery
from .models import Recommendation
from .rows import history_entries, recommendation_row
from .serializers import (
    Decision,
    DecisionResultsSerializer,
    Decisions,
    Edit,
    Implemented,
    LinkedChangeSerializer,
    RecommendationSerializer,
)

Status = Recommendation.Status


@extend_schema_view(
    **row_routes(
        "Recommendation",
        RecommendationSerializer,
        RecommendationQuery,
        entry=LinkedChangeSerializer,
    )
)
class RecommendationViewSet(RowViewSet):
    """The routes below ``/api/recommendations``."""

    stream = "recommendations"
    noun = "recommendation"
    rows = Recommendation.objects.with_names().defer("hotspot__series__state", "hotspot__evidence")
    shape = staticmethod(recommendation_row)
    queries = {"list": RecommendationQuery}
    view_permission = "recommendations.view_recommendation"
    change_permission = "recommendations.decide_recommendation"
    permissions = {"partial_update": "recommendations.change_recommendation"}

    def entries(self, records: "list[Any]") -> "list[dict[str, Any]]":
        """Return the history with the place of each record in the chain."""
        return history_entries(records)

    @extend_schema(
        parameters=[IF_MATCH],
        request=Edit,
        responses={200: RecommendationSerializer, **problems(400, 401, 403, 404, 409, 412)},
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        """Edit a pending recommendation; numbers in its texts must stay borne out."""
        return self.change(services.edit, pk, changes=self.body(Edit))

    @row_change(RecommendationSerializer, Decision)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: int) -> Response:
        """Approve a pending recommendation; the first decision stands."""
        return self.change(services.decide, pk, status=Status.APPROVED, **self.body(Decision))

    @row_change(RecommendationSerializer, Decision)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: int) -> Response:
        """Reject a pending recommendation; the first decision stands."""
        return self.change(services.decide, pk, status=Status.REJECTED, **self.body(Decision))

    @row_change(RecommendationSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: int) -> Response:
        """Take your own decision back, soon after it."""
        self.body(Strict)
        return self.change(services.undo, pk)

    @row_change(RecommendationSerializer, Implemented)
    @action(detail=True, methods=["post"])
    def implemented(self, request: Request, pk: int) -> Response:
        """Say that an approved recommendation was carried out, and what it brought."""
        return self.change(services.implement, pk, **self.body(Implemented))

    @extend_schema(
        parameters=[KEY],
        request=Decisions,
        responses={200: DecisionResultsSerializer, **problems(400, 401, 403, 409, 422)},
    )
    @action(detail=False, methods=["post"])
    def decide(self, request: Request) -> Response:
        """Decide many, each on its own: one that is refused does not hold the others up."""
        if if_match(request) is not None:
            raise BadPreconditionError("If-Match is for one row: use `versions` for many.")
        results = services.decide_many(
            **self.body(Decisions), by=self.signed_in(), at=timezone.now(), via="api"
        )
        return Response({"results": results})
