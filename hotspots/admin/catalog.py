"""What staff set by hand: entities and their clocks, the rules of metrics, targets."""

from datetime import timedelta
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from hotspots.clock import FIXED_OFFSET
from hotspots.models import Entity, Metric, Target
from streams.backoffice.cells import age, link, number
from streams.backoffice.history import HistoryAdmin
from streams.backoffice.lists import BackOfficeAdmin, KeysetAdmin

from .metric_preview import preview

FURTHEST = timedelta(hours=14)


def is_zone(name: str) -> bool:
    """Whether a clock can be set by it: an IANA name, or an offset that exists on Earth."""
    match = FIXED_OFFSET.fullmatch(name)
    if match is None:
        return name in available_timezones()
    _, hours, minutes, seconds = match.groups(default="0")
    if int(minutes) > 59 or int(seconds) > 59:
        return False
    return timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds)) <= FURTHEST


class EntityForm(forms.ModelForm):
    """An entity whose clock exists."""

    class Meta:
        model = Entity
        fields = ["name", "entity_type", "time_zone"]

    def clean_time_zone(self) -> str:
        """Refuse a zone that no clock can be set by: readings would fall into the wrong hours."""
        name = self.cleaned_data["time_zone"]
        if not is_zone(name):
            raise ValidationError(
                f"“{name}” is neither an IANA time zone such as Europe/Berlin"
                " nor an offset such as +09:00.",
                code="bad_time_zone",
            )
        return name


@admin.register(Entity)
class EntityAdmin(HistoryAdmin, KeysetAdmin):
    """Suppliers, sites and routes."""

    form = EntityForm
    list_display = ["name", "entity_type", "time_zone", "hotspots", "created"]
    list_filter = [("entity_type", admin.AllValuesFieldListFilter)]
    search_fields = ["name"]
    ordering = ["name"]  # where a form offers them; the list itself goes by key
    fields = ["name", "entity_type", "time_zone", "created_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The name stays: events refer to their entity by it."""
        return ["created_at", *(["name"] if obj else [])]

    @admin.display(description="created")
    def created(self, entity: Entity) -> SafeString:
        """When the entity was first heard of."""
        return age(entity.created_at)

    @admin.display(description="")
    def hotspots(self, entity: Entity) -> SafeString:
        """The way to what was found about it."""
        query = urlencode({"q": entity.name})
        return link(f"{reverse('admin:hotspots_hotspot_changelist')}?{query}", "hotspots")


@admin.register(Metric)
class MetricAdmin(HistoryAdmin, BackOfficeAdmin):
    """What is measured, and the rules that hold for it."""

    list_display = ["name", "unit", "is_emission", "threshold", "ladder", "signed", "two_sided"]
    search_fields = ["name"]
    ordering = ["name"]
    fieldsets = [
        (None, {"fields": ["name", "unit", "is_emission"]}),
        ("When a hotspot opens", {"fields": ["threshold", "ladder", "two_sided"]}),
        ("What values mean", {"fields": ["floor", "minimum", "signed"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Name and unit stay: stored readings are in that unit."""
        return ["name", "unit"] if obj else []

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show what rules would have changed before they are saved."""
        if request.method == "POST" and (context := preview(self, request, object_id)):
            return TemplateResponse(request, "admin/hotspots/metric/preview.html", context)
        return super().change_view(request, object_id, form_url, extra_context)


@admin.register(Target)
class TargetAdmin(HistoryAdmin, KeysetAdmin):
    """What somebody decided an entity may use: the policy rule."""

    list_display = ["entity", "metric", "period", "limit"]
    list_filter = ["metric", "period"]
    list_select_related = ["entity", "metric"]
    search_fields = ["entity__name"]
    autocomplete_fields = ["entity"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A target may be taken back: it was set by hand. Its history stays."""
        codename = f"{self.opts.app_label}.delete_{self.opts.model_name}"
        return request.user.has_perm(codename)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Choose what exists: entities and metrics are not edited from here."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.is_relation:
            for link in ("add", "change", "delete", "view"):
                setattr(field.widget, f"can_{link}_related", False)
        return field

    @admin.display(description="target")
    def limit(self, target: Target) -> str:
        """The target with its unit."""
        return number(target.value, target.metric.unit)
