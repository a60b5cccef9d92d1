"""The public shapes of uploads, saved mappings and previews."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.utils import timezone

from hotspots.readings import Reading, Rejection
from streams.rows import moment, user_name

from .models import COUNTERS, Mapping, Upload
from .preview import Previewed
from .time_forms import DOUBTS

PLAIN = (
    *("id", "name", "size", "format", "status", "dialect", "columns", "sample"),
    *("mapping", "suggestion", *COUNTERS, "version"),
)
MOMENTS = ("created_at", "started_at", "finished_at")
WAITS_TOO_LONG = timedelta(seconds=20)
NO_WORKER = "No worker has taken it up yet: is manage.py db_worker running?"


def upload_row(upload: Upload) -> dict[str, Any]:
    """Return an upload as JSON-ready values."""
    row = {name: getattr(upload, name) for name in PLAIN}
    row |= {name: moment(getattr(upload, name)) for name in MOMENTS}
    row["doubts"] = [{"code": code, "detail": DOUBTS[code]} for code in upload.doubts]
    row["problem"] = upload.problem or _delay(upload, timezone.now())
    row["created_by"] = user_name(upload.created_by)
    return row


def mapping_row(mapping: Mapping) -> dict[str, Any]:
    """Return a saved mapping as JSON-ready values."""
    return {
        "id": mapping.pk,
        "name": mapping.name,
        "mapping": mapping.mapping,
        "created_by": user_name(mapping.created_by),
        "created_at": moment(mapping.created_at),
        "updated_at": moment(mapping.updated_at),
        "version": mapping.version,
    }


def preview_rows(previewed: Previewed) -> dict[str, Any]:
    """Return a preview as JSON-ready values."""
    lines = [_line(line, outcome) for line, outcome in previewed.outcomes]
    return {"lines": lines, "unused": previewed.unused}


def _line(line: int, outcome: Reading | Rejection) -> dict[str, Any]:
    if isinstance(outcome, Rejection):
        return {"line": line, "reading": None, "code": outcome.code, "detail": outcome.detail}
    return {"line": line, "reading": reading_row(outcome), "code": "", "detail": ""}


def reading_row(reading: Reading) -> dict[str, Any]:
    """Return a reading in the shape of an event; what it does not say is left out."""
    event = msgspec.to_builtins(reading, builtin_types=(datetime,))
    event["time"] = moment(reading.time)
    event["id"] = event.pop("key")
    event["attributes"] = msgspec.json.decode(reading.attributes) if reading.attributes else None
    for name in ("index", "offset_seconds"):
        del event[name]
    return {name: value for name, value in event.items() if value is not None}


def _delay(upload: Upload, now: datetime) -> str:
    """Say so if nobody works on an upload that was started a while ago."""
    running = upload.status == Upload.Status.RUNNING and upload.heartbeat_at is not None
    if running and now - upload.heartbeat_at > WAITS_TOO_LONG and not upload.lines:  # type: ignore[operator]
        return NO_WORKER
    return ""
