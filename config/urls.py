"""Every HTTP route, with or without a trailing slash (see ``config.middleware``)."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("api/", include("config.api_urls")),
]
