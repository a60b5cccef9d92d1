"""Who may send readings may send files: one permission opens these pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

PERMISSION = "hotspots.add_measurement"


class ForSenders(admin.ModelAdmin):
    """Pages for whoever may send readings."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the app is in the menu."""
        return request.user.has_perm(PERMISSION)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether rows are shown."""
        return request.user.has_perm(PERMISSION)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whether there may be a new one."""
        return request.user.has_perm(PERMISSION)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether a row may be changed."""
        return request.user.has_perm(PERMISSION)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether a row may be deleted."""
        return request.user.has_perm(PERMISSION)
