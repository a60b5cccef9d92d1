"""Signing in with a name and a password, and how often it may fail."""

import hashlib
import logging
import time
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest

from .addresses import client_address
from .errors import DomainError

logger = logging.getLogger(__name__)

WINDOW_SECONDS = 300
# Counts for this process while the shared cache is away: the limit never just disappears.
_own_cache = LocMemCache("sign-in", {})


class BadCredentialsError(DomainError):
    """No active user has this name and password."""

    code = "bad_credentials"
    status = 401


class TooManyAttemptsError(DomainError):
    """Too many failed attempts from one address for one name."""

    code = "too_many_attempts"
    status = 429

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many failed attempts: try again in {retry_after} s.")
        self.retry_after = retry_after


def sign_in(request: HttpRequest, *, username: str, password: str) -> User:
    """Return the user with this name and password.

    An attempt is counted before the password is looked at and taken back if it was right, so
    that many attempts at once are not more than one after the other.

    Raises:
        TooManyAttemptsError: the limit of 5 minutes is reached; the password was not checked.
        BadCredentialsError: wrong name or password, or an inactive user.
    """
    key = _key(request, username)
    if settings.SIGN_IN_ATTEMPTS:
        _with_cache(_count_attempt, key)
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        raise BadCredentialsError("There is no active user with this name and password.")
    if settings.SIGN_IN_ATTEMPTS:
        _with_cache(_take_back, key)
    return user


def _count_attempt(store: BaseCache, key: str) -> None:
    now = time.time()
    store.add(f"{key}.until", now + WINDOW_SECONDS, WINDOW_SECONDS)
    store.add(key, 0, WINDOW_SECONDS)
    if _add(store, key, 1) > settings.SIGN_IN_ATTEMPTS:
        _add(store, key, -1)
        until = store.get(f"{key}.until", now)
        raise TooManyAttemptsError(max(1, round(until - now)))


def _take_back(store: BaseCache, key: str) -> None:
    _add(store, key, -1)


def _add(store: BaseCache, key: str, delta: int) -> int:
    try:
        return store.incr(key, delta)
    except ValueError:  # the window ended in between
        return max(delta, 0)


def _with_cache(act: Any, key: str) -> None:
    try:
        act(cache, key)
    except DomainError:
        raise
    except Exception as error:  # noqa: BLE001 - any broker's error: sign-in works without it
        logger.warning("sign-in attempts are counted here only: %s", type(error).__name__)
        act(_own_cache, key)


def _key(request: HttpRequest, username: str) -> str:
    peer = request.META.get("REMOTE_ADDR") or ""
    address = client_address(peer, request.headers.get("X-Forwarded-For", ""))
    digest = hashlib.sha256(f"{address}\0{username.lower()}".encode()).hexdigest()
    return f"sign-in.{digest}"
