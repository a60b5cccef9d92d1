"""The back office's first page in figures: what waits for somebody, and what is new."""

from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from alerts.models import Alert
from hotspots.measurements.charts import sparkline
from hotspots.measurements.excerpts import Span, recent
from hotspots.models import Hotspot
from recommendations.models import Recommendation
from streams.backoffice.cells import age, chip, link, number

NEWEST = 5
LEVELS = ("critical", "warn", "info")
COSTS = ("low", "medium", "high")


class Part(NamedTuple):
    """One part of a number: its chip, how many, and the list that holds them."""

    chip: str
    number: int
    url: str


class Tile(NamedTuple):
    """One number of the first page, with its parts."""

    title: str
    number: int
    url: str
    parts: list[Part]


class Waiting(NamedTuple):
    """What to count: few rows are in a status that waits, and each status has an index.

    ``only`` is what the list's address says besides, so that it shows what was counted.
    """

    title: str
    rows: QuerySet[Any]
    status: str
    field: str
    kind: str
    values: tuple[str, ...]
    only: tuple[tuple[str, str], ...] = ()


WAITING = (
    Waiting("Open hotspots", Hotspot.objects.all(), "open", "severity", "severity", LEVELS),
    Waiting(
        "Active alerts", Alert.objects.filter(suppressed_by=""), "active", "level", "severity",
        LEVELS, (("suppressed", "no"),),
    ),
    Waiting(
        "Pending recommendations", Recommendation.objects.all(), "pending", "cost", "cost", COSTS
    ),
)  # fmt: skip


def overview(user: User | AnonymousUser) -> dict[str, Any]:
    """What the first page shows above the list of models, as far as the user may see it."""
    return {
        "tiles": [tile(waiting) for waiting in WAITING if may_view(user, waiting.rows)],
        "newest": newest() if may_view(user, Hotspot.objects.all()) else None,
        "newest_heads": ("Series", "Severity", "Status", "Trend", "Value", "Opened"),
    }


def may_view(user: User | AnonymousUser, rows: QuerySet[Any]) -> bool:
    """Whether the user may see such rows."""
    opts = rows.model._meta
    return user.has_perm(f"{opts.app_label}.view_{opts.model_name}")


def tile(waiting: Waiting) -> Tile:
    """Count what waits, in one query."""
    rows = waiting.rows.filter(status=waiting.status).order_by()
    counts = dict(rows.values_list(waiting.field).annotate(Count("pk")))
    parts = [
        Part(
            chip(waiting.kind, value, f"{value} cost" if waiting.kind == "cost" else value),
            counts.get(value, 0),
            _list_url(waiting, **{f"{waiting.field}__exact": value}),
        )
        for value in waiting.values
    ]
    return Tile(waiting.title, sum(counts.values()), _list_url(waiting), parts)


def newest() -> list[list[Any]]:
    """The newest hotspots as cells, in two queries."""
    rows = list(Hotspot.objects.with_names().defer("series__state").order_by("-pk")[:NEWEST])
    spans = {row.pk: Span(row.series_id, row.last_seen_at) for row in rows}
    trends = recent(spans.values())
    return [
        [
            link(reverse("admin:hotspots_hotspot_change", args=[row.pk]), row.series),
            chip("severity", row.severity),
            chip("status", row.status),
            sparkline(trends[spans[row.pk]]),
            number(row.value, row.series.metric.unit),
            age(row.opened_at),
        ]
        for row in rows
    ]


def _list_url(waiting: Waiting, **filters: str) -> str:
    opts = waiting.rows.model._meta
    url = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    query = {"status__exact": waiting.status, **dict(waiting.only), **filters}
    return f"{url}?{urlencode(query)}"
