"""What can be done with an upload: take it in, look at it, start it, cancel it, delete it."""

from datetime import datetime
from typing import BinaryIO

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Sum

from streams.errors import DomainError, IllegalStateError, NotFoundError

from . import mappings, storage
from .errors import FileError
from .files import EventFile
from .inspection import Inspected, inspect
from .layout import HeaderError, find_columns
from .loading import newest_hotspot
from .mapping import MappingError, TableMapping, compiled, from_json
from .models import COUNTERS, Upload
from .opening import MAX_RATIO, Bounds
from .preview import Previewed, preview
from .suggestion import suggest, with_dialect
from .tasks import load_upload

UNPACKED = 20  # times what an upload may have: a packed file may become so much
Status = Upload.Status


class TooManyUploadsError(DomainError):
    """As many files, or bytes, are kept as may be."""

    code = "too_many_uploads"
    status = 409


def bounds() -> Bounds:
    """Return what a packed upload may become."""
    return Bounds(UNPACKED * settings.UPLOAD_MAX_BYTES, MAX_RATIO)


def receive(*, name: str, content: BinaryIO, size: int, by: User, via: str) -> Upload:
    """Keep an uploaded file and say what it looks like.

    Raises:
        FileError: it is nothing that can be read.
        UploadTooLargeError, DiskFullError, TooManyUploadsError: it is not kept.
    """
    _refuse_too_many(size)
    stored = storage.keep(content, size)
    try:
        seen = inspect(str(storage.file_of(stored)), bounds())
        return _create(name, stored, size, seen, by, via)
    except (DomainError, OSError):
        storage.remove(stored)
        raise


def look(pk: int, mapping: TableMapping) -> Previewed:
    """Return the first lines of an upload as they would be read.

    Raises:
        NotFoundError, FileError, MappingError: it cannot be done.
    """
    with open_upload(find(pk), mapping) as file:
        return preview(file)


def start(
    pk: int,
    *,
    mapping: TableMapping,
    save_as: str = "",
    by: User,
    at: datetime,
    via: str,
    version: int | None = None,
) -> Upload:
    """Begin to load an upload, or begin again, with a mapping that fits its columns.

    Raises:
        NotFoundError, IllegalStateError, VersionConflictError, MappingError: nothing is begun.
    """
    with transaction.atomic():
        upload = _locked(pk, version)
        if upload.status == Status.RUNNING:
            raise IllegalStateError("The upload is running already.")
        _check_fit(upload, mapping)
        if save_as.strip():
            mappings.save_as(save_as, mapping, by=by, via=via)
        for name in (*COUNTERS, "errors_bytes", "errors_lines", "lost"):
            setattr(upload, name, 0)
        upload.mapping, upload.problem = mapping.to_dict(), ""
        upload.status, upload.started_at, upload.finished_at = Status.RUNNING, at, None
        upload.newest_hotspot, upload.heartbeat_at = newest_hotspot(), at
        upload.turn += 1
        _save(upload, by, via)
        load_upload.enqueue(upload.pk, upload.turn)
    return upload


def cancel(pk: int, *, by: User, at: datetime, via: str, version: int | None = None) -> Upload:
    """Stop an upload that is not done; what is stored stays.

    Raises:
        NotFoundError, IllegalStateError, VersionConflictError: nothing is changed.
    """
    with transaction.atomic():
        upload = _locked(pk, version)
        if upload.status not in (Status.WAITING, Status.RUNNING):
            raise IllegalStateError(f"The upload is {upload.status}: there is nothing to cancel.")
        upload.status, upload.finished_at = Status.CANCELLED, at
        upload.turn += 1  # whoever has it in hand writes nothing more
        _save(upload, by, via)
    return upload


def delete(pk: int, *, by: User, via: str, version: int | None = None) -> None:
    """Delete an upload and its files; the readings stay.

    Raises:
        NotFoundError, IllegalStateError, VersionConflictError: nothing is changed.
    """
    with transaction.atomic():
        upload = _locked(pk, version)
        if upload.status == Status.RUNNING:
            raise IllegalStateError("The upload is running: cancel it first.")
        upload._history_user, upload._change_reason = by, via  # type: ignore[attr-defined]
        upload.delete()
        transaction.on_commit(lambda: storage.remove(upload.stored))


def find(pk: int) -> Upload:
    """Return an upload; raises ``NotFoundError``."""
    upload = Upload.objects.select_related("created_by").filter(pk=pk).first()
    if upload is None:
        raise NotFoundError(f"There is no upload {pk}.")
    return upload


def open_upload(upload: Upload, mapping: TableMapping) -> EventFile:
    """Open an upload's content.

    Raises:
        FileError: it is not on this machine's disk, or cannot be read.
    """
    path = storage.file_of(upload.stored)
    if not path.exists():
        detail = "the file is not there: servers and workers need the same DATA_DIR/uploads."
        raise FileError(detail, "file_gone")
    return EventFile(str(path), mapping, name=upload.name, bounds=bounds())


def _create(name: str, stored: str, size: int, seen: Inspected, by: User, via: str) -> Upload:
    suggested = suggest(seen, mappings.known_mappings())
    suggestion = with_dialect(suggested.mapping, seen)
    upload = Upload(
        name=_shown_name(name),
        stored=stored,
        size=size,
        format=seen.format,
        dialect={**seen.dialect, "decimal": suggestion.decimal},
        columns=seen.columns,
        sample=seen.sample,
        suggestion=suggestion.to_dict(),
        doubts=suggested.doubts,
        created_by=by,
    )
    _save(upload, by, via)
    return upload


def _save(upload: Upload, by: User, via: str) -> None:
    upload._history_user, upload._change_reason = by, via  # type: ignore[attr-defined]
    upload.save()


def _locked(pk: int, version: int | None) -> Upload:
    upload = Upload.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if upload is None:
        raise NotFoundError(f"There is no upload {pk}.")
    upload.require_version(version)
    return upload


def _check_fit(upload: Upload, mapping: TableMapping) -> None:
    """Refuse a mapping whose columns are not those of the file."""
    layout = compiled(mapping)
    if upload.format == Upload.Format.NDJSON:
        if not mapping.is_plain():
            detail = "NDJSON names its fields itself: a mapping does not apply."
            raise MappingError("mapping_not_applicable", detail)
        return
    if mapping.delimiter not in ("", upload.dialect["delimiter"]):
        return  # other columns than were seen: the file itself will tell
    try:
        find_columns(upload.columns, layout)
    except HeaderError as error:
        raise MappingError(error.code, str(error)) from error


def _refuse_too_many(size: int) -> None:
    kept = Upload.objects.count()
    if kept >= settings.UPLOAD_MAX_FILES:
        raise TooManyUploadsError(f"{kept} uploads are kept: delete some first.")
    total = Upload.objects.aggregate(total=Sum("size"))["total"] or 0
    if total + size > settings.UPLOAD_MAX_TOTAL_BYTES:
        raise TooManyUploadsError(f"The uploads have {total:,} bytes: delete some first.")


def _shown_name(name: str) -> str:
    """Return a file's name for people: no folders, nothing that cannot be printed."""
    name = name.replace("\\", "/").rpartition("/")[2]
    return "".join(mark if mark.isprintable() else "_" for mark in name)[-255:] or "upload"


def mapping_of(upload: Upload) -> TableMapping:
    """Return the mapping that an upload was started with."""
    return from_json(upload.mapping or {})
