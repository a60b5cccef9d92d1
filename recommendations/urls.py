"""The REST routes of recommendations, and of the playbooks they rest on."""

from django.urls import path

from streams.rest.routers import row_router

from .api import RecommendationViewSet
from .playbooks_api import PlaybookDetail, PlaybookList

urlpatterns = [
    *row_router("recommendations", RecommendationViewSet),
    path("playbooks", PlaybookList.as_view()),
    path("playbooks/<slug:slug>", PlaybookDetail.as_view()),
]
