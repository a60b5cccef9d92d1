"""The REST routes of hotspots, of series and what is set for them, and of silences."""

from django.urls import path

from streams.rest.routers import row_router

from .api import HotspotViewSet
from .backtest.api import SeriesBacktest
from .series.api import SeriesViewSet, TargetViewSet
from .series.catalog import EntityViewSet, MetricHistoryView, MetricView
from .series.points import SeriesPoints
from .silences.api import SilenceViewSet

urlpatterns = [
    *row_router("hotspots", HotspotViewSet),
    *row_router("series", SeriesViewSet),
    path("series/<int:pk>/points", SeriesPoints.as_view()),
    path("series/<int:pk>/backtest", SeriesBacktest.as_view()),
    *row_router("targets", TargetViewSet),
    *row_router("silences", SilenceViewSet),
    *row_router("entities", EntityViewSet),
    path("metrics/<path:name>/history", MetricHistoryView.as_view()),
    path("metrics/<path:name>", MetricView.as_view()),
]
