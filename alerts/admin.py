"""Alerts: who is called for what, and who answered."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hotspots.admin.findings import charts
from hotspots.admin.series_lists import SeriesListAdmin, subject
from hotspots.measurements.excerpts import Span
from streams.backoffice.actions import RowAction
from streams.backoffice.cells import EMPTY, age, chip, exact, link, marks
from streams.backoffice.filters import SuppressedFilter
from streams.backoffice.rows import ServiceAdmin

from . import services
from .models import Alert

MEMBERS_SHOWN = 50
MEMBER_HEADS = ("Alert", "Entity", "Level", "Status", "Raised")


@admin.register(Alert)
class AlertAdmin(SeriesListAdmin, ServiceAdmin):
    """One row for each hotspot and level, and one for each storm."""

    series_path = "hotspot__series"
    nothing_yet = "An alert is raised with each hotspot that opens, and each time it gets worse."
    detail_template = "admin/alerts/alert/page.html"
    list_display = [
        "number", "level_chip", "status_chip", "subject", "trend", "message", "raised", "flags",
    ]  # fmt: skip
    list_filter = [
        "status",
        "level",
        SuppressedFilter,
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

    def span(self, row: Alert) -> Span | None:
        """The series up to where the anomaly was last seen."""
        hotspot = row.hotspot
        return None if hotspot is None else Span(hotspot.series_id, hotspot.last_seen_at)

    def detail(self, request: HttpRequest, row: Alert) -> dict[str, Any]:
        """What was said, about which hotspots, and who answered."""
        return {
            "heading": self.subject(row),
            "chips": [self.level_chip(row), self.status_chip(row)],
            "flags": self.flags(row),
            "lead": row.message,
            **(charts(row.hotspot) if row.hotspot else {"members": members(row)}),
            "member_heads": MEMBER_HEADS,
            "facts": [
                ("Hotspot", hotspot_link(row))
                if row.hotspot
                else ("Hotspots", f"{row.hotspots:,}"),
                ("Raised", exact(row.created_at)),
                ("Acknowledged", exact(row.acknowledged_at)),
                ("Acknowledged by", row.acknowledged_by or EMPTY),
                ("Resolved", exact(row.resolved_at)),
                ("Suppressed by", suppressor(row)),
                ("Version", row.version),
            ],
        }

    @admin.display(description="entity")
    def subject(self, row: Alert) -> SafeString:
        """Which entity and metric, or how many hotspots of a storm."""
        if row.hotspot is None:
            return format_html(
                'Storm <span class="quiet nowrap">{} hotspots</span>', f"{row.hotspots:,}"
            )
        return subject(row.hotspot.series)

    @admin.display(description="level")
    def level_chip(self, row: Alert) -> SafeString:
        """The severity that raised it."""
        return chip("severity", row.level)

    @admin.display(description="raised")
    def raised(self, row: Alert) -> SafeString:
        """When it was raised."""
        return age(row.created_at)

    @admin.display(description="marks", empty_value="")
    def flags(self, row: Alert) -> SafeString:
        """What is special about it."""
        named = [
            ("running", row.storm_running),
            ("suppressed", bool(row.suppressed_by)),
            ("simulated", row.simulated),
        ]
        return marks(named)


def members(row: Alert) -> list[list[Any]]:
    """The newest alerts that a storm's alert speaks for, as cells."""
    rows = Alert.objects.with_names().defer("hotspot__series__state", "hotspot__evidence")
    found = rows.filter(storm=row).order_by("-pk")[:MEMBERS_SHOWN]
    return [
        [
            link(reverse("admin:alerts_alert_change", args=[alert.pk]), f"#{alert.pk}"),
            subject(alert.hotspot.series) if alert.hotspot else EMPTY,
            chip("severity", alert.level),
            chip("status", alert.status),
            age(alert.created_at),
        ]
        for alert in found
    ]


def suppressor(row: Alert) -> Any:
    """What hides an alert, linked: a storm's alert or a silence."""
    hotspot = row.hotspot
    if row.suppressed_by and hotspot is not None and hotspot.silence_id:
        url = reverse("admin:hotspots_silence_change", args=[hotspot.silence_id])
    elif row.suppressed_by and row.storm_id:
        url = reverse("admin:alerts_alert_change", args=[row.storm_id])
    else:
        return row.suppressed_by or EMPTY
    return link(url, row.suppressed_by)


def hotspot_link(row: Alert) -> SafeString:
    """The way to the finding behind an alert."""
    url = reverse("admin:hotspots_hotspot_change", args=[row.hotspot_id])
    return link(url, f"Hotspot {row.hotspot_id}")
