"""Which permission opens which door of the REST API."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView


def permission(name: str) -> type[BasePermission]:
    """Return a check for one of Django's permissions, for example ``alerts.view_alert``."""

    class HasPermission(BasePermission):
        message = f"The permission {name} is needed."

        def has_permission(self, request: Request, view: APIView) -> bool:
            return bool(request.user and request.user.has_perm(name))

    return HasPermission
