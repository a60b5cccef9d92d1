"""Alerts: who is called for what, and who answered."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from hotspots.admin.findings import charts
from hotspots.admin.series_lists import SeriesListAdmin, subject
from hotspots.excerpts import Span
from streams.backoffice.cells import EMPTY, age, chip, exact, link, marks
from streams.backoffice.rows import RowAction, ServiceAdmin

from . import services
from .models import Alert


@admin.register(Alert)
class AlertAdmin(SeriesListAdmin, ServiceAdmin):
    """One row for each hotspot and level."""

    series_path = "hotspot__series"
    detail_template = "admin/alerts/alert/page.html"
    list_display = [
        "number", "level_chip", "status_chip", "subject", "trend", "message", "raised", "flags",
    ]  # fmt: skip
    list_filter = [
        "status",
        "level",
        "created_at",
        ("hotspot__series__entity__entity_type", admin.AllValuesFieldListFilter),
        "hotspot__series__metric",
        "simulated",
    ]
    row_actions = [
        RowAction(
            "acknowledge", "Acknowledge", "acknowledged", services.acknowledge,
            offered=lambda row: row.status == Alert.Status.ACTIVE, tone="primary",
        ),
        RowAction(
            "resolve", "Resolve", "resolved", services.resolve,
            offered=lambda row: row.status != Alert.Status.RESOLVED,
        ),
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Alert]:
        """Alerts with their names."""
        return Alert.objects.with_names().defer("hotspot__series__state", "hotspot__evidence")

    def span(self, row: Alert) -> Span:
        """The series up to where the anomaly was last seen."""
        return Span(row.hotspot.series_id, row.hotspot.last_seen_at)

    def detail(self, request: HttpRequest, row: Alert) -> dict[str, Any]:
        """What was said, about which hotspot, and who answered."""
        return {
            "heading": subject(row.hotspot.series),
            "chips": [self.level_chip(row), self.status_chip(row)],
            "flags": self.flags(row),
            "lead": row.message,
            **charts(row.hotspot),
            "facts": [
                ("Hotspot", hotspot_link(row)),
                ("Raised", exact(row.created_at)),
                ("Acknowledged", exact(row.acknowledged_at)),
                ("Acknowledged by", row.acknowledged_by or EMPTY),
                ("Resolved", exact(row.resolved_at)),
                ("Suppressed by", row.suppressed_by or EMPTY),
                ("Version", row.version),
            ],
        }

    @admin.display(description="#")
    def number(self, row: Alert) -> str:
        """The row's number."""
        return f"#{row.pk}"

    @admin.display(description="level")
    def level_chip(self, row: Alert) -> SafeString:
        """The severity that raised it."""
        return chip("severity", row.level)

    @admin.display(description="status")
    def status_chip(self, row: Alert) -> SafeString:
        """Where it stands."""
        return chip("status", row.status)

    @admin.display(description="raised")
    def raised(self, row: Alert) -> SafeString:
        """When it was raised."""
        return age(row.created_at)

    @admin.display(description="", empty_value="")
    def flags(self, row: Alert) -> SafeString:
        """What is special about it."""
        named = [("suppressed", bool(row.suppressed_by)), ("simulated", row.simulated)]
        return marks(named)


def hotspot_link(row: Alert) -> SafeString:
    """The way to the finding behind an alert."""
    url = reverse("admin:hotspots_hotspot_change", args=[row.hotspot_id])
    return link(url, f"Hotspot {row.hotspot_id}")
