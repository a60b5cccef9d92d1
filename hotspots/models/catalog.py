"""What is watched: metrics of entities, and the targets that people set for them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from streams.models import VersionedRow


class Entity(models.Model):
    """A supplier, site or route. Names are unique over all types."""

    name = models.CharField(max_length=200, unique=True)
    entity_type = models.CharField(max_length=40, default="supplier", db_index=True)
    time_zone = models.CharField(
        max_length=64,
        default="UTC",
        help_text="IANA name or fixed offset (+09:00): decides which hour of the day a reading is",
    )
    created_at = models.DateTimeField(auto_now_add=True, editable=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "entities"

    def __str__(self) -> str:
        return self.name


class Metric(models.Model):
    """What is measured, in one canonical unit, with the rules that hold for it."""

    class Ladder(models.TextChoices):
        BOTH = "both", "ratio and score"
        SCORE = "score", "score only"

    name = models.CharField(max_length=100, primary_key=True)
    unit = models.CharField(max_length=32)
    is_emission = models.BooleanField(default=False)
    threshold = models.FloatField(
        null=True, blank=True, help_text="Score from which a hotspot opens; empty: the default"
    )
    floor = models.FloatField(
        default=0, help_text="Baselines at or below this (canonical unit) have no percentage"
    )
    minimum = models.FloatField(null=True, blank=True, help_text="Physical minimum, if any")
    signed = models.BooleanField(default=False, help_text="Values may be negative: no percentages")
    two_sided = models.BooleanField(default=False, help_text="A drop can be critical too")
    ladder = models.CharField(max_length=5, choices=Ladder, default=Ladder.BOTH)
    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.name} ({self.unit})"


class Series(VersionedRow):
    """One metric of one entity: the row that serializes ingest, and what was learned.

    Its ``version`` and history are about what people set; ingest writes past both.
    """

    entity = models.ForeignKey(Entity, models.PROTECT, related_name="series")
    metric = models.ForeignKey(Metric, models.PROTECT, related_name="series")
    state = models.BinaryField(default=bytes, editable=False, help_text="Packed by detection")
    count = models.PositiveBigIntegerField(default=0, editable=False)
    last_time = models.DateTimeField(null=True, editable=False, help_text="Newest reading's time")
    last_received_at = models.DateTimeField(null=True, editable=False)
    simulated = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True, editable=False)
    threshold = models.FloatField(
        null=True,
        blank=True,
        help_text="Score from which a hotspot of this series opens; empty: the metric's",
    )
    frozen_after = models.DateTimeField(null=True, editable=False)
    frozen_until = models.DateTimeField(
        null=True, editable=False, help_text="Readings up to this time are not learned"
    )
    adapted_at = models.DateTimeField(
        null=True, editable=False, help_text="When somebody last accepted the new normal"
    )
    rebuilt_at = models.DateTimeField(
        null=True, editable=False, help_text="When the series was last learned anew in order"
    )
    update_due_at = models.DateTimeField(
        null=True, editable=False, help_text="When its hotspot's row may next be brought up to date"
    )
    rolled_until = models.DateTimeField(
        null=True, editable=False, help_text="Whole hours before it are rolled up"
    )
    history = HistoricalRecords(
        excluded_fields=[
            "state", "count", "last_time", "last_received_at", "simulated", "update_due_at",
            "rolled_until",
        ]
    )  # fmt: skip

    class Meta:
        verbose_name_plural = "series"
        constraints = [
            models.UniqueConstraint(fields=["entity", "metric"], name="one_series_per_metric")
        ]
        indexes = [
            models.Index(
                fields=["update_due_at"],
                condition=Q(update_due_at__isnull=False),
                name="series_with_news",
            )
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.metric_id}"

    @property
    def effective_threshold(self) -> float:
        """The score from which a hotspot opens: the series' own, the metric's, or the default."""
        own = (self.threshold, self.metric.threshold, settings.HOTSPOT_THRESHOLD)
        return next(value for value in own if value is not None)


class Target(VersionedRow):
    """What somebody decided an entity may use of a metric in a period: the policy rule."""

    class Period(models.TextChoices):
        READING = "reading", "each reading"
        HOUR = "hour"
        DAY = "day"
        MONTH = "month"

    entity = models.ForeignKey(Entity, models.CASCADE, related_name="targets")
    metric = models.ForeignKey(Metric, models.CASCADE, related_name="targets")
    period = models.CharField(max_length=7, choices=Period, default=Period.READING)
    value = models.FloatField(help_text="In the metric's canonical unit")
    history = HistoricalRecords()

    told_whole = ("period", "value")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "metric", "period"], name="one_target_per_period"
            ),
            models.CheckConstraint(condition=Q(value__gt=0), name="target_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.metric_id} {self.value:g} per {self.period}"
