"""The event log as clients got it, for reading only; and who is connected now."""

import json
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from . import presence
from .backoffice.cells import age, chip, exact
from .backoffice.lists import BackOfficeAdmin, ReadOnly, ReadOnlyAdmin
from .models import ServerProcess, StreamEvent, StreamHead


class StreamFilter(admin.SimpleListFilter):
    """By stream: the heads know the names, the log need not be read for them."""

    title = "stream"
    parameter_name = "stream"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The streams that have events."""
        names = StreamHead.objects.order_by("stream").values_list("stream", flat=True)
        return [(name, name) for name in names]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The events of one stream."""
        return queryset.filter(stream=self.value()) if self.value() else queryset


@admin.register(StreamEvent)
class StreamEventAdmin(ReadOnlyAdmin):
    """What was sent, in the order in which it was sent."""

    list_display = ["seq", "stream_chip", "event", "sent"]
    list_filter = [StreamFilter, "at"]
    fields = ["stream", "seq", "event", "sent_exact", "row"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[StreamEvent]:
        """The log; the rows in it are only read on an event's own page."""
        return super().get_queryset(request).defer("data")

    @admin.display(description="stream")
    def stream_chip(self, event: StreamEvent) -> SafeString:
        """Which stream carried it."""
        return chip("stream", event.stream)

    @admin.display(description="sent")
    def sent(self, event: StreamEvent) -> SafeString:
        """When it was written."""
        return age(event.at)

    @admin.display(description="sent")
    def sent_exact(self, event: StreamEvent) -> SafeString:
        """When it was written."""
        return exact(event.at)

    @admin.display(description="row")
    def row(self, event: StreamEvent) -> SafeString:
        """The row as clients got it."""
        text = json.dumps(json.loads(event.data), indent=2, ensure_ascii=False)
        return format_html('<pre class="json">{}</pre>', text)


@admin.register(StreamHead)
class StreamHeadAdmin(ReadOnly, BackOfficeAdmin):
    """The last number given out on each stream."""

    list_display = ["stream", "seq"]


@admin.register(ServerProcess)
class LiveConnectionsAdmin(ReadOnly, BackOfficeAdmin):
    """Who is connected now, to which process; a socket can be ended."""

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """The list as a whole; a process has no page of its own."""
        return obj is None and request.user.has_perm("streams.view_connections")

    def get_urls(self) -> list[URLPattern]:
        """Add the address that the buttons post to."""
        view = self.admin_site.admin_view(self.end_view)
        end = path("<slug:connection>/end/", view, name="streams_serverprocess_end")
        return [end, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the sockets of every process that lives."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": "Live connections",
            "opts": self.opts,
            "processes": [
                (process, [_cells(one) for one in process.connections])
                for process in presence.living(timezone.now())
            ],
            "may_end": request.user.has_perm("streams.end_connections"),
        }
        return TemplateResponse(request, "admin/streams/live_connections.html", context)

    def end_view(self, request: HttpRequest, connection: str) -> HttpResponse:
        """End one socket within two seconds, and go back to the list."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm("streams.end_connections"):
            raise PermissionDenied
        presence.end(connection[:32], by=request.user, at=timezone.now())
        self.message_user(request, "The connection ends within two seconds.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:streams_serverprocess_changelist"))


def _cells(one: dict[str, Any]) -> dict[str, Any]:
    """One socket as the cells of its row."""
    return {
        **one,
        "stream": chip("stream", one["stream"]),
        "since": age(datetime.fromisoformat(one["since"])),
    }
