"""The REST routes of recommendations."""

from streams.rest.routers import row_router

from .api import RecommendationViewSet

urlpatterns = row_router("recommendations", RecommendationViewSet)
