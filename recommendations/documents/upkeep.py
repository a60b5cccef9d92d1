"""What happens to documents by itself: those that lost their worker are taken up again.

The task queue neither retries nor notices a dead worker. What is decided from is in the database
only, so any process may run this, and several at once do nothing twice.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from recommendations.models import Document
from streams.audit import save_setting

from .tasks import prepare_document, read_document

#: A document without a word for so long has lost its worker.
LEASE = timedelta(seconds=30)
MAX_ATTEMPTS = 3
TASKS_KEPT = timedelta(days=1)
GAVE_UP = "gave_up"
Status = Document.Status
_IN_WORK = Q(status=Status.WAITING) | Q(status=Status.REVIEWED, preview__isnull=True)


def resume_documents(at: datetime, *, lease: timedelta = LEASE) -> int:
    """Enqueue again what lost its worker; give up after ``MAX_ATTEMPTS``.

    Args:
        at: the clock's time.
        lease: how long a document may be silent.

    Returns:
        The number of documents that something was done about.
    """
    silent = Document.objects.filter(_IN_WORK, heartbeat_at__lte=at - lease).order_by("pk")
    return sum(_resume(pk, at, lease) for pk in silent.values_list("pk", flat=True)[:100])


def prune_document_tasks(at: datetime) -> int:
    """Delete the queue's notes about documents that were worked on long ago."""
    paths = [read_document.module_path, prepare_document.module_path]
    done = DBTaskResult.objects.filter(task_path__in=paths, finished_at__lt=at - TASKS_KEPT)
    return done.delete()[0]


def _resume(pk: int, at: datetime, lease: timedelta) -> bool:
    with transaction.atomic():
        rows = Document.objects.select_for_update(no_key=True, skip_locked=True)
        document = rows.filter(_IN_WORK, pk=pk, heartbeat_at__lte=at - lease).first()
        if document is None or _is_queued(document):
            return False  # somebody else is at it, or its task is only not its turn yet
        task = read_document if document.status == Status.WAITING else prepare_document
        document.attempts, document.heartbeat_at = document.attempts + 1, at
        if document.attempts > MAX_ATTEMPTS:
            _give_up(document)
        save_setting(document, by=None, via="upkeep")
        if document.heartbeat_at:
            task.enqueue(document.pk, document.version)
    return True


def _give_up(document: Document) -> None:
    is_new = document.status == Status.WAITING
    document.status = Status.REFUSED if is_new else Status.DRAFT
    document.problem_code, document.heartbeat_at = GAVE_UP, None
    doing = "read" if is_new else "prepared"
    document.problem = f"Its worker was lost {MAX_ATTEMPTS} times while it was {doing}."


def _is_queued(document: Document) -> bool:
    waiting = DBTaskResult.objects.filter(
        task_path__in=[read_document.module_path, prepare_document.module_path],
        args_kwargs__args__0=document.pk,
        args_kwargs__args__1=document.version,
        status=TaskResultStatus.READY,
    )
    return waiting.exists()
