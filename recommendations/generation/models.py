"""What the language model may still cost today."""

from datetime import datetime

from django.db import models
from django.db.models import Q, Sum


class TokenDay(models.Model):
    """The tokens of one day (UTC): reserved before a call, settled from its usage after."""

    day = models.DateField(primary_key=True)
    used = models.BigIntegerField(default=0)
    calls = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(used__gte=0), name="tokens_are_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.used} tokens in {self.calls} calls"

    def reserved(self, at: datetime) -> int:
        """Return what the calls under way at a moment may still use."""
        under_way = self.reservations.filter(ends_at__gt=at)
        return under_way.aggregate(tokens=Sum("tokens", default=0))["tokens"]


class TokenReservation(models.Model):
    """What one call may use, until it settles; ``ends_at`` is later than any call can end.

    So one that is over then belonged to a process that died: its tokens are free again.
    """

    day = models.ForeignKey(TokenDay, models.CASCADE, related_name="reservations")
    tokens = models.PositiveBigIntegerField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["day", "ends_at"], name="reservation_by_end")]

    def __str__(self) -> str:
        return f"{self.tokens} tokens of {self.day_id} until {self.ends_at:%H:%M:%S}"
