"""What the language model may still cost today."""

from django.db import models
from django.db.models import Q


class TokenDay(models.Model):
    """The tokens of one day (UTC): reserved before a call, settled from its usage after.

    ``reserved`` is what calls under way may still use; one that was lost keeps its reservation
    until the day is over.
    """

    day = models.DateField(primary_key=True)
    reserved = models.BigIntegerField(default=0)
    used = models.BigIntegerField(default=0)
    calls = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reserved__gte=0, used__gte=0), name="tokens_are_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.used} tokens in {self.calls} calls"
