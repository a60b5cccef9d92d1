"""Tell clients that a alert changed. Nothing is decided or written here.

``post_save`` is used so that a change made in the admin is told too. It is silent for
``QuerySet.update`` and ``bulk_create``: services save row by row.
"""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from streams.events import publish

from .models import Alert
from .rows import alert_row


@receiver(post_save, sender=Alert, dispatch_uid="alerts.publish_alert")
def publish_alert(instance: Alert, *, created: bool, raw: bool, **_: Any) -> None:
    """Publish the saved row; fixtures are not events."""
    if not raw:
        event = "alert.created" if created else "alert.updated"
        publish("alerts", event, alert_row(instance), before=instance.former())
