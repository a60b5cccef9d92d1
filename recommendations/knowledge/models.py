"""What is searched and cited: playbooks in passages, and the documents that some came from."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from streams.models import VersionedRow


class Document(VersionedRow):
    """A document that somebody uploaded, on its way to become a playbook.

    ::

        waiting -> draft -> reviewed -> published -> withdrawn   (may be reviewed again)
           `----> refused

    Only what is published is searched: publishing makes its ``Playbook``, withdrawing takes it
    away.

    Attributes:
        sections: what the parser read, ``[{"heading": ..., "text": ...}]``.
        front_matter: what the reviewer says of it, in the shape of a playbook's front matter,
            and what ``documents.review`` keeps beside.
        prepared: its passages with embeddings, as the worker made them for this review.
        preview: which situations would get other recommendations, and with which corpus.
    """

    class Status(models.TextChoices):
        WAITING = "waiting"
        REFUSED = "refused"
        DRAFT = "draft"
        REVIEWED = "reviewed"
        PUBLISHED = "published"
        WITHDRAWN = "withdrawn"

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        DOCX = "docx", "DOCX"
        MARKDOWN = "markdown", "Markdown"

    name = models.CharField(max_length=255, help_text="Of the file")
    kind = models.CharField(max_length=8, choices=Kind)
    size = models.PositiveIntegerField(help_text="Bytes")
    sha256 = models.CharField(max_length=64, editable=False)
    status = models.CharField(max_length=9, choices=Status, default=Status.WAITING)
    problem_code = models.CharField(max_length=40, default="", blank=True)
    problem = models.CharField(max_length=500, default="", blank=True)
    pages = models.PositiveIntegerField(null=True)
    words = models.PositiveIntegerField(null=True)
    sections = models.JSONField(default=list)
    front_matter = models.JSONField(null=True)
    prepared = models.JSONField(null=True, editable=False)
    preview = models.JSONField(null=True)
    heartbeat_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True, editable=False)
    reviewed_at = models.DateTimeField(null=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    history = HistoricalRecords(
        excluded_fields=["sections", "prepared", "preview", "heartbeat_at", "attempts"]
    )

    class Meta:
        permissions = [("publish_document", "Can publish and withdraw a document")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="published") | Q(published_at__isnull=False),
                name="published_document_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DocumentFile(models.Model):
    """The bytes of a document as they came: apart, so that lists do not read them."""

    document = models.OneToOneField(Document, models.CASCADE, primary_key=True, related_name="file")
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"File of document {self.document_id}"


class Playbook(models.Model):
    """One entry of the knowledge base: from a shipped file, or from a published document."""

    slug = models.SlugField(max_length=100, unique=True)
    title = models.CharField(max_length=200)
    edition = models.PositiveIntegerField(help_text="The version its author gave it")
    front_matter = models.JSONField(help_text="Where it applies, actions, effect, sources")
    content_hash = models.CharField(max_length=64, help_text="SHA-256 of the file")
    document = models.OneToOneField(
        Document, models.PROTECT, null=True, related_name="playbook", editable=False
    )
    synced_at = models.DateTimeField(auto_now=True, editable=False)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.title


class Passage(models.Model):
    """One headed section of a playbook: what is searched and cited.

    ``embedding`` is float32 in little-endian order, made by the model with the SHA-256
    ``embedded_by``; both are empty where no model was at hand.
    """

    playbook = models.ForeignKey(Playbook, models.CASCADE, related_name="passages")
    position = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=100)
    text = models.TextField()
    embedding = models.BinaryField(null=True)
    embedded_by = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        ordering = ["playbook_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["playbook", "position"], name="one_passage_per_position"
            ),
            models.UniqueConstraint(fields=["playbook", "heading"], name="one_passage_per_heading"),
        ]

    def __str__(self) -> str:
        return f"{self.playbook_id}: {self.heading}"
