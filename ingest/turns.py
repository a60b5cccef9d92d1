"""One turn of an upload: some seconds of loading in a task, then the queue has its say again.

A worker that loads a file for an hour would keep everything else waiting. A turn ends after
some seconds and leaves a new task behind; how far it came is in the row, so a turn that died
(``kill -9``) is simply taken again. Readings stored after the last word about them come in as
duplicates then: never twice.
"""

import logging
from time import monotonic

from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from streams.errors import DomainError

from . import storage, uploads
from .files import EventFile
from .loading import Batch, Tally, load
from .models import Upload
from .rejections import Rejections, Written
from .tasks import load_upload

logger = logging.getLogger(__name__)

SECONDS = 5.0
#: Finding the place again costs time in a long file: a turn is at least so many times as long.
PER_SECOND_OF_SEARCH = 4
SAID_EVERY = 1.0  # seconds
BATCH_SIZE = 1_000
Status = Upload.Status


class _Over(Exception):  # noqa: N818 - not an error: it ends a turn early
    """The turn has lasted long enough, or the upload is no longer ours."""


def take_turn(pk: int, turn: int) -> str:
    """Load the next part of an upload; a task of another turn does nothing.

    Returns:
        How the upload stands then.
    """
    upload = Upload.objects.filter(pk=pk, turn=turn, status=Status.RUNNING).first()
    if upload is None:
        return "not mine"
    try:
        return _Turn(upload).run()
    except DatabaseError:
        raise  # it passes, or it is noted after some attempts: see upkeep
    except DomainError as error:
        return _end(upload, Status.FAILED, str(error))
    except Exception:
        logger.exception("upload %d failed", pk)
        text = "Something went wrong on the server; it has been logged."
        return _end(upload, Status.FAILED, text)


class _Turn:
    """An upload in hand."""

    def __init__(self, upload: Upload) -> None:
        self._upload = upload
        self._tally = Tally(newest_hotspot=upload.newest_hotspot, line=upload.lines)
        self._started = monotonic()
        self._first: float | None = None  # when the place was found
        self._said = self._started
        done = Written(upload.errors_bytes, upload.errors_lines)
        path = storage.rejections_of(upload.stored)
        self._errors = Rejections(path, bounded=True, done=done)

    def run(self) -> str:
        """Load until the file or the turn ends."""
        upload = self._upload
        try:
            with uploads.open_upload(upload, uploads.mapping_of(upload)) as file:
                self._file = file
                return self._load(file)
        finally:
            self._errors.close()

    def _load(self, file: EventFile) -> str:
        after = self._upload.lines
        try:
            load(file, self._tally, batch_size=BATCH_SIZE, on_batch=self._stored, after=after)
        except _Over as over:
            return str(over)
        except DomainError:
            self._say()  # what is stored counts
            raise
        self._say(read_bytes=self._upload.size)
        return _end(self._upload, Status.DONE, "")

    def _stored(self, batch: Batch) -> None:
        self._errors.write_batch(batch, self._file.header)
        now = monotonic()
        self._first = self._first or now
        if now >= self._said + SAID_EVERY:
            self._said = now
            if not self._say():
                raise _Over("not mine")
        search = self._first - self._started
        if now - self._started > max(SECONDS, PER_SECOND_OF_SEARCH * search):
            raise _Over(self._pass_on())

    def _say(self, **more: int) -> bool:
        """Write how far it is; return whether the upload is still ours."""
        upload, tally = self._upload, self._tally
        written = self._errors.flush()
        values = {
            "read_bytes": self._file.position(),
            "lines": tally.line,
            "accepted": upload.accepted + tally.accepted,
            "duplicates": upload.duplicates + tally.duplicates,
            "late": upload.late + tally.late,
            "rejected": upload.rejected + tally.rejected,
            "hotspots": upload.hotspots + tally.hotspots,
            "newest_hotspot": tally.newest_hotspot,
            "errors_bytes": written.bytes,
            "errors_lines": written.lines,
            "heartbeat_at": timezone.now(),
            "lost": 0,
            **more,
        }
        return bool(_mine(upload).update(**values))

    def _pass_on(self) -> str:
        """Leave the rest to a new task."""
        with transaction.atomic():
            if not (self._say() and _mine(self._upload).update(turn=self._upload.turn + 1)):
                return "not mine"
            load_upload.enqueue(self._upload.pk, self._upload.turn + 1)
        return "to be continued"


def _end(upload: Upload, status: Status, problem: str) -> str:
    """Note how an upload ended, unless it is in other hands by now."""
    with transaction.atomic():
        row = _mine(upload).select_for_update(no_key=True).first()
        if row is None:
            return "not mine"
        row.status, row.problem = status, problem[:500]
        row.finished_at = timezone.now()
        row._change_reason = "worker"  # type: ignore[attr-defined]
        row.save()
    return status.value


def _mine(upload: Upload) -> QuerySet[Upload]:
    return Upload.objects.filter(pk=upload.pk, turn=upload.turn, status=Status.RUNNING)
