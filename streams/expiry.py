"""Forgets what sign-in and repeated requests no longer need."""

from datetime import datetime

from .idempotency import LIFETIME
from .models import IdempotentAnswer, RevokedToken, StreamTicket


def forget_expired(*, at: datetime) -> int:
    """Delete tickets, revoked tokens and kept answers whose time is over; return how many."""
    expired = (
        StreamTicket.objects.filter(expires_at__lt=at),
        RevokedToken.objects.filter(expires_at__lt=at),
        IdempotentAnswer.objects.filter(created_at__lt=at - LIFETIME),
    )
    return sum(rows.delete()[0] for rows in expired)
