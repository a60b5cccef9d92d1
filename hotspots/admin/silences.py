"""Silences and maintenance windows: which there are, what they hide, new ones, an early end."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hotspots.models import Hotspot, Silence
from hotspots.silences import service as silences
from hotspots.silences.rows import hidden_by
from streams.backoffice.actions import RowAction
from streams.backoffice.cells import EMPTY, age, chip, exact, link, number
from streams.backoffice.rows import ServiceAdmin
from streams.errors import DomainError

from .series_lists import subject

SHOWN = 50
HIDDEN_HEADS = ("Hotspot", "Entity", "Severity", "Status", "Value", "Opened")


class SilenceForm(forms.ModelForm):
    """A new silence, under the rules of the service."""

    starts_at = forms.SplitDateTimeField(
        required=False, widget=AdminSplitDateTime, help_text="UTC; empty: now"
    )

    class Meta:
        model = Silence
        fields = [
            "kind", "reason", "entity", "entity_type", "metric", "everything", "starts_at",
            "ends_at",
        ]  # fmt: skip
        help_texts = {
            "entity": "What is named holds together: an entity and a metric mean that metric of it",
            "ends_at": "UTC; at most 366 days after the start",
        }

    def clean(self) -> dict[str, Any]:
        """Refuse what the service would refuse, beside the field that is wrong."""
        self.at = timezone.now()
        values = self.cleaned_data
        values["starts_at"] = values.get("starts_at") or self.at
        if not self.errors:
            try:
                silences.check(Silence(**values), self.at)
            except silences.SilenceError as error:
                self.add_error(error.field, str(error))
            except DomainError as error:
                self.add_error(None, str(error))
        return values


class StateFilter(admin.SimpleListFilter):
    """Silences by where they stand now."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> "list[tuple[str, Any]]":
        """The choices."""
        return list(Silence.State.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The silences of the choice."""
        state = self.value()
        return queryset.in_states([state], timezone.now()) if state else queryset  # type: ignore[attr-defined]


@admin.register(Silence)
class SilenceAdmin(ServiceAdmin):
    """Who asked for quiet, about what, until when; made here, and ended early."""

    form = SilenceForm
    add_form_template = "admin/change_form.html"
    detail_template = "admin/hotspots/silence/page.html"
    list_display = ["number", "reason", "state_chip", "kind", "covered", "begins", "ends", "hides"]
    list_filter = [StateFilter, "kind", "metric"]
    search_fields = ["reason", "entity__name"]
    search_help_text = "Part of a reason or of an entity's name"
    autocomplete_fields = ["entity"]
    fieldsets = [
        (None, {"fields": ["kind", "reason"]}),
        ("What it covers", {"fields": ["entity", "entity_type", "metric", "everything"]}),
        ("When", {"fields": ["starts_at", "ends_at"]}),
    ]
    row_actions = [
        RowAction(
            "end", "End now", "ended", silences.end,
            offered=lambda row: not row.is_over(timezone.now()), tone="danger",
            confirm="What is still open in it asks for somebody again, at once.",
        ),
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Silence]:
        """Silences with their names."""
        return Silence.objects.with_names()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Silences are made by people."""
        return request.user.has_perm("hotspots.add_silence")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Let the service make it, and hide what is open."""
        scope = {name: str(getattr(obj, name) or "") for name in ("entity", "entity_type")}
        made = silences.create(
            kind=obj.kind, reason=obj.reason, metric=obj.metric_id, everything=obj.everything,
            starts_at=obj.starts_at, ends_at=obj.ends_at, at=form.at, via="admin",
            by=cast("User", request.user), **scope,
        )  # fmt: skip
        obj.__dict__.update(made.__dict__)

    def prepare_page(self, rows: list[Any]) -> None:
        """Count what the silences of a page hide, in one query."""
        hidden = hidden_by(row.pk for row in rows)
        for row in rows:
            row.hidden = hidden.get(row.pk, 0)

    def detail(self, request: HttpRequest, row: Silence) -> dict[str, Any]:
        """What it covers and hides."""
        return {
            "heading": row.reason,
            "chips": [self.state_chip(row), chip("kind", row.kind)],
            "flags": "",
            "hidden": hidden_rows(row) if request.user.has_perm("hotspots.view_hotspot") else [],
            "hidden_heads": HIDDEN_HEADS,
            "facts": [
                ("Covers", scope(row)),
                ("From", exact(row.starts_at)),
                ("Until", exact(row.ends_at)),
                ("Ended early", exact(row.ended_at)),
                ("Made by", row.created_by or EMPTY),
                ("Made", exact(row.created_at)),
                ("Version", row.version),
            ],
        }

    @admin.display(description="state")
    def state_chip(self, row: Silence) -> SafeString:
        """Where it stands now."""
        return chip("status", row.state(timezone.now()))

    @admin.display(description="covers")
    def covered(self, row: Silence) -> SafeString:
        """What it was made for."""
        return scope(row)

    @admin.display(description="from")
    def begins(self, row: Silence) -> SafeString:
        """When it begins."""
        return age(row.starts_at)

    @admin.display(description="until")
    def ends(self, row: Silence) -> SafeString:
        """When it ends, or ended."""
        return age(row.until)

    @admin.display(description="hides now")
    def hides(self, row: Any) -> str:
        """How many hotspots are open under it."""
        return f"{row.hidden:,}" if row.hidden else EMPTY


def scope(row: Silence) -> SafeString:
    """What a silence covers, in words."""
    if row.everything:
        return format_html("<strong>{}</strong>", "everything")
    url = row.entity and reverse("admin:hotspots_entity_change", args=[row.entity.pk])
    parts = [
        link(url, row.entity) if url else "",
        f"every {row.entity_type}" if row.entity_type else "",
        row.metric_id or "",
    ]
    first, *rest = [part for part in parts if part]
    return format_html('{} <span class="quiet nowrap">{}</span>', first, ", ".join(map(str, rest)))


def hidden_rows(row: Silence) -> list[list[Any]]:
    """The newest active hotspots that a silence hides, as cells."""
    rows = Hotspot.objects.active().with_names().defer("series__state")
    found = rows.filter(silence=row).order_by("-pk")[:SHOWN]
    return [
        [
            link(reverse("admin:hotspots_hotspot_change", args=[hotspot.pk]), f"#{hotspot.pk}"),
            subject(hotspot.series),
            chip("severity", hotspot.severity),
            chip("status", hotspot.status),
            number(hotspot.value, hotspot.series.metric.unit),
            age(hotspot.opened_at),
        ]
        for hotspot in found
    ]
