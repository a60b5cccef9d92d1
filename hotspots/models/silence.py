"""Silences and maintenance windows: when nobody wants to be called for what."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from streams.models import VersionedRow

MAX_LENGTH = timedelta(days=366)


class SilenceQuerySet(models.QuerySet["Silence"]):
    """Filters and list shapes."""

    def in_force(self, at: datetime) -> "SilenceQuerySet":
        """Silences that hold at a moment."""
        return self.begun(at).filter(_not_over(at))

    def begun(self, at: datetime) -> "SilenceQuerySet":
        """Silences whose time had come at a moment; some are over."""
        return self.filter(starts_at__lte=at)

    def pending(self, at: datetime) -> "SilenceQuerySet":
        """Silences that hold at a moment or will."""
        return self.filter(_not_over(at))

    def in_states(self, states: list[str], at: datetime) -> "SilenceQuerySet":
        """Silences in any of these states at a moment."""
        begun, going = Q(starts_at__lte=at), _not_over(at)
        wanted = Q(pk__in=[])
        if Silence.State.PLANNED in states:
            wanted |= going & ~begun
        if Silence.State.ACTIVE in states:
            wanted |= going & begun
        if Silence.State.ENDED in states:
            wanted |= Q(ends_at__lte=at) | Q(ended_at__lte=at)
        return self.filter(wanted)

    def with_names(self) -> "SilenceQuerySet":
        """Rows with everything that the public shape needs, in one query."""
        return self.select_related("entity", "metric", "created_by")


def _not_over(at: datetime) -> Q:
    return Q(ends_at__gt=at) & (Q(ended_at=None) | Q(ended_at__gt=at))


class Silence(VersionedRow):
    """A time in which hotspots of an entity, entity type or metric ask for nobody.

    What is named holds together: an entity and a metric mean that metric of that entity.
    ::

        planned -> active -> ended       (by the clock, or early by somebody)
    """

    class Kind(models.TextChoices):
        SILENCE = "silence"
        MAINTENANCE = "maintenance"

    class State(models.TextChoices):
        PLANNED = "planned"
        ACTIVE = "active"
        ENDED = "ended"

    kind = models.CharField(max_length=11, choices=Kind, default=Kind.SILENCE)
    reason = models.CharField(max_length=200, help_text="Shown on everything that it hides")
    everything = models.BooleanField(default=False, help_text="All entities and metrics")
    entity = models.ForeignKey(
        "hotspots.Entity", models.PROTECT, null=True, blank=True, related_name="silences"
    )
    entity_type = models.CharField(max_length=40, default="", blank=True)
    metric = models.ForeignKey(
        "hotspots.Metric", models.PROTECT, null=True, blank=True, related_name="silences"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(help_text="At most 366 days after the start")
    ended_at = models.DateTimeField(null=True, editable=False, help_text="If somebody ended it")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True, editable=False)
    history = HistoricalRecords()

    objects = SilenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="silence_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__lte=F("starts_at") + MAX_LENGTH), name="silence_is_bounded"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="silence_has_a_reason"),
            models.CheckConstraint(
                condition=Q(everything=True, entity=None, entity_type="", metric=None)
                | Q(Q(entity__isnull=False) | ~Q(entity_type="") | Q(metric__isnull=False))
                & Q(everything=False),
                name="silence_has_a_scope",
            ),
        ]
        indexes = [models.Index(fields=["ends_at"], name="silence_by_end")]

    def __str__(self) -> str:
        return f"Silence {self.pk}: {self.reason}"

    def state(self, at: datetime) -> str:
        """Where the silence stands at a moment: planned, active or ended."""
        if self.is_over(at):
            return self.State.ENDED
        return self.State.ACTIVE if self.starts_at <= at else self.State.PLANNED

    def is_over(self, at: datetime) -> bool:
        """Whether it has ended at a moment, by the clock or by somebody."""
        return at >= self.until

    @property
    def until(self) -> datetime:
        """When it ends: as planned, or when somebody ended it."""
        return min(self.ends_at, self.ended_at) if self.ended_at else self.ends_at

    def covers(self, *, entity_id: int, entity_type: str, metric_id: str) -> bool:
        """Whether a series is among what it was made for."""
        return (
            self.entity_id in (None, entity_id)
            and self.entity_type in ("", entity_type)
            and self.metric_id in (None, metric_id)
        )
