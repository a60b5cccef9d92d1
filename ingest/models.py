"""Uploaded files on their way in, and the mappings that are kept for the next one."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from streams.models import VersionedRow

COUNTERS = ("read_bytes", "lines", "accepted", "duplicates", "late", "rejected", "hotspots")


class Mapping(VersionedRow):
    """How the columns of a kind of table become events, under a name."""

    name = models.CharField(max_length=100, unique=True)
    mapping = models.JSONField(help_text="Columns, constants, and how numbers and times look")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True, editable=False)
    history = HistoricalRecords()

    def __str__(self) -> str:
        return self.name


class Upload(VersionedRow):
    """A file that somebody uploaded, and how far its readings are in.

    ::

        waiting -> running -> done, failed or cancelled      (each of them may be started again)

    Attributes:
        stored: its random name below ``DATA_DIR/uploads``.
        turn: counts the tasks that had it in hand; one with an older number writes nothing more.
        heartbeat_at: when its task last said that it lives.
        lost: how often its worker was lost since it last came further.
        doubts: what about the suggestion only a person can tell, as codes.
        newest_hotspot: hotspots with a higher id are counted as opened by it.
        errors_bytes, errors_lines: how much of the file of rejections counts.
    """

    class Status(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        NDJSON = "ndjson", "NDJSON"
        PARQUET = "parquet", "Parquet"

    name = models.CharField(max_length=255)
    stored = models.CharField(max_length=32, unique=True, editable=False)
    size = models.BigIntegerField(help_text="Bytes")
    format = models.CharField(max_length=7, choices=Format)
    status = models.CharField(max_length=9, choices=Status, default=Status.WAITING)
    problem = models.CharField(max_length=500, blank=True, default="")
    dialect = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    sample = models.JSONField(default=list)
    suggestion = models.JSONField(default=dict)
    doubts = models.JSONField(default=list)
    mapping = models.JSONField(null=True)

    read_bytes = models.BigIntegerField(default=0)
    lines = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    duplicates = models.BigIntegerField(default=0)
    late = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    hotspots = models.BigIntegerField(default=0)

    turn = models.PositiveIntegerField(default=0, editable=False)
    heartbeat_at = models.DateTimeField(null=True, editable=False)
    lost = models.PositiveSmallIntegerField(default=0, editable=False)
    newest_hotspot = models.BigIntegerField(default=0, editable=False)
    errors_bytes = models.BigIntegerField(default=0, editable=False)
    errors_lines = models.BigIntegerField(default=0, editable=False)

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)
    history = HistoricalRecords(
        excluded_fields=[
            *("sample", "suggestion", "doubts", "columns", "dialect", "stored"),
            *("turn", "heartbeat_at", "lost", "newest_hotspot", "errors_bytes", "errors_lines"),
        ]
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["heartbeat_at"], condition=Q(status="running"), name="running_uploads"
            )
        ]

    def __str__(self) -> str:
        return self.name
