"""The event log as clients got it, for reading only."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from .backoffice.cells import age, chip, exact
from .backoffice.lists import BackOfficeAdmin, ReadOnly, ReadOnlyAdmin
from .models import StreamEvent, StreamHead


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
