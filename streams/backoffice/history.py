"""Who changed a row, when, from where, and what: read only, for every model with a history."""

from datetime import datetime
from typing import Any, NamedTuple

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from .cells import EMPTY, number
from .lists import BEFORE, position

PAGE = 50
#: Counted and stamped by every save: no news.
HIDDEN = {"version", "updated_at", "created_at"}
KINDS = {"+": "created", "~": "changed", "-": "deleted"}


class FieldChange(NamedTuple):
    """One field of one change, as text."""

    name: str
    before: str
    after: str


class Entry(NamedTuple):
    """One line of a row's history."""

    at: datetime
    by: str
    via: str
    kind: str
    changes: list[FieldChange]


def show(value: Any) -> str:
    """A stored value as text for people."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S} UTC"
    if isinstance(value, float):
        return number(value)
    return str(value)


def differences(record: Any, previous: Any, fields: list[models.Field]) -> list[FieldChange]:
    """What ``record`` changed. Both are rows of the same historical model."""
    pairs = (
        (field, getattr(previous, field.attname), getattr(record, field.attname))
        for field in fields
    )
    return [
        FieldChange(str(field.verbose_name), show(before), show(after))
        for field, before, after in pairs
        if before != after
    ]


def entries(row: Any, before: int | None) -> tuple[list[Entry], int | None]:
    """A page of a row's history, newest first.

    Returns:
        The entries, and the position of the next page, ``None`` at the end.
    """
    records = row.history.select_related("history_user").order_by("-history_id")
    if before is not None:
        records = records.filter(history_id__lt=before)
    found = list(records[: PAGE + 1])
    fields = [field for field in row._meta.concrete_fields if field.name not in HIDDEN]
    page = []
    for place, record in enumerate(found[:PAGE]):
        older = found[place + 1] if place + 1 < len(found) else None
        changes = differences(record, older, fields) if older else []
        by = record.history_user.get_username() if record.history_user else ""
        via = record.history_change_reason or ""
        page.append(Entry(record.history_date, by, via, KINDS[record.history_type], changes))
    return page, found[PAGE - 1].history_id if len(found) > PAGE else None


class HistoryAdmin(admin.ModelAdmin):
    """Show the row's own history in place of the admin's log, which knows only its own forms."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Answer a page of the history of one row to those who may see the row."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        found, before = entries(row, position(request, BEFORE))
        context = {
            **self.admin_site.each_context(request),
            "title": f"History of {row}",
            "opts": self.opts,
            "original": row,
            "entries": found,
            "older_url": f"?{BEFORE}={before}" if before else "",
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/row_history.html", context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Note that a form of the back office made the change."""
        obj._change_reason = "admin"
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Note that the back office deleted the row."""
        obj._change_reason = "admin"
        super().delete_model(request, obj)
