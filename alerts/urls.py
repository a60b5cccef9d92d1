"""The REST routes of alerts."""

from streams.rest.routers import row_router

from .api import AlertViewSet

urlpatterns = row_router("alerts", AlertViewSet)
