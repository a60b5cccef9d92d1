"""``GET /api/streams/{name}/events``: who may read, and from which position.

A request in Django holds a thread, and often a database connection, until it is answered. So
this view only checks, and leaves an ``Order``; ``handover`` answers it when Django is done.
"""

from typing import Any, cast

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from streams.auth import Access
from streams.errors import NotFoundError
from streams.grants import from_token
from streams.handshake import MAX_SEQ
from streams.rest.schema import problems
from streams.rest.strict import Query
from streams.rest.views import ApiView

from .answer import KEY, Order

MAX_LIMIT = 500
MAX_WAIT = 30


class FeedQuery(Query):
    """From where, how many, and for how long to wait."""

    after = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=MAX_SEQ,
        help_text="The last `seq` that is known; without it only what happens from now on",
    )
    epoch = serializers.CharField(
        required=False, max_length=32, help_text="The log that `after` belongs to"
    )
    limit = serializers.IntegerField(default=100, min_value=1, max_value=MAX_LIMIT)
    wait = serializers.IntegerField(
        default=20,
        min_value=0,
        max_value=MAX_WAIT,
        help_text="Seconds to wait where there is nothing yet",
    )


class FeedEventSerializer(serializers.Serializer):
    """One change; ``data`` is the row, as its own route shows it."""

    seq = serializers.IntegerField()
    event = serializers.CharField()
    at = serializers.DateTimeField()
    data = serializers.DictField()  # type: ignore[assignment]  # the base class has one too


class FeedSerializer(serializers.Serializer):
    """The next events, oldest first; go on after the last one, or after ``head`` if none came."""

    events = FeedEventSerializer(many=True)
    head = serializers.IntegerField()
    epoch = serializers.CharField()


class EventStreamRenderer(JSONRenderer):
    """Lets a client ask for server-sent events; a refusal stays problem+json."""

    media_type = "text/event-stream"
    format = "sse"
    charset = "utf-8"


class FeedView(ApiView):
    """The events of one stream, from the log."""

    http_method_names = ["get"]
    renderer_classes = (JSONRenderer, EventStreamRenderer)
    query_class = FeedQuery

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Say first that there is no such stream.

        Raises:
            NotFoundError: there is none.
        """
        if kwargs["name"] not in settings.STREAMS:
            raise NotFoundError(f"There is no stream {kwargs['name'][:40]!r}.")
        super().initial(request, *args, **kwargs)

    def check_permissions(self, request: Request) -> None:
        """Ask for the permission that the stream's socket asks for."""
        needed = settings.STREAMS[self.kwargs["name"]]
        is_open = settings.STREAMS_ALLOW_ANONYMOUS and not request.user.is_authenticated
        if not is_open and not request.user.has_perm(needed):
            self.permission_denied(request, message=f"The permission {needed} is needed.")

    @extend_schema(
        parameters=[
            OpenApiParameter("name", str, OpenApiParameter.PATH, enum=list(settings.STREAMS)),
            FeedQuery,
        ],
        responses={
            (200, "application/json"): FeedSerializer,
            (200, "text/event-stream"): str,
            **problems(400, 401, 403, 404, 409, 429, 503),
        },
    )
    def get(self, request: Request, name: str) -> Response:
        """Get the events after a position, waiting for the first; or all, as they come."""
        asked = self.query.validated_data | self._last_event_id()
        order = Order(
            access=self._access(name),
            after=asked.get("after"),
            epoch=asked.get("epoch"),
            limit=asked["limit"],
            wait=asked["wait"],
            is_stream=isinstance(request.accepted_renderer, EventStreamRenderer),
        )
        cast(ASGIRequest, request._request).scope[KEY].order = order
        return Response({})  # only its headers are used

    def _last_event_id(self) -> dict[str, int]:
        """Return the position of a browser that comes back by itself: newer than its URL's."""
        last = self.request.headers.get("Last-Event-ID")
        if not last:
            return {}
        query = FeedQuery(data={"after": last})
        query.is_valid(raise_exception=True)
        return {"after": query.validated_data["after"]}

    def _access(self, name: str) -> Access:
        user = self.request.user
        if isinstance(self.request.auth, str):
            return from_token(self.request.auth, name)
        if not user.is_authenticated:
            return Access(name)
        key = self.request._request.session.session_key
        return Access(name, user.pk, user.get_username(), session_key=key)
