"""Tickets: a single-use right to open one socket, for clients that can send no header.

Only the digest is stored, so that a copy of the database opens nothing.
"""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from .models import StreamTicket

LIFETIME_SECONDS = 30


def issue(user: User, stream: str) -> str:
    """Return a new ticket for a user and a stream; good for 30 seconds and one use."""
    ticket = secrets.token_urlsafe(32)
    StreamTicket.objects.create(
        digest=_digest(ticket),
        user=user,
        stream=stream,
        expires_at=timezone.now() + timedelta(seconds=LIFETIME_SECONDS),
    )
    return ticket


def redeem(ticket: str, stream: str) -> int | None:
    """Use a ticket up and return its user's id.

    Returns:
        ``None`` when it was used, has ended, or is for another stream. Of two who redeem at
        once, one gets the user: only one of them deletes the row.
    """
    row = StreamTicket.objects.filter(pk=_digest(ticket), stream=stream).first()
    if row is None:
        return None
    deleted, _ = StreamTicket.objects.filter(pk=row.pk).delete()
    return row.user_id if deleted and row.expires_at > timezone.now() else None


def _digest(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()
