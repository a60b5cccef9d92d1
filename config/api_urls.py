"""The REST API's routes; what leads nowhere is problem+json too."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.views import SpectacularJSONAPIView

import streams.api as access
from streams.asyncapi.api import AsyncApiView
from streams.feed.api import FeedView

from . import errors, stats
from .openapi import DocumentationView

urlpatterns: list[URLPattern | URLResolver] = [
    path("token", access.TokenView.as_view()),
    path("token/refresh", access.TokenRefreshView.as_view()),
    path("token/revoke", access.TokenRevokeView.as_view()),
    path("session", access.SessionView.as_view()),
    path("me", access.MeView.as_view()),
    path("stream-tickets", access.StreamTicketView.as_view()),
    path("streams/<str:name>/events", FeedView.as_view()),
    path("", include("ingest.urls")),
    path("", include("hotspots.urls")),
    path("", include("alerts.urls")),
    path("", include("recommendations.urls")),
    path("stats", stats.StatsView.as_view()),
    path("schema", SpectacularJSONAPIView.as_view(), name="schema"),
    path("asyncapi.json", AsyncApiView.as_view()),
    path("docs", DocumentationView.as_view(), name="docs"),
    re_path("", csrf_exempt(errors.page_not_found)),
]
