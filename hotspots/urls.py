"""The REST routes of hotspots, of the series they are found in, and of what is set for them."""

from streams.rest.routers import row_router

from .api import HotspotViewSet
from .series_api import SeriesViewSet, TargetViewSet

urlpatterns = [
    *row_router("hotspots", HotspotViewSet),
    *row_router("series", SeriesViewSet),
    *row_router("targets", TargetViewSet),
]
