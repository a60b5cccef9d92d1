"""Signing in: tokens for programs, a cookie for the dashboard, tickets for sockets."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.models import AnonymousUser, User
from django.middleware.csrf import get_token
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from . import tickets, tokens
from .auth import NotPermittedError
from .rest.authentication import SessionAuthentication
from .rest.serializers import (
    Credentials,
    MeSerializer,
    PairSerializer,
    RefreshToken,
    SessionSerializer,
    TicketRequest,
    TicketSerializer,
)
from .rest.views import ApiView
from .sign_in import sign_in


def me(user: User | AnonymousUser) -> dict[str, Any] | None:
    """Return what a client may know about the signed-in user, ``None`` if nobody is."""
    if not user.is_authenticated:
        return None
    return {
        "id": user.pk,
        "username": user.get_username(),
        "name": user.get_full_name(),
        "is_staff": user.is_staff,
        "groups": sorted(user.groups.values_list("name", flat=True)),
        "permissions": sorted(user.get_all_permissions()),
    }


class TokenView(ApiView):
    """Name and password for a pair of tokens."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=Credentials, responses=PairSerializer, auth=[])
    def post(self, request: Request) -> Response:
        """Sign in; ten failures per address and name in five minutes are allowed."""
        user = sign_in(request._request, **self.body(Credentials))
        return Response(tokens.issue(user, at=timezone.now())._asdict())


class TokenRefreshView(ApiView):
    """A refresh token for a new access token."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=RefreshToken, responses=PairSerializer, auth=[])
    def post(self, request: Request) -> Response:
        """Get a new access token; the refresh token stays the same until it ends."""
        pair = tokens.renew(self.body(RefreshToken)["refresh"], at=timezone.now())
        return Response(pair._asdict())


class TokenRevokeView(ApiView):
    """Give a refresh token back."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=RefreshToken, responses={204: None}, auth=[])
    def post(self, request: Request) -> Response:
        """End a refresh token and every access token made from it, sockets included."""
        tokens.revoke(self.body(RefreshToken)["refresh"])
        return Response(status=204)


class SessionView(ApiView):
    """The dashboard's sign-in by cookie."""

    authentication_classes = (SessionAuthentication,)
    permission_classes = (AllowAny,)

    @extend_schema(responses=SessionSerializer, auth=[])
    def get(self, request: Request) -> Response:
        """Tell who is signed in, and set the CSRF cookie."""
        get_token(request._request)
        return Response({"user": me(request.user)})

    @extend_schema(request=Credentials, responses=SessionSerializer, auth=[])
    def post(self, request: Request) -> Response:
        """Sign in; needs the CSRF token, so that no other site can sign a browser in."""
        SessionAuthentication().enforce_csrf(request)
        user = sign_in(request._request, **self.body(Credentials))
        login(request._request, user)
        return Response({"user": me(user)})

    @extend_schema(responses={204: None}, auth=[])
    def delete(self, request: Request) -> Response:
        """Sign out; harmless for whoever is not signed in."""
        SessionAuthentication().enforce_csrf(request)
        logout(request._request)
        return Response(status=204)


class MeView(ApiView):
    """Who am I."""

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Tell the signed-in user's name, groups and permissions."""
        return Response(me(request.user))


class StreamTicketView(ApiView):
    """A ticket for a socket."""

    @extend_schema(request=TicketRequest, responses={201: TicketSerializer})
    def post(self, request: Request) -> Response:
        """Get a single-use right to open one socket of one stream within 30 seconds."""
        stream = self.body(TicketRequest)["stream"]
        needed = settings.STREAMS[stream]
        if not request.user.has_perm(needed):
            raise NotPermittedError(f"The permission {needed} is needed.")
        ticket = tickets.issue(self.signed_in(), stream)
        return Response({"ticket": ticket, "expires_in": tickets.LIFETIME_SECONDS}, status=201)
