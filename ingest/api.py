"""``POST /api/events``: where measurements come in over HTTP."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import msgspec
from django.db import OperationalError, connection
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from hotspots.readings import Intake
from streams import metrics
from streams.errors import DomainError
from streams.rest.authentication import RecentBearerAuthentication, SessionAuthentication
from streams.rest.permissions import permission
from streams.rest.schema import KEY, problems
from streams.rest.strict import Query
from streams.rest.views import ApiView

from .parsing import MAX_BYTES, Parsed, TooLargeError, parse
from .pipeline import ingest
from .serializers import EventSerializer, IntakeSerializer

MAX_CONCURRENT = 16  # bodies in memory and writers in line, per process


class AllRejectedError(DomainError):
    """No event of the request could be taken."""

    code = "all_rejected"
    status = 400

    def __init__(self, report: dict[str, Any]) -> None:
        super().__init__(f"None of the {len(report['rejected'])} events could be taken.")
        self.extra = report


class OverloadedError(DomainError):
    """Nothing was stored; the same request will do later."""

    code = "overloaded"
    status = 503
    retry_after = 2


class EventsQuery(Query):
    """How the events are to be understood."""

    simulated = serializers.BooleanField(
        default=False, help_text="They are made up: mark every row that comes of them"
    )


class EventsView(ApiView):
    """Measurements: one, an array, NDJSON or CSV."""

    query_class = EventsQuery
    authentication_classes = (RecentBearerAuthentication, SessionAuthentication)
    permission_classes = (permission("hotspots.add_measurement"),)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse what is declared too large before a byte of it is read."""
        length = request.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > MAX_BYTES:
            raise TooLargeError(f"A request carries at most {MAX_BYTES // 1024**2} MiB.")
        super().initial(request, *args, **kwargs)

    @extend_schema(
        parameters=[EventsQuery, KEY],
        request={
            "application/json": EventSerializer(many=True),
            "application/x-ndjson": OpenApiTypes.STR,
            "text/csv": OpenApiTypes.STR,
        },
        responses={200: IntakeSerializer, **problems(400, 401, 403, 409, 413, 415, 422, 503)},
    )
    def post(self, request: Request) -> Response:
        """Take up to 10,000 events or 5 MiB; a bad event is rejected by itself."""
        with _one_of_few():
            now = timezone.now()
            body = request._request.read(MAX_BYTES + 1)
            parsed = parse(body, request.content_type, now=now)
            metrics.readings(rejected=len(parsed.rejected))
            intake = _take(parsed, now, simulated=self.query.validated_data["simulated"])
        report = msgspec.to_builtins(intake)
        events = len(parsed.readings) + len(parsed.rejected)
        if events and len(intake.rejected) == events:
            raise AllRejectedError(report)
        return Response(report)


def _take(parsed: Parsed, now: datetime, *, simulated: bool) -> Intake:
    """Store what is valid; return one report about all events."""
    intake = Intake()
    if parsed.readings:
        intake = ingest(parsed.readings, received_at=now, simulated=simulated)
    intake.rejected = sorted(
        [*parsed.rejected, *intake.rejected], key=lambda rejection: rejection.index
    )
    return intake


@contextmanager
def _one_of_few() -> Iterator[None]:
    """Let a few requests in at a time, and tell the others to come back.

    Raises:
        OverloadedError: there are too many, or the database cannot keep up.
    """
    if not _places.acquire(blocking=False):
        raise OverloadedError("Too many requests with events at once.")
    try:
        yield
    except OperationalError as error:
        if not connection.is_usable():
            raise  # it is away, which every door says alike
        raise OverloadedError("The database cannot take the events now.") from error
    finally:
        _places.release()


_places = threading.BoundedSemaphore(MAX_CONCURRENT)
