"""What the page of an upload shows."""

from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from ingest.models import Upload
from ingest.rows import upload_row
from streams.backoffice.cells import EMPTY, chip, exact


def context_of(upload: Upload) -> dict[str, Any]:
    """Return the values that the page's template needs about the upload itself."""
    running = upload.status == Upload.Status.RUNNING
    return {
        "original": upload,
        "upload": upload,
        "title": upload.name,
        "chips": [chip("upload", upload.status), chip("format", upload.format)],
        "problem": upload_row(upload)["problem"],
        "doubts": [] if upload.mapping else upload_row(upload)["doubts"],
        "running": running,
        "waiting": upload.status == Upload.Status.WAITING,
        "begun": upload.started_at is not None,
        "percent": round(100 * upload.read_bytes / upload.size) if upload.size else 100,
        "numbers": _numbers(upload),
        "facts": _facts(upload),
        "sample": upload.sample,
        "errors_url": reverse("admin:ingest_upload_errors", args=[upload.pk]),
    }


def counts(upload: Upload) -> str:
    """What came of an upload so far, in one line."""
    if upload.started_at is None:
        return EMPTY
    parts = [f"{upload.accepted:,} in"]
    if upload.duplicates:
        parts.append(f"{upload.duplicates:,} duplicates")
    if upload.rejected:
        parts.append(f"{upload.rejected:,} rejected")
    return ", ".join(parts)


def size(number: int) -> str:
    """A number of bytes for people."""
    return str(filesizeformat(number))


def _numbers(upload: Upload) -> list[tuple[str, str]]:
    names = ("accepted", "duplicates", "late", "rejected", "hotspots")
    labels = {"late": "late (of the accepted)", "hotspots": "hotspots opened"}
    return [(labels.get(name, name), f"{getattr(upload, name):,}") for name in names]


def _facts(upload: Upload) -> list[tuple[str, Any]]:
    found = {"\t": "tab"}
    dialect = {name: found.get(value, value) for name, value in upload.dialect.items() if value}
    if upload.format != Upload.Format.CSV:
        dialect.pop("decimal", None)
    return [
        ("size", size(upload.size)),
        *dialect.items(),
        ("columns", str(len(upload.columns))),
        ("uploaded", exact(upload.created_at)),
        ("by", str(upload.created_by or EMPTY)),
        ("started", exact(upload.started_at)),
        ("finished", exact(upload.finished_at)),
    ]
