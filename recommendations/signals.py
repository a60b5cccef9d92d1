"""Tell clients that a recommendation changed. Nothing is decided or written here.

``post_save`` is used so that a change made in the admin is told too. It is silent for
``QuerySet.update`` and ``bulk_create``: services save row by row.
"""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from streams.events import publish

from .models import Recommendation
from .rows import recommendation_row


@receiver(post_save, sender=Recommendation, dispatch_uid="recommendations.publish_recommendation")
def publish_recommendation(instance: Recommendation, *, created: bool, raw: bool, **_: Any) -> None:
    """Publish the saved row; fixtures are not events."""
    if not raw:
        event = "recommendation.created" if created else "recommendation.updated"
        publish("recommendations", event, recommendation_row(instance), before=instance.former())
