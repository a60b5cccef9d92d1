"""Who may send a large body, asked before the first byte of it is read."""

import re
from io import BytesIO
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.asgi import ASGIRequest
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from streams.rest.authentication import BearerAuthentication

UPLOADS = re.compile(r"/api/uploads/*|/admin/ingest/upload/add/")
PERMISSION = "hotspots.add_measurement"
FORM_BYTES = 64 * 1024  # what a form has beside the file


async def larger_body(scope: dict[str, Any]) -> int:
    """Return how large the body of a request may be; 0 for no larger than usual.

    Args:
        scope: of an HTTP request, ASGI.
    """
    if scope["method"] != "POST" or not UPLOADS.fullmatch(scope["path"]):
        return 0
    permitted = await database_sync_to_async(_may_upload)(scope)
    return settings.UPLOAD_MAX_BYTES + FORM_BYTES if permitted else 0


def _may_upload(scope: dict[str, Any]) -> bool:
    request = ASGIRequest(scope, BytesIO())
    try:
        given = BearerAuthentication().authenticate(Request(request))
    except AuthenticationFailed:
        return False
    user = given[0] if given else _of_session(request)
    return user.has_perm(PERMISSION)


def _of_session(request: ASGIRequest) -> User | AnonymousUser:
    """Return whose browser it is; the view asks again, and for the CSRF token."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    if not (key.isascii() and key.isalnum()):
        return AnonymousUser()
    request.session = SessionStore(key)
    return get_user(request)
