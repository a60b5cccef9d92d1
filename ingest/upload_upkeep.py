"""What happens to uploads by itself: lost ones are taken up again, old ones are deleted.

The task queue neither retries nor notices a dead worker. What is decided from is in the database
only, so any process may run this, and several at once do nothing twice.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from . import storage
from .models import Upload
from .tasks import load_upload

#: An upload without a word for so long has lost its worker.
LEASE = timedelta(seconds=60)
MAX_LOST = 5
TASKS_KEPT = timedelta(days=1)
#: A file of no upload is left alone while it may still be on its way in.
ORPHAN_AGE = timedelta(days=1)
Status = Upload.Status


def resume_lost(at: datetime, *, lease: timedelta = LEASE) -> int:
    """Enqueue again what lost its worker; give up after ``MAX_LOST`` times at the same place.

    Args:
        at: the clock's time.
        lease: how long an upload may be silent.

    Returns:
        The number of uploads that something was done about.
    """
    silent = Upload.objects.filter(status=Status.RUNNING, heartbeat_at__lte=at - lease)
    return sum(_resume(pk, at, lease) for pk in silent.values_list("pk", flat=True)[:100])


def delete_old(at: datetime) -> int:
    """Delete uploads past their time, files of none, and the queue's notes about them."""
    before = at - timedelta(days=settings.UPLOAD_RETENTION_DAYS)
    old = Upload.objects.filter(created_at__lt=before).exclude(status=Status.RUNNING)
    names = list(old.values_list("stored", flat=True)[:100])
    for stored in names:
        Upload.objects.filter(stored=stored).delete()
        storage.remove(stored)
    _delete_orphans(at)
    tasks = DBTaskResult.objects.filter(task_path=load_upload.module_path)
    tasks.filter(finished_at__lt=at - TASKS_KEPT).delete()
    return len(names)


def _resume(pk: int, at: datetime, lease: timedelta) -> bool:
    with transaction.atomic():
        rows = Upload.objects.select_for_update(no_key=True, skip_locked=True)
        upload = rows.filter(pk=pk, status=Status.RUNNING, heartbeat_at__lte=at - lease).first()
        if upload is None or _is_waiting(upload):
            return False  # somebody else is at it, or its task is only not its turn yet
        upload.lost += 1
        upload.turn += 1
        upload.heartbeat_at = at
        if upload.lost > MAX_LOST:
            upload.status, upload.finished_at = Status.FAILED, timezone.now()
            upload.problem = f"Its worker was lost {MAX_LOST} times after line {upload.lines:,}."
        else:
            load_upload.enqueue(upload.pk, upload.turn)
        upload._change_reason = "upkeep"  # type: ignore[attr-defined]
        upload.save()
    return True


def _is_waiting(upload: Upload) -> bool:
    tasks = DBTaskResult.objects.filter(
        task_path=load_upload.module_path,
        args_kwargs__args__0=upload.pk,
        args_kwargs__args__1=upload.turn,
        status=TaskResultStatus.READY,
    )
    return tasks.exists()


def _delete_orphans(at: datetime) -> None:
    kept = set(Upload.objects.values_list("stored", flat=True))
    for path in storage.folder().iterdir():
        old = path.stat().st_mtime < (at - ORPHAN_AGE).timestamp()
        if old and path.name.partition(".")[0] not in kept:
            path.unlink(missing_ok=True)
