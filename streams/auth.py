"""Who is at the other end of a socket, and whether they still may be there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from .errors import DomainError
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


def permitted(stream: str, user_ids: Iterable[int]) -> set[int]:
    """Return those of the users who are active and may see a stream."""
    users = get_user_model().objects.with_perm(
        settings.STREAMS[stream], backend="django.contrib.auth.backends.ModelBackend"
    )
    return set(users.filter(pk__in=list(user_ids)).values_list("pk", flat=True))


def names(user_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of those of the users who are active."""
    users = get_user_model().objects.filter(pk__in=list(user_ids), is_active=True)
    return dict(users.values_list("pk", "username"))


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
    hashes = {key: _hash_in(data) for key, data in stored.values_list("pk", "session_data")}
    people = get_user_model().objects.in_bulk(set(users.values()))
    return {
        key for key, user in users.items() if not _is_signed_in(people.get(user), hashes.get(key))
    }


@lru_cache(maxsize=20_000)
def _hash_in(session_data: str) -> str | None:
    """Return the password's mark in a stored session. Kept: every second asks for all of them."""
    content: dict[str, str] = SessionStore().decode(session_data)
    return content.get(HASH_SESSION_KEY)


def _is_signed_in(user: AbstractBaseUser | None, session_hash: str | None) -> bool:
    if user is None or session_hash is None:
        return False
    return constant_time_compare(session_hash, user.get_session_auth_hash())
