"""Hotspots: what was found anomalous, why, and what became of it."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hotspots import clock, services
from hotspots.measurements.charts import band_chart
from hotspots.measurements.excerpts import Span, around
from hotspots.models import Hotspot
from streams.backoffice.actions import RowAction
from streams.backoffice.cells import age, chip, exact, link, marks, number, percent
from streams.backoffice.filters import SuppressedFilter
from streams.backoffice.rows import ServiceAdmin

from .evidence import readable
from .series_lists import SeriesListAdmin, subject
from .together import INCIDENT_HEADS, incident, silence_url, suppressor

Label = Hotspot.Label
NARROW_WIDTH, NARROW_HEIGHT = 400, 260


def is_open(hotspot: Hotspot) -> bool:
    """Whether nobody has looked at it yet."""
    return hotspot.status == Hotspot.Status.OPEN


@admin.register(Hotspot)
class HotspotAdmin(SeriesListAdmin, ServiceAdmin):
    """The list that analysts work from, and a page that says why each row is there."""

    detail_template = "admin/hotspots/hotspot/page.html"
    list_display = [
        "number", "severity_chip", "status_chip", "subject", "trend", "measured", "rule_name",
        "opened", "flags",
    ]  # fmt: skip
    list_filter = [
        "status",
        "severity",
        "rule",
        SuppressedFilter,
        "opened_at",
        "label",
        ("series__entity__entity_type", admin.AllValuesFieldListFilter),
        "series__metric",
        "simulated",
    ]
    row_actions = [
        RowAction(
            "acknowledge", "Acknowledge", "acknowledged", services.acknowledge,
            offered=is_open, tone="primary",
        ),
        RowAction(
            "resolve", "Resolve", "resolved", services.resolve,
            offered=lambda row: row.is_active,
        ),
        RowAction(
            "ignore", "Ignore", "ignored", services.ignore,
            offered=lambda row: row.is_active, tone="quiet",
        ),
        RowAction(
            "true_positive", "Label: true positive", "labelled true positive",
            partial(services.label, label=Label.TRUE_POSITIVE),
            offered=lambda row: row.label != Label.TRUE_POSITIVE, tone="quiet",
        ),
        RowAction(
            "false_positive", "Label: false positive", "labelled false positive",
            partial(services.label, label=Label.FALSE_POSITIVE),
            offered=lambda row: row.label != Label.FALSE_POSITIVE, tone="quiet",
        ),
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Hotspot]:
        """Hotspots with their names."""
        return Hotspot.objects.with_names().defer("series__state")

    def span(self, row: Hotspot) -> Span:
        """The series up to where the anomaly was last seen."""
        return Span(row.series_id, row.last_seen_at)

    def detail(self, request: HttpRequest, row: Hotspot) -> dict[str, Any]:
        """The chart, the evidence, and what followed from the hotspot."""
        user = request.user
        return {
            "heading": subject(row.series),
            "chips": [chip("severity", row.severity), chip("status", row.status)],
            "flags": self.flags(row),
            "facts": facts(row),
            "evidence": readable(row.evidence),
            "incident": incident(row),
            "incident_heads": INCIDENT_HEADS,
            "silence_url": silence_url(request, row),
            "alerts": alerts(row) if user.has_perm("alerts.view_alert") else [],
            "recommendations": recommendations(row)
            if user.has_perm("recommendations.view_recommendation")
            else [],
            "alert_heads": ("Alert", "Level", "Status", "Message", "Raised"),
            "recommendation_heads": ("Recommendation", "Status", "Title", "Saving", "Made"),
            **charts(row),
        }

    @admin.display(description="severity")
    def severity_chip(self, row: Hotspot) -> SafeString:
        """Info, warn or critical."""
        return chip("severity", row.severity)

    @admin.display(description="value")
    def measured(self, row: Hotspot) -> SafeString:
        """The value with its unit, and how far from the baseline it is."""
        distance = "" if row.percent_above is None else percent(row.percent_above)
        value = number(row.value, row.series.metric.unit)
        return format_html('{} <span class="quiet">{}</span>', value, distance)

    @admin.display(description="rule")
    def rule_name(self, row: Hotspot) -> SafeString:
        """Which rule found it; pointing at it shows in which respect."""
        return format_html(
            '<span title="{}">{}</span>', spaced(row.reason), row.get_rule_display().lower()
        )

    @admin.display(description="opened")
    def opened(self, row: Hotspot) -> SafeString:
        """When the anomaly began, in event time."""
        return age(row.opened_at)

    @admin.display(description="marks", empty_value="")
    def flags(self, row: Hotspot) -> SafeString:
        """What an analyst said about it, and what is special about it."""
        named = marks(
            [
                ("suppressed", bool(row.suppressed_by)),
                ("flapping", row.flapping),
                ("simulated", row.simulated),
            ]
        )
        return format_html("{} {}", chip("label", row.label), named) if row.label else named


def spaced(name: str) -> str:
    """A stored name as words."""
    return name.replace("_", " ")


def facts(row: Hotspot) -> list[tuple[str, Any]]:
    """What a hotspot says in figures, in the order in which people ask."""
    unit = row.series.metric.unit
    baseline = "Target" if row.rule == Hotspot.Rule.POLICY else "Expected"
    return [
        ("Value", number(row.value, unit)),
        (baseline, number(row.baseline, unit)),
        ("Against it", percent(row.percent_above)),
        ("Expected band", f"{number(row.expected_low)} to {number(row.expected_high)}"),
        ("Score", number(row.score)),
        ("Rule", f"{row.get_rule_display()}: {spaced(row.reason)}, {row.side} side"),
        ("Occurrences", row.occurrences),
        ("Opened", exact(row.opened_at)),
        ("Last seen", exact(row.last_seen_at)),
        ("Resolved", exact(row.resolved_at)),
        ("Advice", f"{row.advice} {row.advice_reason}".strip()),
        ("Suppressed by", suppressor(row)),
        ("Version", row.version),
    ]


def charts(row: Hotspot) -> dict[str, Any]:
    """The series around the hotspot, for wide and for narrow screens, on the entity's clock."""
    points, unit = around(row), row.series.metric.unit
    time_zone = row.series.entity.time_zone
    zone = clock.zone(time_zone)
    marked = [(row.opened_at, "opened")]
    if row.resolved_at:
        marked.append((row.resolved_at, "resolved"))
    target = row.baseline if row.rule == Hotspot.Rule.POLICY else None
    draw = partial(band_chart, points, unit=unit, zone=zone, target=target, marks=marked)
    return {
        "clock_name": time_zone,
        "has_target": target is not None,
        "chart": draw(),
        "narrow_chart": draw(width=NARROW_WIDTH, height=NARROW_HEIGHT),
    }


def alerts(row: Hotspot) -> list[list[Any]]:
    """The hotspot's alerts, newest first, as cells."""
    return [
        [
            link(reverse("admin:alerts_alert_change", args=[alert.pk]), f"#{alert.pk}"),
            chip("severity", alert.level),
            chip("status", alert.status),
            alert.message,
            age(alert.created_at),
        ]
        for alert in row.alerts.order_by("-pk")
    ]


def recommendations(row: Hotspot) -> list[list[Any]]:
    """The hotspot's recommendations, newest first, as cells."""
    page = "admin:recommendations_recommendation_change"
    return [
        [
            link(reverse(page, args=[advice.pk]), f"#{advice.pk}"),
            chip("status", advice.status),
            advice.title,
            number(advice.saving, row.series.metric.unit),
            age(advice.created_at),
        ]
        for advice in row.recommendations.order_by("-pk")
    ]
