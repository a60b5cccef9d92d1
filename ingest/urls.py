"""Where events come in."""

from django.urls import path

from streams.rest.routers import row_router

from .api import EventsView
from .upload_api import MappingViewSet, UploadViewSet

urlpatterns = [
    path("events", EventsView.as_view()),
    *row_router("uploads", UploadViewSet),
    *row_router("mappings", MappingViewSet),
]
