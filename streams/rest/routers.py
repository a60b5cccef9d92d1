"""Routes of a stream's rows: no trailing slash, and only numbers as ids."""

from django.urls import URLPattern, URLResolver
from rest_framework.routers import SimpleRouter

from .viewsets import RowViewSet


def row_router(prefix: str, viewset: type[RowViewSet]) -> list[URLPattern | URLResolver]:
    """Return the routes of ``/<prefix>`` and ``/<prefix>/<id>``."""
    router = SimpleRouter(trailing_slash=False, use_regex_path=False)
    router.register(prefix, viewset, basename=prefix)
    return router.urls
