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
DOCUMENTS = re.compile(r"/admin/recommendations/document/add/")
SEND, WRITE = "hotspots.add_measurement", "recommendations.add_document"
FORM_BYTES = 64 * 1024  # what a form has beside the file


async def larger_body(scope: dict[str, Any]) -> int:
    """Return how large the body of a request may be; 0 for no larger than usual.

    Args:
        scope: of an HTTP request, ASGI.
    """
    if scope["method"] != "POST":
        return 0
    if UPLOADS.fullmatch(scope["path"]):
        permission, limit = SEND, settings.UPLOAD_MAX_BYTES
    elif DOCUMENTS.fullmatch(scope["path"]):
        # Twice as much as is kept, so that the page can say how large it may be.
        permission, limit = WRITE, 2 * settings.DOCUMENT_MAX_BYTES
    else:
        return 0
    permitted = await database_sync_to_async(_may_upload)(scope, permission)
    return limit + FORM_BYTES if permitted else 0


def _may_upload(scope: dict[str, Any], permission: str) -> bool:
    request = ASGIRequest(scope, BytesIO())
    try:
        given = BearerAuthentication().authenticate(Request(request))
    except AuthenticationFailed:
        return False
    user = given[0] if given else _of_session(request)
    return user.has_perm(permission)


def _of_session(request: ASGIRequest) -> User | AnonymousUser:
    """Return whose browser it is; the view asks again, and for the CSRF token."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    if not (key.isascii() and key.isalnum()):
        return AnonymousUser()
    request.session = SessionStore(key)
    return get_user(request)
