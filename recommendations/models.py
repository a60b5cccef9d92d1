"""What to do about a hotspot, and who decided so."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hotspots.models import Hotspot
from streams.models import StreamedRow

from .chain_models import ChainedRecords, ChainHead, HistoryLink
from .generation.models import TokenDay, TokenReservation
from .knowledge.models import Document, DocumentFile, Passage, Playbook

__all__ = [
    "ChainHead",
    "Document",
    "DocumentFile",
    "HistoryLink",
    "Passage",
    "Playbook",
    "Recommendation",
    "TokenDay",
    "TokenReservation",
]


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    """Filters and list shapes."""

    def pending(self) -> "RecommendationQuerySet":
        """Rows that wait for a decision."""
        return self.filter(status=Recommendation.Status.PENDING)

    def with_names(self) -> "RecommendationQuerySet":
        """Rows with everything that the public shape needs, in one query."""
        return self.select_related("hotspot__series__entity", "decided_by", "edited_by")


class Recommendation(StreamedRow):
    """A proposed action for a hotspot. Staff decide once; the first decision stands.

    ::

        pending -> approved -> implemented
           |----> rejected
           `----> expired                 (its hotspot resolved, or its time ran out)
    """

    class Status(models.TextChoices):
        PENDING = "pending"
        APPROVED = "approved"
        REJECTED = "rejected"
        IMPLEMENTED = "implemented"
        EXPIRED = "expired"

    class Cost(models.TextChoices):
        LOW = "low"
        MEDIUM = "medium"
        HIGH = "high"

    hotspot = models.ForeignKey(Hotspot, models.CASCADE, related_name="recommendations")
    playbook = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    action = models.TextField()
    root_cause = models.TextField(default="")
    rationale = models.TextField(default="")
    retriever = models.CharField(max_length=10)
    generator = models.CharField(max_length=100, default="extractive")
    fallback_reason = models.CharField(max_length=200, default="", blank=True)
    co2_reduction = models.FloatField(null=True, help_text="In the hotspot's unit")
    predicted_reduction = models.FloatField(
        null=True, help_text="In the hotspot's unit, of any metric; null without a figure"
    )
    reduction_pct_low = models.FloatField(null=True)
    reduction_pct_high = models.FloatField(null=True)
    arithmetic = models.TextField(default="", blank=True)
    realised_reduction = models.FloatField(null=True)
    cost = models.CharField(max_length=6, choices=Cost)
    feasibility = models.PositiveSmallIntegerField()
    confidence = models.FloatField()
    citations = models.JSONField(default=list)
    status = models.CharField(max_length=11, choices=Status, default=Status.PENDING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=2000, default="", blank=True)
    four_eyes = models.BooleanField(
        default=False, editable=False, help_text="As the setting was when it was written"
    )
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    edited_at = models.DateTimeField(null=True, editable=False)
    expires_at = models.DateTimeField()
    simulated = models.BooleanField(default=False)
    history = ChainedRecords()

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        permissions = [("decide_recommendation", "Can approve or reject a recommendation")]
        constraints = [
            models.UniqueConstraint(
                fields=["hotspot", "playbook"],
                condition=Q(status__in=["pending", "approved"]),
                name="one_live_recommendation_per_playbook",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["pending", "expired"], decided_by=None, decided_at=None)
                | Q(
                    status__in=["approved", "rejected", "implemented"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="recommendation_decision_matches_status",
            ),
            models.CheckConstraint(
                condition=Q(feasibility__gte=1, feasibility__lte=10),
                name="recommendation_feasibility_1_to_10",
            ),
            models.CheckConstraint(
                condition=~Q(
                    four_eyes=True,
                    status__in=["approved", "implemented"],
                    edited_by__isnull=False,
                    edited_by=F("decided_by"),
                ),
                name="recommendation_approved_by_other_eyes",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="recommendation_by_status"),
            models.Index(fields=["expires_at"], name="recommendation_by_expiry"),
            models.Index(fields=["playbook", "status"], name="recommendation_by_playbook"),
        ]

    def __str__(self) -> str:
        return f"Recommendation {self.pk}: {self.title}"

    @property
    def saving(self) -> float | None:
        """How much it is to save, in the hotspot's unit; old rows only know it of emissions."""
        return self.co2_reduction if self.predicted_reduction is None else self.predicted_reduction
