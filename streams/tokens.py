"""JSON Web Tokens: a short access token for calls and sockets, a refresh token to get new ones.

An access token names the refresh token it came from (``rid``): giving that one back ends both.
A refresh token carries a fingerprint of the password, so that a new password ends it.
"""

import hashlib
import uuid
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import jwt
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User

from .errors import DomainError
from .models import RevokedToken

ALGORITHM = "HS256"
MAX_LENGTH = 4096
MAX_USER_ID = 2**63 - 1  # what a table can hold
ACCESS, REFRESH = "access", "refresh"


class TokenError(DomainError):
    """A token that does not open anything."""

    status = 401


class TokenInvalidError(TokenError):
    """Not a token of this server, or not of the kind that is needed."""

    code = "token_invalid"


class TokenExpiredError(TokenError):
    """The token's time is over."""

    code = "token_expired"


class TokenRevokedError(TokenError):
    """The token was given back, or its user may no longer sign in."""

    code = "token_revoked"


class Pair(NamedTuple):
    """What a client gets: two tokens, and the seconds for which ``access`` is good."""

    access: str
    expires_in: int
    refresh: str


class AccessClaims(NamedTuple):
    """What an access token says: whose it is, when it ends, which refresh token it came from."""

    user_id: int
    expires_at: datetime
    rid: str


def issue(user: User, *, at: datetime) -> Pair:
    """Return a new pair for a user who has just signed in."""
    rid = uuid.uuid4().hex
    until = at + timedelta(seconds=settings.REFRESH_TOKEN_SECONDS)
    refresh = _encode(REFRESH, user.pk, rid, at, until, password=_fingerprint(user))
    return Pair(*_access(user.pk, rid, at, until), refresh)


def renew(refresh: str, *, at: datetime) -> Pair:
    """Return a new access token for a refresh token, which stays good until it ends.

    Raises:
        TokenError: the refresh token opens nothing (any more).
    """
    claims = _decode(refresh, REFRESH)
    _require_unrevoked(claims["jti"])
    user = get_user_model().objects.filter(pk=_user_id(claims), is_active=True).first()
    if user is None or claims.get("password") != _fingerprint(user):
        raise TokenRevokedError("The user may no longer sign in with this token: sign in again.")
    until = datetime.fromtimestamp(claims["exp"], UTC)
    return Pair(*_access(user.pk, claims["jti"], at, until), refresh)


def revoke(refresh: str) -> None:
    """End a refresh token and every access token made from it. A second time changes nothing.

    Raises:
        TokenInvalidError: it is not a refresh token of this server.
    """
    try:
        claims = _decode(refresh, REFRESH)
    except TokenExpiredError:
        return
    RevokedToken.objects.get_or_create(
        jti=claims["jti"], defaults={"expires_at": datetime.fromtimestamp(claims["exp"], UTC)}
    )


def verify_access(token: str) -> AccessClaims:
    """Return what an access token says, after its signature, time and revocation were checked.

    Raises:
        TokenExpiredError, TokenInvalidError, TokenRevokedError: it opens nothing (any more).
    """
    claims = read_access(token)
    _require_unrevoked(claims.rid)
    return claims


def read_access(token: str) -> AccessClaims:
    """Return what an access token says, after its signature and time were checked alone.

    Raises:
        TokenExpiredError, TokenInvalidError: it opens nothing (any more).
    """
    claims = _decode(token, ACCESS)
    ends = datetime.fromtimestamp(claims["exp"], UTC)
    return AccessClaims(_user_id(claims), ends, str(claims.get("rid", "")))


def revoked(jtis: Collection[str]) -> set[str]:
    """Return those of some refresh tokens that were given back."""
    if not jtis:
        return set()
    return set(RevokedToken.objects.filter(pk__in=jtis).values_list("pk", flat=True))


def _access(user_id: Any, rid: str, at: datetime, until: datetime) -> tuple[str, int]:
    """Return an access token that never outlives its refresh token, and its seconds."""
    ends = min(at + timedelta(seconds=settings.ACCESS_TOKEN_SECONDS), until)
    token = _encode(ACCESS, user_id, uuid.uuid4().hex, at, ends, rid=rid)
    return token, int((ends - at).total_seconds())


def _encode(kind: str, user_id: Any, jti: str, at: datetime, until: datetime, **more: str) -> str:
    claims = {"kind": kind, "sub": str(user_id), "jti": jti, "iat": at, "exp": until}
    return jwt.encode(claims | more, settings.SECRET_KEY, ALGORITHM)


def _decode(token: str, kind: str) -> dict[str, Any]:
    if len(token) > MAX_LENGTH:
        raise TokenInvalidError("The token is too long.")
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            settings.SECRET_KEY,
            algorithms=[ALGORITHM],
            # iat is not checked: two servers' clocks may be a second apart
            options={"require": ["exp", "iat", "jti", "sub"], "verify_iat": False},
        )
    except jwt.ExpiredSignatureError as error:
        raise TokenExpiredError("The token has ended: get a new one.") from error
    except jwt.InvalidTokenError as error:
        raise TokenInvalidError("The token was not issued by this server.") from error
    if claims.get("kind") != kind:
        raise TokenInvalidError(f"A token of kind {kind} is needed here.")
    return claims


def _user_id(claims: dict[str, Any]) -> int:
    try:
        user_id = int(claims["sub"])
    except ValueError as error:
        raise TokenInvalidError("The token names no user.") from error
    if not 0 < user_id <= MAX_USER_ID:
        raise TokenInvalidError("The token names no user.")
    return user_id


def _require_unrevoked(jti: str) -> None:
    if RevokedToken.objects.filter(pk=jti).exists():
        raise TokenRevokedError("The token was given back: sign in again.")


def _fingerprint(user: User) -> str:
    return hashlib.sha256(user.get_session_auth_hash().encode()).hexdigest()[:16]
