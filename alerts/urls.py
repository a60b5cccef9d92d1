"""The REST routes of alerts."""

from streams.routers import row_router

from .api import AlertViewSet

urlpatterns = row_router("alerts", AlertViewSet)
