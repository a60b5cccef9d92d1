"""Alerts: one per hotspot and level, and one for many hotspots that open at once."""

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

    def storms(self) -> "AlertQuerySet":
        """Alerts that speak for many hotspots."""
        return self.filter(hotspot=None)

    def with_names(self) -> "AlertQuerySet":
        """Rows with everything that the public shape needs, in one query."""
        return self.select_related(
            "hotspot__series__entity", "hotspot__series__metric", "acknowledged_by"
        )


class Alert(StreamedRow):
    """The call for attention that a hotspot makes at one level, or a storm of hotspots.

    ::

        active -> acknowledged -> resolved    (a re-opened hotspot makes its alert active again)

    An alert with ``suppressed_by`` calls nobody: a silence hides it, or the storm's alert,
    which has no hotspot, calls for it too.
    """

    class Status(models.TextChoices):
        ACTIVE = "active"
        ACKNOWLEDGED = "acknowledged"
        RESOLVED = "resolved"

    hotspot = models.ForeignKey(Hotspot, models.CASCADE, null=True, related_name="alerts")
    hotspots = models.PositiveIntegerField(default=1, help_text="How many it speaks for")
    level = models.CharField(max_length=8, choices=Hotspot.Severity)
    message = models.TextField()
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    suppressed_by = models.CharField(max_length=100, default="", blank=True)
    simulated = models.BooleanField(default=False)
    raised_at = models.DateTimeField(null=True, editable=False, help_text="When it began to ask")
    storm = models.ForeignKey(
        "self", models.SET_NULL, null=True, editable=False, related_name="members", db_index=False
    )
    storm_running = models.BooleanField(default=False, editable=False)
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
            models.CheckConstraint(
                condition=Q(hotspot=None, storm=None)
                | Q(hotspot__isnull=False, hotspots=1, storm_running=False),
                name="alert_of_a_hotspot_or_of_a_storm",
            ),
            models.UniqueConstraint(
                fields=["storm_running"],
                condition=Q(storm_running=True),
                name="one_storm_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="alert_by_status"),
            models.Index(fields=["level", "-id"], name="alert_by_level"),
            models.Index(
                fields=["raised_at"], condition=Q(suppressed_by=""), name="alert_began_to_ask"
            ),
            models.Index(
                fields=["storm", "raised_at"],
                condition=Q(storm__isnull=False),
                name="alert_in_storm",
            ),
            models.Index(fields=["id"], condition=Q(hotspot=None), name="alert_of_storm"),
            models.Index(fields=["id"], condition=~Q(suppressed_by=""), name="alert_suppressed"),
        ]

    def __str__(self) -> str:
        subject = f"hotspot {self.hotspot_id}" if self.hotspot_id else f"{self.hotspots} hotspots"
        return f"Alert {self.pk}: {self.level} for {subject}"

    @property
    def is_storm(self) -> bool:
        """Whether it speaks for a storm of hotspots, and not for one of them."""
        return self.hotspot_id is None
