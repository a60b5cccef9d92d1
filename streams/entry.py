"""Who a client is and whether it may come in: within the limits of strangers and of users."""

import logging

from django.db import DatabaseError

from . import closing
from .admission import Visit
from .auth import Access, NotPermittedError, NotSignedInError
from .closing import Closing
from .grants import grant
from .handshake import Handshake, MalformedQueryError

logger = logging.getLogger(__name__)


async def admit(visit: Visit, shake: Handshake, stream: str) -> Access | Closing:
    """Return what a handshake gives, or why its socket is to be closed.

    Raises:
        RefusedError: this address or user has too many sockets.
    """
    if not shake.has_credential:
        await visit.as_stranger()  # before any database work
    access = await _identify(shake, stream)
    if isinstance(access, Access) and access.user_id is not None:
        await visit.as_user(access.user_id)
    elif isinstance(access, Closing) and access.code == closing.NOT_SIGNED_IN.code:
        await visit.as_stranger()
    return access


async def _identify(shake: Handshake, stream: str) -> Access | Closing:
    try:
        _ = shake.since
        return await grant(shake, stream)
    except MalformedQueryError as error:
        return closing.MALFORMED_QUERY._replace(detail=str(error))
    except NotSignedInError as error:
        return closing.NOT_SIGNED_IN._replace(detail=str(error))
    except NotPermittedError as error:
        return closing.NOT_PERMITTED._replace(detail=str(error))
    except DatabaseError as error:
        logger.warning("the database is away: %s", type(error).__name__)
        return closing.UNAVAILABLE
