"""How a REST request says who it comes from: a bearer token, or the dashboard's cookie."""

from time import monotonic

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from streams import tokens


class BearerAuthentication(authentication.BaseAuthentication):
    """``Authorization: Bearer <access token>``."""

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        """Return the token's user; ``None`` if there is no bearer token.

        Raises:
            AuthenticationFailed: the token opens nothing, or its user may not sign in.
        """
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            claims = tokens.verify_access(token.strip())
        except tokens.TokenError as error:
            raise exceptions.AuthenticationFailed(str(error), code=error.code) from error
        user = get_user_model().objects.filter(pk=claims.user_id, is_active=True).first()
        if user is None:
            text = "The token's user may no longer sign in."
            raise exceptions.AuthenticationFailed(text, code="token_revoked")
        return user, token

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme in every 401."""
        return "Bearer"


class RecentBearerAuthentication(BearerAuthentication):
    """The same for a route that machines call many times a second.

    Whose a token is, and what that user may do, is looked up once a second for each token:
    four queries fewer a call. What is taken away is gone a second later.
    """

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        """Return the token's user, as of a second ago at most; otherwise as without the memory."""
        header, now = request.headers.get("Authorization", ""), monotonic()
        until, known = _recent.get(header, (0.0, None))
        if until > now:
            return known
        if len(_recent) >= MAX_RECENT:
            _recent.clear()
        if (found := super().authenticate(request)) is not None:
            _recent[header] = now + RECENT_SECONDS, found
        return found


RECENT_SECONDS = 1.0
MAX_RECENT = 1_000
_recent: dict[str, tuple[float, tuple[User, str]]] = {}


class SessionAuthentication(authentication.SessionAuthentication):
    """Django's session cookie; every change also needs the CSRF token."""

    def enforce_csrf(self, request: Request) -> None:
        """Refuse a change that another site may have sent.

        Raises:
            PermissionDenied: there is no CSRF token, or it is not the cookie's.
        """
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise exceptions.PermissionDenied(
                "The X-CSRFToken header does not match the cookie: load the page again.",
                code="csrf_failed",
            ) from error
