"""What a series' page shows: its readings, what was learned, what is set, what was found."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from hotspots import clock
from hotspots.measurements.charts import band_chart
from hotspots.models import Hotspot, Series, Target
from streams.backoffice.cells import age, chip, exact, link, number

from .comparison import NARROW_HEIGHT, NARROW_WIDTH
from .profile import learned_facts, profile_chart, profile_rows
from .ranges import NAMES, chart_points, chosen_days, ranges
from .series_lists import subject

HOTSPOTS_SHOWN = 8
Context = dict[str, Any]


def detail(request: HttpRequest, row: Series) -> Context:
    """What a series' page shows beside its name."""
    zone = clock.zone(row.entity.time_zone)
    days = chosen_days(request)
    draw = partial(band_chart, chart_points(row, days), unit=row.metric.unit, zone=zone)
    heads, slots = profile_rows(row)
    return {
        "heading": subject(row),
        "chart": draw(),
        "narrow_chart": draw(width=NARROW_WIDTH, height=NARROW_HEIGHT),
        "clock_name": row.entity.time_zone,
        "chart_title": NAMES[days].capitalize(),
        "ranges": ranges(days),
        "profile": profile_chart(row),
        "narrow_profile": profile_chart(row, width=NARROW_WIDTH),
        "slot_heads": heads,
        "slots": slots,
        "facts": facts(row),
        "learned": learned_facts(row),
        "targets": targets(request, row),
        "target_heads": ("Target", "Period"),
        "add_target_url": add_target_url(request, row),
        **hotspots(request, row),
    }


def facts(row: Series) -> list[tuple[str, Any]]:
    """What is set and known of the series itself."""
    named = ((row.threshold, "its own"), (row.metric.threshold, "the metric's"), (0, "the default"))
    whose = next(name for value, name in named if value is not None)
    return [
        ("Readings", f"{row.count:,}"),
        ("Newest reading", exact(row.last_time)),
        ("Last received", exact(row.last_received_at)),
        ("Threshold", f"{number(row.effective_threshold)} ({whose})"),
        ("Simulated", "yes" if row.simulated else "no"),
    ]


def targets(request: HttpRequest, row: Series) -> list[list[Any]]:
    """The targets of the series, as cells; linked for those who may see them."""
    if not request.user.has_perm("hotspots.view_target"):
        return []
    rows = Target.objects.filter(entity=row.entity_id, metric=row.metric_id).order_by("period")
    address = "admin:hotspots_target_change"
    return [
        [
            link(reverse(address, args=[one.pk]), number(one.value, row.metric.unit)),
            one.get_period_display().lower(),
        ]
        for one in rows
    ]


def add_target_url(request: HttpRequest, row: Series) -> str:
    """Where a target of this series is added; empty for those who may not."""
    if not request.user.has_perm("hotspots.add_target"):
        return ""
    query = urlencode({"entity": str(row.entity_id), "metric": row.metric_id})
    return f"{reverse('admin:hotspots_target_add')}?{query}"


def hotspots(request: HttpRequest, row: Series) -> Context:
    """The series' newest hotspots, for those who may see them."""
    if not request.user.has_perm("hotspots.view_hotspot"):
        return {"hotspots": []}
    found = Hotspot.objects.filter(series=row).order_by("-pk")[:HOTSPOTS_SHOWN]
    address = "admin:hotspots_hotspot_change"
    return {
        "hotspot_heads": ("Hotspot", "Severity", "Status", "Value", "Opened"),
        "hotspots": [
            [
                link(reverse(address, args=[one.pk]), f"#{one.pk}"),
                chip("severity", one.severity),
                chip("status", one.status),
                number(one.value, row.metric.unit),
                age(one.opened_at),
            ]
            for one in found
        ],
    }
