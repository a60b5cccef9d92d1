"""The REST routes of recommendations."""

from streams.routers import row_router

from .api import RecommendationViewSet

urlpatterns = row_router("recommendations", RecommendationViewSet)
