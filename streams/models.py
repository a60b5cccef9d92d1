"""The event log, the rows that are streamed, and what sign-in has to remember."""

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models, transaction

from .errors import VersionConflictError


def new_epoch() -> str:
    """Return a name for a new life of a log."""
    return uuid.uuid4().hex


class VersionedRow(models.Model):
    """A row that people change. ``version`` counts the saves: it is the row's ETag."""

    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save and count the version up. The caller holds the row's lock."""
        self.version += 1
        if update_fields is not None:
            update_fields = {*update_fields, "version"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def require_version(self, version: int | None) -> None:
        """Refuse a change that was decided on another version of the row.

        Raises:
            VersionConflictError: ``version`` is given and is not the row's.
        """
        if version is not None and version != self.version:
            raise VersionConflictError(
                f"The row is at version {self.version}, not {version}: look at it again."
            )


class StreamedRow(VersionedRow):
    """A row whose every save is one event of a stream.

    ``version`` also orders the states a client sees.
    """

    created_at = models.DateTimeField(auto_now_add=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True, editable=False)

    #: A filtered client also hears of a row that matched with the former values of these.
    filtered_by: ClassVar[tuple[str, ...]] = ("status",)
    _saved: dict[str, Any]

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save and count the version up. The caller holds the row's lock.

        The event that tells of it (``post_save``) is in the same transaction.
        """
        if update_fields is not None:
            update_fields = {*update_fields, "updated_at"}
        with transaction.atomic(savepoint=False):
            super().save(*args, update_fields=update_fields, **kwargs)
        self._remember()

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        """Load, and remember what the row says on disk."""
        row = super().from_db(*args, **kwargs)
        row._remember()
        return row

    def former(self) -> dict[str, Any]:
        """Return what the last save changed of ``filtered_by``: the values before it."""
        saved = getattr(self, "_saved", {})
        return {name: old for name, old in saved.items() if old != getattr(self, name)}

    def _remember(self) -> None:
        self._saved = {n: self.__dict__[n] for n in self.filtered_by if n in self.__dict__}


class StreamHead(models.Model):
    """The last number given out on one stream, and the name of this life of its log.

    ``epoch`` changes when the log is recreated: numbers of another life mean nothing. A writer
    holds the row until its transaction ends, so numbers become visible in order and without
    gaps. (An auto-increment id does not: id 1 can commit after id 2.)
    """

    stream = models.CharField(max_length=40, primary_key=True)
    seq = models.PositiveBigIntegerField(default=0)
    epoch = models.CharField(max_length=32, default=new_epoch)

    def __str__(self) -> str:
        return f"{self.stream}@{self.seq}"


class StreamEvent(models.Model):
    """One change of one row, as every client of the stream gets it."""

    stream = models.CharField(max_length=40)
    seq = models.PositiveBigIntegerField()
    event = models.CharField(max_length=60)
    at = models.DateTimeField()
    data = models.TextField(help_text="The whole row as JSON, as the REST API shows it")
    before = models.TextField(
        default="", help_text="JSON of what a filter may ask for and this change replaced"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "seq"], name="one_event_per_stream_seq")
        ]
        indexes = [models.Index(fields=["at"], name="stream_event_at")]

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq} {self.event}"


class RevokedToken(models.Model):
    """A refresh token that was given back; access tokens made from it end with it."""

    jti = models.CharField(max_length=32, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.jti


class StreamTicket(models.Model):
    """A single-use right to open one socket, for clients that can send no header."""

    digest = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    stream = models.CharField(max_length=40)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.stream} for {self.user_id}"


class IdempotentAnswer(models.Model):
    """The first answer to a POST with an ``Idempotency-Key``, given again for 24 hours."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    path = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, help_text="Null while in progress")
    content_type = models.CharField(max_length=100, default="application/json")
    body = models.BinaryField(default=bytes)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "path", "key"], name="one_answer_per_key")
        ]

    def __str__(self) -> str:
        return f"{self.path} {self.key}"


class ServerProcess(models.Model):
    """What one server process says of its sockets, again and again while it has any."""

    id = models.CharField(max_length=32, primary_key=True)
    name = models.CharField(max_length=200, help_text="Host and process id")
    seen_at = models.DateTimeField()
    sockets = models.PositiveIntegerField()
    connections = models.TextField(help_text="JSON of the newest of them")

    class Meta:
        default_permissions = ()
        permissions = [
            ("view_connections", "Can see live connections"),
            ("end_connections", "Can end live connections"),
        ]
        verbose_name = "live connection"

    def __str__(self) -> str:
        return self.name


class Disconnection(models.Model):
    """The order to end one socket, for whichever process has it."""

    connection = models.CharField(max_length=32, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.connection
