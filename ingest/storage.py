"""Where uploaded files lie: under random names, in a folder that nothing is served from.

Servers and workers see the same folder. On several machines it is a shared file system.
"""

import os
import secrets
import shutil
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from streams.errors import DomainError

CHUNK = 1024 * 1024
FREE_BYTES = 512 * 1024**2  # left to everything else on the disk


class UploadTooLargeError(DomainError):
    """Larger than one upload may be."""

    code = "too_large"
    status = 413


class DiskFullError(DomainError):
    """There is no room for it."""

    code = "disk_full"
    status = 507


def folder() -> Path:
    """Return the folder, which is there then; nobody else may look into it."""
    path = Path(settings.DATA_DIR, "uploads")
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def file_of(stored: str) -> Path:
    """Return the path of an upload's content."""
    return folder() / stored


def rejections_of(stored: str) -> Path:
    """Return the path of an upload's rejected lines."""
    return folder() / f"{stored}.rejected"


def keep(source: BinaryIO, size: int) -> str:
    """Copy an uploaded file in pieces; return its new name.

    Raises:
        UploadTooLargeError, DiskFullError: it is not kept.
    """
    limit = settings.UPLOAD_MAX_BYTES
    if size > limit:
        raise UploadTooLargeError(f"An upload has at most {limit:,} bytes.")
    if shutil.disk_usage(folder()).free < size + FREE_BYTES:
        raise DiskFullError("There is no room for the file on the server's disk.")
    stored = secrets.token_hex(16)
    path = file_of(stored)
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            shutil.copyfileobj(source, file, CHUNK)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise DiskFullError(f"The file could not be kept: {error.strerror}.") from error
    return stored


def remove(stored: str) -> None:
    """Delete an upload's files, as far as they are there."""
    file_of(stored).unlink(missing_ok=True)
    rejections_of(stored).unlink(missing_ok=True)
