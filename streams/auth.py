"""Who is at the other end of a socket, and whether they still may be there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, get_user, get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from . import tickets, tokens
from .errors import DomainError
from .handshake import Handshake
from .models import RevokedToken


class NotSignedInError(DomainError):
    """Nobody, or a credential that is no longer good."""

    code = "not_signed_in"
    status = 401


class NotPermittedError(DomainError):
    """Signed in, but without the permission."""

    code = "not_permitted"
    status = 403


@dataclass(slots=True)
class Access:
    """What a socket was opened with. ``user_id`` is ``None`` for an anonymous reader."""

    stream: str
    user_id: int | None = None
    username: str | None = None
    expires_at: datetime | None = None
    refresh_id: str | None = None
    session_key: str | None = None


def grant(handshake: Handshake, stream: str) -> Access:
    """Return the access that a handshake's credential gives to a stream.

    In order: bearer subprotocol, ``Authorization`` header, ticket, session cookie (only with
    an allowed ``Origin``, since browsers send cookies across sites).

    Raises:
        NotSignedInError: no credential, or one that is no longer good.
        NotPermittedError: the user may not see this stream.
    """
    access = _identify(handshake, stream)
    if access is None:
        if not settings.STREAMS_ALLOW_ANONYMOUS:
            raise NotSignedInError("Sign in: send a token, a ticket or the session cookie.")
        return Access(stream)
    if access.user_id not in permitted(stream, [access.user_id]):
        raise NotPermittedError(f"The permission {settings.STREAMS[stream]} is needed.")
    return access


def from_token(token: str, stream: str) -> Access:
    """Return the access of an access token's user.

    Raises:
        NotSignedInError: the token has ended or is not one of ours.
    """
    try:
        claims = tokens.verify_access(token)
    except DomainError as error:
        raise NotSignedInError(str(error)) from error
    return Access(
        stream, claims.user_id, _name(claims.user_id), claims.expires_at, refresh_id=claims.rid
    )


def still_allowed(accesses: Iterable[Access], now: datetime) -> dict[int, str]:
    """Return why some accesses have ended, by ``id()``: ``not_signed_in`` or ``not_permitted``.

    Five queries at most, whatever the number of sockets.
    """
    held = [access for access in accesses if access.user_id is not None]
    ended: dict[int, str] = {}
    for stream in {access.stream for access in held}:
        ids = {a.user_id for a in held if a.stream == stream and a.user_id is not None}
        allowed = permitted(stream, ids)
        ended |= {
            id(a): "not_permitted" for a in held if a.stream == stream and a.user_id not in allowed
        }
    gone = _revoked(held) | _signed_out(held)
    ended |= {
        id(a): "not_signed_in"
        for a in held
        if a.refresh_id in gone
        or a.session_key in gone
        or (a.expires_at is not None and a.expires_at <= now)
    }
    return ended


def permitted(stream: str, user_ids: Iterable[int | None]) -> set[int]:
    """Return those of the users who are active and may see a stream."""
    users = get_user_model().objects.with_perm(
        settings.STREAMS[stream], backend="django.contrib.auth.backends.ModelBackend"
    )
    return set(users.filter(pk__in=list(user_ids)).values_list("pk", flat=True))


def _identify(handshake: Handshake, stream: str) -> Access | None:
    if handshake.bearer is not None:
        return from_token(handshake.bearer, stream)
    if handshake.ticket is not None:
        user_id = tickets.redeem(handshake.ticket, stream)
        if user_id is None:
            raise NotSignedInError("The ticket was used, has ended, or is for another stream.")
        return Access(stream, user_id, _name(user_id))
    key = handshake.cookies.get(settings.SESSION_COOKIE_NAME)
    if key and handshake.origin is not None:  # its origin was checked before
        return _from_session(key, stream)
    return None


def _from_session(key: str, stream: str) -> Access | None:
    request = HttpRequest()
    request.session = _session(key)
    user = get_user(request)  # checks the password's fingerprint too
    if not user.is_authenticated or not user.is_active:
        return None
    return Access(stream, user.pk, user.get_username(), session_key=key)


def _session(key: str) -> SessionBase:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    session: SessionBase = store(key)
    return session


def _revoked(held: list[Access]) -> set[str]:
    ids = {access.refresh_id for access in held if access.refresh_id}
    return (
        set(RevokedToken.objects.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    )


def _signed_out(held: list[Access]) -> set[str]:
    """Return the sessions that are gone, or whose user has a new password."""
    users = {access.session_key: access.user_id for access in held if access.session_key}
    if not users:
        return set()
    stored = Session.objects.filter(pk__in=users, expire_date__gt=timezone.now())
    hashes = {session.pk: session.get_decoded().get(HASH_SESSION_KEY) for session in stored}
    people = get_user_model().objects.in_bulk(set(users.values()))
    return {
        key for key, user in users.items() if not _is_signed_in(people.get(user), hashes.get(key))
    }


def _is_signed_in(user: AbstractBaseUser | None, session_hash: str | None) -> bool:
    if user is None or session_hash is None:
        return False
    return constant_time_compare(session_hash, user.get_session_auth_hash())


def _name(user_id: int) -> str | None:
    users = get_user_model().objects.filter(pk=user_id, is_active=True)
    return users.values_list("username", flat=True).first()
