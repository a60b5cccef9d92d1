"""``GET /api/asyncapi.json``."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from streams.rest.views import ApiView

from .document import document


class AsyncApiView(ApiView):
    """The description of the sockets."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(responses=OpenApiTypes.OBJECT, auth=[])
    def get(self, request: Request) -> Response:
        """Get the description of the sockets as AsyncAPI 3."""
        plain = request._request
        return Response(document(plain.get_host(), secure=plain.is_secure()))
