"""Who changed a row, when, from where, and what: read only, for every model with a history."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from streams.audit import keep_before
from streams.rest.history import history_rows

from .cells import EMPTY, exact, number
from .lists import BEFORE, position

PAGE = 50


def show(name: str, value: Any) -> str:
    """A field's stored value as text for people; moments come as ISO 8601 in UTC."""
    if value is None or value == "":
        return EMPTY
    if name.endswith("_at"):
        return f"{value[:19].replace('T', ' ')} UTC"
    return number(value) if isinstance(value, float) else str(value)


type Entries = list[dict[str, Any]]


def entries(
    row: Any, before: int | None, told: Callable[[list[Any]], Entries]
) -> tuple[Entries, int | None]:
    """A page of a row's history, newest first, and the position of the next one, if any."""
    records = row.history.select_related("history_user").order_by("-history_id")
    if before is not None:
        records = records.filter(history_id__lt=before)
    found = list(records[: PAGE + 1])
    page = [
        {
            **entry,
            "at": exact(datetime.fromisoformat(entry["at"])),
            "changes": [
                (name.replace("_", " "), show(name, change["from"]), show(name, change["to"]))
                for name, change in entry["changes"].items()
            ],
        }
        for entry in (told(found)[:PAGE] if found else [])
    ]
    return page, found[PAGE - 1].history_id if len(found) > PAGE else None


class HistoryAdmin(admin.ModelAdmin):
    """Show the row's own history in place of the admin's log, which knows only its own forms."""

    def entries(self, records: list[Any]) -> Entries:
        """Consecutive records as the REST API tells them; with ``position`` if they have one."""
        return history_rows(records)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Answer a page of the history of one row to those who may see the row."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        found, before = entries(row, position(request, BEFORE), self.entries)
        context = {
            **self.admin_site.each_context(request),
            "title": f"History of {row}",
            "opts": self.opts,
            "original": row,
            "entries": found,
            "numbered": any("position" in entry for entry in found),
            "older_url": f"?{BEFORE}={before}" if before else "",
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/row_history.html", context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Note that a form of the back office made the change, and what it replaced."""
        keep_before(obj)
        obj._change_reason = "admin"
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Note that the back office deleted the row."""
        obj._change_reason = "admin"
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete row by row, so that each one's history says the same."""
        for obj in queryset:
            self.delete_model(request, obj)
