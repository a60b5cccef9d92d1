"""The chain over the history of recommendations: what was written cannot be changed unseen."""

from typing import Any

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords


class ChainedRecords(HistoricalRecords):  # type: ignore[misc]  # the library has no types
    """A history that keeps who acted: a user who stands in it can be deactivated, not deleted.

    Else the database would take a name out of records that the chain covers.
    """

    def _get_history_user_fields(self) -> dict[str, Any]:
        user = models.ForeignKey(
            settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
        )
        return {"history_user": user}


class ChainHead(models.Model):
    """The end of the chain; its lock orders the links. There is one row, made by a migration.

    ``key_check`` tells whether a key is the one that the chain was made with.
    """

    ONLY = 1

    position = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")
    key_check = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return f"Chain of {self.position} links"


class HistoryLink(models.Model):
    """One link for each record of history, in the order of writing, without a gap.

    ``digest`` covers the record and the link before it.
    """

    position = models.PositiveBigIntegerField(primary_key=True)
    recommendation = models.PositiveBigIntegerField(help_text="Its id; the row may be gone")
    record = models.PositiveBigIntegerField(unique=True, help_text="The history record's id")
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["recommendation"], name="link_by_recommendation")]

    def __str__(self) -> str:
        return f"Link {self.position}"
