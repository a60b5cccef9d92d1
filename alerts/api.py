"""Alerts over REST: find, look at, acknowledge, resolve."""

from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from streams.rest.schema import row_change, row_routes
from streams.rest.strict import Strict
from streams.rest.viewsets import RowViewSet

from . import services
from .filters import AlertQuery
from .models import Alert
from .rows import alert_row
from .serializers import AlertSerializer


@extend_schema_view(**row_routes("Alert", AlertSerializer, AlertQuery))
class AlertViewSet(RowViewSet):
    """The routes below ``/api/alerts``."""

    stream = "alerts"
    noun = "alert"
    rows = Alert.objects.with_names().defer("hotspot__series__state", "hotspot__evidence")
    shape = staticmethod(alert_row)
    queries = {"list": AlertQuery}
    view_permission = "alerts.view_alert"
    change_permission = "alerts.change_alert"

    @row_change(AlertSerializer)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: int) -> Response:
        """Say that somebody looks after it."""
        self.body(Strict)
        return self.change(services.acknowledge, pk)

    @row_change(AlertSerializer)
    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, pk: int) -> Response:
        """Say that it needs nobody any more; its hotspot stays as it is."""
        self.body(Strict)
        return self.change(services.resolve, pk)
