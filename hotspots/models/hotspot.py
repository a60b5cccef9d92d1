"""What was found anomalous."""

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from streams.models import StreamedRow

from .catalog import Series
from .silence import Silence


class HotspotQuerySet(models.QuerySet["Hotspot"]):
    """Filters and list shapes."""

    def active(self) -> "HotspotQuerySet":
        """Rows that the engine still updates: at most one per series."""
        return self.filter(status__in=Hotspot.ACTIVE)

    def with_names(self) -> "HotspotQuerySet":
        """Rows with everything that the public shape needs, in one query."""
        return self.select_related("series__entity", "series__metric")


class Hotspot(StreamedRow):
    """Values that are anomalous for one entity, metric and hour.

    ::

        open -> acknowledged -> resolved      (the engine or an analyst; both may skip a step)
           \\______________\\--> ignored
    """

    class Severity(models.TextChoices):
        INFO = "info"
        WARN = "warn"
        CRITICAL = "critical"

    class Rule(models.TextChoices):
        POLICY = "policy"
        ANOMALY = "anomaly"
        DATA_QUALITY = "data_quality"

    class Side(models.TextChoices):
        HIGH = "high"
        LOW = "low"

    class Status(models.TextChoices):
        OPEN = "open"
        ACKNOWLEDGED = "acknowledged"
        RESOLVED = "resolved"
        IGNORED = "ignored"

    class Label(models.TextChoices):
        NONE = "", "not labelled"
        TRUE_POSITIVE = "true_positive", "true positive"
        FALSE_POSITIVE = "false_positive", "false positive"

    class Advice(models.TextChoices):
        PENDING = "pending"
        READY = "ready"
        NONE = "none"
        FAILED = "failed"

    ACTIVE = (Status.OPEN, Status.ACKNOWLEDGED)
    filtered_by = ("severity", "status")

    series = models.ForeignKey(Series, models.PROTECT, related_name="hotspots")
    value = models.FloatField()
    baseline = models.FloatField(null=True)
    expected_low = models.FloatField(null=True)
    expected_high = models.FloatField(null=True)
    percent_above = models.FloatField(null=True)
    score = models.FloatField(null=True)
    severity = models.CharField(max_length=8, choices=Severity)
    rule = models.CharField(max_length=12, choices=Rule)
    reason = models.CharField(max_length=20)
    side = models.CharField(max_length=4, choices=Side)
    status = models.CharField(max_length=12, choices=Status, default=Status.OPEN)
    label = models.CharField(max_length=14, choices=Label, default=Label.NONE, blank=True)
    occurrences = models.PositiveIntegerField(default=1)
    flapping = models.BooleanField(default=False)
    explanation = models.TextField()
    evidence = models.JSONField(default=dict)
    advice = models.CharField(max_length=7, choices=Advice, default=Advice.PENDING)
    advice_reason = models.CharField(max_length=300, default="", blank=True)
    incident_id = models.BigIntegerField(null=True)
    suppressed_by = models.CharField(max_length=100, default="", blank=True)
    silence = models.ForeignKey(
        Silence, models.PROTECT, null=True, editable=False, related_name="hotspots", db_index=False
    )
    simulated = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    history = HistoricalRecords()

    objects = HotspotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series"],
                condition=Q(status__in=["open", "acknowledged"]),
                name="one_active_hotspot_per_series",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["open", "acknowledged"], resolved_at=None)
                | Q(status__in=["resolved", "ignored"], resolved_at__isnull=False),
                name="hotspot_resolved_at_matches_status",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="hotspot_by_status"),
            models.Index(fields=["severity", "-id"], name="hotspot_by_severity"),
            models.Index(fields=["-opened_at", "-id"], name="hotspot_by_opening"),
            models.Index(fields=["status", "severity"], name="hotspot_counts"),
            models.Index(
                fields=["id"], condition=Q(advice="pending"), name="hotspot_waiting_for_advice"
            ),
            models.Index(
                fields=["silence"],
                condition=Q(status__in=["open", "acknowledged"], silence__isnull=False),
                name="hotspot_hidden",
            ),
            models.Index(
                fields=["incident_id"],
                condition=Q(incident_id__isnull=False),
                name="hotspot_by_incident",
            ),
            models.Index(fields=["id"], condition=~Q(suppressed_by=""), name="hotspot_suppressed"),
        ]

    def __str__(self) -> str:
        return f"Hotspot {self.pk}: {self.series} {self.severity}"

    @property
    def is_active(self) -> bool:
        """Whether the engine still updates the row."""
        return self.status in self.ACTIVE
