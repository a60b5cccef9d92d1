"""Tell clients, and the chain, that a recommendation changed. Nothing is decided or written here.

``post_save`` is used so that a change made in the admin is told too. It is silent for
``QuerySet.update`` and ``bulk_create``: services save row by row.
"""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from simple_history.signals import post_create_historical_record

from streams.events import at_end, publish

from .chain import link
from .models import Recommendation
from .rows import recommendation_row


@receiver(post_save, sender=Recommendation, dispatch_uid="recommendations.publish_recommendation")
def publish_recommendation(instance: Recommendation, *, created: bool, raw: bool, **_: Any) -> None:
    """Publish the saved row; fixtures are not events."""
    if not raw:
        event = "recommendation.created" if created else "recommendation.updated"
        publish("recommendations", event, recommendation_row(instance), before=instance.former())


@receiver(
    post_create_historical_record,
    sender=Recommendation.history.model,
    dispatch_uid="recommendations.link_record",
)
def link_record(history_instance: Any, **_: Any) -> None:
    """Hand every record of history to the chain, also of a row that was saved by hand."""
    at_end(link, history_instance.pk)
