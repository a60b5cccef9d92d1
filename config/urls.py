"""Every HTTP route, with or without a trailing slash (see ``config.middleware``)."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.csrf import csrf_exempt

from . import errors, health, metrics, pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.dashboard),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", metrics.show),
    path("admin/", admin.site.urls),
    path("api/", include("config.api_urls")),
    path("api", csrf_exempt(errors.page_not_found)),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.page_not_found"
handler500 = "config.errors.server_error"
