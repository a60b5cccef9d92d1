"""Tell clients that a hotspot changed. Nothing is decided or written here.

``post_save`` is used so that a change made in the admin is told too. It is silent for
``QuerySet.update`` and ``bulk_create``: services save row by row.
"""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from streams.events import publish

from .models import Hotspot
from .rows import hotspot_row


@receiver(post_save, sender=Hotspot, dispatch_uid="hotspots.publish_hotspot")
def publish_hotspot(instance: Hotspot, *, created: bool, raw: bool, **_: Any) -> None:
    """Publish the saved row; fixtures are not events."""
    if not raw:
        event = "hotspot.created" if created else "hotspot.updated"
        publish("hotspots", event, hotspot_row(instance), before=instance.former())
