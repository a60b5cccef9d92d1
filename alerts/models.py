"""Alerts: one per hotspot and level."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from hotspots.models import Hotspot
from streams.models import StreamedRow


class AlertQuerySet(models.QuerySet["Alert"]):
    """Filters and list shapes."""

    def unresolved(self) -> "AlertQuerySet":
        """Alerts that still ask for somebody."""
        return self.exclude(status=Alert.Status.RESOLVED)

    def with_names(self) -> "AlertQuerySet":
        """Rows with everything that the public shape needs, in one query."""
        return self.select_related(
            "hotspot__series__entity", "hotspot__series__metric", "acknowledged_by"
        )


class Alert(StreamedRow):
    """The call for attention that a hotspot makes at one level.

    ::

        active -> acknowledged -> resolved    (a re-opened hotspot makes its alert active again)
    """

    class Status(models.TextChoices):
        ACTIVE = "active"
        ACKNOWLEDGED = "acknowledged"
        RESOLVED = "resolved"

    hotspot = models.ForeignKey(Hotspot, models.CASCADE, related_name="alerts")
    level = models.CharField(max_length=8, choices=Hotspot.Severity)
    message = models.TextField()
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    suppressed_by = models.CharField(max_length=100, default="", blank=True)
    simulated = models.BooleanField(default=False)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True)
    history = HistoricalRecords()

    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hotspot", "level"], name="one_alert_per_level"),
            models.CheckConstraint(
                condition=Q(status="resolved", resolved_at__isnull=False)
                | (~Q(status="resolved") & Q(resolved_at=None)),
                name="alert_resolved_at_matches_status",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="alert_by_status"),
            models.Index(fields=["level", "-id"], name="alert_by_level"),
        ]

    def __str__(self) -> str:
        return f"Alert {self.pk}: {self.level} for hotspot {self.hotspot_id}"
