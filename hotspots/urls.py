"""The REST routes of hotspots."""

from streams.routers import row_router

from .api import HotspotViewSet

urlpatterns = row_router("hotspots", HotspotViewSet)
