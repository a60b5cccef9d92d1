"""What a credential gives: asked of the database for all together who come at once.

A herd that comes back after a restart costs a handful of queries and not four each.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from importlib import import_module
from typing import NamedTuple
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from . import tickets, tokens
from .auth import Access, NotPermittedError, NotSignedInError, names, permitted
from .errors import DomainError
from .handshake import Handshake

TOGETHER = 500  # asks in one go
MAX_SESSION_KEY = 40  # characters: Django's column


class Ask(NamedTuple):
    """One handshake, and the stream that it wants."""

    handshake: Handshake
    stream: str


def judge(asks: Sequence[Ask]) -> list[Access | DomainError]:
    """Return for each handshake the access that its credential gives, or the refusal.

    In order: bearer subprotocol, ``Authorization`` header, ticket, session cookie (only with
    an allowed ``Origin``, since browsers send cookies across sites). Bearer tokens together cost
    one query, and so do the permissions of each stream; the refusals are ``NotSignedInError`` (no
    credential, or one that is no longer good) and ``NotPermittedError``.
    """
    given = _identify(asks)
    users: dict[str, set[int]] = {ask.stream: set() for ask in asks}
    for access in given:
        if isinstance(access, Access) and access.user_id is not None:
            users[access.stream].add(access.user_id)
    allowed = {stream: permitted(stream, ids) for stream, ids in users.items() if ids}
    return [_decide(access, allowed) for access in given]


async def grant(handshake: Handshake, stream: str) -> Access:
    """Return what one handshake's credential gives, asked with all that wait at the moment.

    Raises:
        NotSignedInError: no credential, or one that is no longer good.
        NotPermittedError: the user may not see this stream.
    """
    if handshake.has_credential:
        answer = await _desk().ask(Ask(handshake, stream))
    else:
        answer = _without_token(handshake, stream)  # which asks nobody
    if isinstance(answer, DomainError):
        raise answer
    return answer


def from_token(token: str, stream: str) -> Access:
    """Return the access of an access token's user.

    Raises:
        NotSignedInError: the token has ended or is not one of ours, or its user may not sign in.
    """
    (access,) = _named(_from_tokens([(token, stream)]))
    if isinstance(access, DomainError):
        raise access
    return access


def _decide(
    access: Access | DomainError, allowed: Mapping[str, Collection[int]]
) -> Access | DomainError:
    if isinstance(access, DomainError) or access.user_id is None:
        return access
    if access.user_id not in allowed[access.stream]:
        return NotPermittedError(f"The permission {settings.STREAMS[access.stream]} is needed.")
    return access


def _named(given: Sequence[Access | DomainError]) -> list[Access | DomainError]:
    """Give each its user's name, or refuse whose user may no longer sign in."""
    found = [access for access in given if isinstance(access, Access)]
    known = names({access.user_id for access in found if access.user_id is not None})
    for access in found:
        access.username = known.get(access.user_id) if access.user_id is not None else None
    return [
        NotSignedInError("The user of this credential may no longer sign in.")
        if isinstance(access, Access) and access.user_id is not None and access.username is None
        else access
        for access in given
    ]


def _identify(asks: Sequence[Ask]) -> list[Access | DomainError]:
    given = [(ask.handshake.bearer, ask.stream) for ask in asks]
    bearers = iter(_from_tokens([(token, stream) for token, stream in given if token is not None]))
    return _named(
        [
            next(bearers) if token is not None else _without_token(*ask)
            for ask, (token, _) in zip(asks, given, strict=True)
        ]
    )


def _from_tokens(given: Sequence[tuple[str, str]]) -> list[Access | DomainError]:
    """Return what tokens give, each to its stream, or why they give nothing."""
    read = [(_claims(token), stream) for token, stream in given]
    claimed = [claims for claims, _ in read if isinstance(claims, tokens.AccessClaims)]
    revoked = tokens.revoked({claims.rid for claims in claimed})
    return [
        claims
        if isinstance(claims, DomainError)
        else NotSignedInError("The token was given back: sign in again.")
        if claims.rid in revoked
        else Access(stream, claims.user_id, None, claims.expires_at, claims.rid)
        for claims, stream in read
    ]


def _claims(token: str) -> tokens.AccessClaims | DomainError:
    try:
        return tokens.read_access(token)
    except DomainError as error:
        return NotSignedInError(str(error))


def _without_token(handshake: Handshake, stream: str) -> Access | DomainError:
    if handshake.ticket is not None:
        user_id = tickets.redeem(handshake.ticket, stream)
        if user_id is None:
            return NotSignedInError("The ticket was used, has ended, or is for another stream.")
        return Access(stream, user_id)
    key = handshake.cookies.get(settings.SESSION_COOKIE_NAME)
    if key and handshake.origin is not None:  # its origin was checked before
        access = _from_session(key, stream) if _may_be_session(key) else None
        if access is not None:
            return access
    if settings.STREAMS_ALLOW_ANONYMOUS:
        return Access(stream)
    return NotSignedInError("Sign in: send a token, a ticket or the session cookie.")


def _may_be_session(key: str) -> bool:
    """Tell whether a table could hold it: PostgreSQL refuses a NUL as if it were broken."""
    return key.isascii() and key.isalnum() and len(key) <= MAX_SESSION_KEY


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


Answer = asyncio.Future[Access | DomainError]


class Desk:
    """Where the handshakes of one event loop wait: what comes during a query goes with the next."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Ask, Answer]] = []
        self._work: asyncio.Task[None] | None = None

    def ask(self, ask: Ask) -> Answer:
        """Return a future of the answer."""
        answer: Answer = asyncio.get_running_loop().create_future()
        self._waiting.append((ask, answer))
        if self._work is None:
            self._work = asyncio.create_task(self._answer())
        return answer

    async def _answer(self) -> None:
        in_thread = database_sync_to_async(judge, thread_sensitive=False)
        while self._waiting:
            now, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
            try:
                found = await in_thread([ask for ask, _ in now])
            except Exception as error:  # noqa: BLE001 - each who waits is told
                found = [error] * len(now)
            for (_, answer), one in zip(now, found, strict=True):
                _settle(answer, one)
        self._work = None


def _settle(answer: Answer, found: Access | Exception) -> None:
    if answer.done():
        return  # the client has left
    if isinstance(found, Access | DomainError):
        answer.set_result(found)
    else:
        answer.set_exception(found)


_desks: WeakKeyDictionary[asyncio.AbstractEventLoop, Desk] = WeakKeyDictionary()


def _desk() -> Desk:
    loop = asyncio.get_running_loop()
    if loop not in _desks:
        _desks[loop] = Desk()
    return _desks[loop]
