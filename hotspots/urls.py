"""The REST routes of hotspots."""

from streams.rest.routers import row_router

from .api import HotspotViewSet

urlpatterns = row_router("hotspots", HotspotViewSet)
