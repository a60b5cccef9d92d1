"""The back office's site: Django's own with our name, order and first page."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse

from .overview import overview

APPS = (
    *("hotspots", "alerts", "recommendations", "ingest"),
    *("streams", "auth", "django_tasks_database"),
)


class EmberwatchAdminSite(AdminSite):
    """Django's admin site under our title, with what waits for somebody on its first page."""

    site_header = "Emberwatch"
    site_title = "Emberwatch"
    index_title = "Back office"

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Show what is open to those who may see it, above the list of models."""
        return super().index(request, {**overview(request.user), **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Our apps first, in the order in which work flows through them."""
        found = super().get_app_list(request, app_label)
        order = {name: place for place, name in enumerate(APPS)}
        return sorted(found, key=lambda app: order.get(app["app_label"], len(APPS)))
