"""What was measured: each reading, and the hours that charts of long ranges are made of."""

from django.db import models
from django.db.models import Q


class Measurement(models.Model):
    """One reading: what was sent, in which unit, and what was expected at that moment."""

    # no index of its own: the constraint's begins with it
    series = models.ForeignKey(
        "hotspots.Series", models.CASCADE, related_name="measurements", db_index=False
    )
    time = models.DateTimeField()
    value = models.FloatField(help_text="In the metric's canonical unit")
    raw_value = models.FloatField(null=True, help_text="As sent; empty: the value itself")
    raw_unit = models.CharField(max_length=32, null=True, help_text="Empty: the metric's own")  # noqa: DJ001
    previous_value = models.FloatField(null=True, help_text="Before the last correction")
    baseline = models.FloatField(
        null=True, help_text="The sender's own expectation, canonical unit: this reading's target"
    )
    key = models.CharField(max_length=200, null=True, help_text="Idempotency key")  # noqa: DJ001
    attributes = models.TextField(default="", help_text="JSON object as sent")
    expected = models.FloatField(null=True)
    lower = models.FloatField(null=True)
    upper = models.FloatField(null=True)
    score = models.FloatField(null=True, help_text="Null: not scored (late)")
    late = models.BooleanField(default=False)
    simulated = models.BooleanField(default=False)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "time"], name="one_measurement_per_time"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(key__isnull=False), name="one_measurement_per_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.time:%Y-%m-%d %H:%M} {self.value:g}"


class SeriesHour(models.Model):
    """The readings of one series in one hour (UTC), added up; ``hotspots.rollup`` writes it.

    Means are kept as sums, so that hours can be added up to days.
    """

    pk = models.CompositePrimaryKey("series", "hour")
    # no index of its own: the key begins with it
    series = models.ForeignKey(
        "hotspots.Series", models.CASCADE, related_name="hours", db_index=False
    )
    hour = models.DateTimeField(help_text="Its beginning")
    count = models.PositiveIntegerField(default=0)
    total = models.FloatField(default=0, help_text="Sum of the values")
    low = models.FloatField(default=0)
    high = models.FloatField(default=0)
    banded = models.PositiveIntegerField(default=0, help_text="How many had an expectation")
    expected = models.FloatField(null=True, help_text="Sum, as of the bounds")
    lower = models.FloatField(null=True)
    upper = models.FloatField(null=True)
    score = models.FloatField(null=True, help_text="The largest")
    stale = models.BooleanField(default=False, help_text="A late or corrected reading came since")

    class Meta:
        indexes = [
            models.Index(
                fields=["series", "hour"], condition=Q(stale=True), name="series_hour_stale"
            )
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.hour:%Y-%m-%d %H:00}"
