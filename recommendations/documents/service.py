"""What can be done with a document: take it in, review it, publish it, withdraw it, delete it.

Each is one transaction that locks the row. What takes longer is done by a task that carries the
row's version: once the row is saved again, an earlier task writes nothing more.
"""

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from recommendations.knowledge import sync
from recommendations.models import Document, DocumentFile, Playbook
from streams.audit import save_setting
from streams.errors import IllegalStateError, NotFoundError

from . import preview, review
from .errors import (
    DocumentError,
    DuplicateDocumentError,
    SlugTakenError,
    StalePreviewError,
    TooManyDocumentsError,
)
from .opening import kind_of
from .tasks import prepare_document, read_document

Status = Document.Status
EDITABLE = (Status.DRAFT, Status.REVIEWED, Status.WITHDRAWN)
DELETABLE = (Status.REFUSED, Status.DRAFT, Status.WITHDRAWN)


def receive(*, name: str, content: bytes, by: User, via: str) -> Document:
    """Keep an uploaded document and have it read.

    Raises:
        DocumentError, DuplicateDocumentError, TooManyDocumentsError: it is not kept.
    """
    if len(content) > settings.DOCUMENT_MAX_BYTES:
        detail = f"The file has {len(content):,} bytes: at most {settings.DOCUMENT_MAX_BYTES:,}."
        raise DocumentError(detail, "too_large")
    document = Document(
        name=_shown_name(name),
        kind=kind_of(name, content),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=by,
    )
    with transaction.atomic():
        _one_at_a_time()
        _refuse_twice(document.sha256)
        _begin(document, timezone.now())
        save_setting(document, by=by, via=via)
        DocumentFile.objects.create(document=document, content=content)
        read_document.enqueue(document.pk, document.version)
    return document


def save_review(
    pk: int, given: dict[str, Any], *, by: User, at: datetime, via: str, version: int | None = None
) -> Document:
    """Keep what a reviewer says, complete or not: the document is a draft then.

    Raises:
        NotFoundError, IllegalStateError, VersionConflictError: nothing is kept.
    """
    with _locked(pk, EDITABLE, version) as document:
        document.front_matter = given
        _back_to_draft(document)
        save_setting(document, by=by, via=via)
    return document


def mark_reviewed(
    pk: int, *, by: User, at: datetime, via: str, version: int | None = None
) -> Document:
    """Have passages, embeddings and the preview of a complete review made.

    Raises:
        ReviewError: something is missing or wrong, named by field.
        NotFoundError, IllegalStateError, VersionConflictError: nothing is changed.
    """
    with _locked(pk, (Status.DRAFT, Status.WITHDRAWN), version) as document:
        review.playbook_of(document)
        document.status, document.problem, document.problem_code = Status.REVIEWED, "", ""
        document.reviewed_by, document.reviewed_at = by, at
        _prepare(document, by, at, via)
    return document


def look_again(
    pk: int, *, by: User, at: datetime, via: str, version: int | None = None
) -> Document:
    """Have the preview of a reviewed document made anew, with the corpus of now.

    Raises:
        NotFoundError, IllegalStateError, VersionConflictError: nothing is changed.
    """
    with _locked(pk, (Status.REVIEWED,), version) as document:
        _prepare(document, by, at, via)
    return document


def publish(pk: int, *, by: User, at: datetime, via: str, version: int | None = None) -> Document:
    """Make the document's playbook: from here on it is searched.

    Raises:
        StalePreviewError: the preview is not of this review and this corpus.
        SlugTakenError: another playbook has the slug.
        NotFoundError, IllegalStateError, VersionConflictError: nothing is changed.
    """
    with _locked(pk, (Status.REVIEWED,), version) as document:
        _one_at_a_time()
        playbook = review.playbook_of(document)
        if not preview.is_current(document, playbook):
            detail = "The preview is of another corpus or another review: look again first."
            raise StalePreviewError(detail)
        try:
            preview.store_prepared(document, playbook, document.prepared or {})
        except sync.SlugTakenError as error:
            raise SlugTakenError(f"Another playbook is named {playbook.front.id}.") from error
        document.status = Status.PUBLISHED
        document.published_by, document.published_at = by, at
        save_setting(document, by=by, via=via)
    return document


def withdraw(pk: int, *, by: User, at: datetime, via: str, version: int | None = None) -> Document:
    """Take the document's playbook out of the search; what was quoted from it stays quoted.

    Raises:
        NotFoundError, IllegalStateError, VersionConflictError: nothing is changed.
    """
    with _locked(pk, (Status.PUBLISHED,), version) as document:
        Playbook.objects.filter(document=document).delete()
        document.status, document.prepared, document.preview = Status.WITHDRAWN, None, None
        save_setting(document, by=by, via=via)
    return document


def remove(pk: int, *, by: User, at: datetime, via: str, version: int | None = None) -> Document:
    """Delete a document that is not in use, with its file; its history stays.

    Raises:
        NotFoundError, IllegalStateError, VersionConflictError: nothing is deleted.
    """
    with _locked(pk, DELETABLE, version) as document:
        document._history_user, document._change_reason = by, via  # type: ignore[attr-defined]
        document.delete()
    return document


@contextmanager
def _locked(pk: int, allowed: Collection[str], version: int | None) -> Iterator[Document]:
    with transaction.atomic():
        document = Document.objects.select_for_update(no_key=True).filter(pk=pk).first()
        if document is None:
            raise NotFoundError(f"There is no document {pk}.")
        document.require_version(version)
        if document.status not in allowed:
            raise IllegalStateError(f"The document is {document.status}.")
        yield document


def _one_at_a_time() -> None:
    """Let nobody else upload or publish until the transaction ends; SQLite has one writer."""
    types = ContentType.objects.select_for_update(no_key=True)
    list(types.filter(app_label="recommendations", model="document"))


def _refuse_twice(sha256: str) -> None:
    if same := Document.objects.filter(sha256=sha256).first():
        detail = f"This file is here already: document {same.pk}, {same.name} ({same.status})."
        raise DuplicateDocumentError(detail)
    count = Document.objects.count()
    if count >= settings.DOCUMENT_MAX_COUNT:
        raise TooManyDocumentsError(f"{count} documents are kept: delete some first.")


def _begin(document: Document, at: datetime) -> None:
    document.attempts, document.heartbeat_at = 1, at


def _prepare(document: Document, by: User, at: datetime, via: str) -> None:
    document.prepared = document.preview = None
    _begin(document, at)
    save_setting(document, by=by, via=via)
    prepare_document.enqueue(document.pk, document.version)


def _back_to_draft(document: Document) -> None:
    document.status, document.problem, document.problem_code = Status.DRAFT, "", ""
    document.prepared = document.preview = document.heartbeat_at = None


def _shown_name(name: str) -> str:
    """Return a file's name for people: no folders, nothing that cannot be seen."""
    name = name.replace("\\", "/").rpartition("/")[2]
    return "".join(mark if mark.isprintable() else "_" for mark in name)[-255:] or "document"
