"""Silences over REST: find, look at, make, end early."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hotspots.models import Silence
from streams.rest.preconditions import etag
from streams.rest.schema import KEY, problems, row_change, row_routes
from streams.rest.strict import Strict
from streams.rest.viewsets import RowViewSet

from . import service
from .rows import silence_row, silence_rows
from .serializers import SilenceCommand, SilenceQuery, SilenceSerializer


@extend_schema_view(**row_routes("Silence", SilenceSerializer, SilenceQuery, streamed=False))
class SilenceViewSet(RowViewSet):
    """The routes below ``/api/silences``."""

    noun = "silence"
    rows = Silence.objects.with_names()
    shape = staticmethod(silence_row)
    queries = {"list": SilenceQuery}
    view_permission = "hotspots.view_silence"
    change_permission = "hotspots.change_silence"
    permissions = {"create": "hotspots.add_silence"}

    def shapes(self, rows: Sequence[Any]) -> "list[dict[str, Any]]":
        """Return the shapes of a page, in a fixed number of queries."""
        return silence_rows(rows)

    @extend_schema(
        parameters=[KEY],
        request=SilenceCommand,
        responses={201: SilenceSerializer, **problems(400, 401, 403, 409, 422)},
    )
    def create(self, request: Request) -> Response:
        """Make a silence; what is open in its scope is hidden as soon as it is in force."""
        values = self.body(SilenceCommand)
        silence = service.create(by=self.signed_in(), at=timezone.now(), via="api", **values)
        return Response(silence_row(silence), status=201, headers={"ETag": etag(silence)})

    @row_change(SilenceSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: int) -> Response:
        """End it early, or call a planned one off; what it hid asks again."""
        self.body(Strict)
        return self.change(service.end, pk)
