"""Lists of rows that belong to a series: search by entity, and a sparkline in each row."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hotspots.measurements.charts import sparkline
from hotspots.measurements.excerpts import Span, recent
from hotspots.models import Series
from streams.backoffice.cells import link, number
from streams.backoffice.lists import KeysetAdmin

FEW_SERIES = 200


def subject(series: Series) -> SafeString:
    """Which entity and metric a row is about, linked."""
    return format_html(
        '{} <span class="quiet nowrap">{}</span>',
        link(reverse("admin:hotspots_entity_change", args=[series.entity_id]), series.entity),
        series.metric_id,
    )


def series_named(term: str) -> list[int] | QuerySet[Series, Any]:
    """The series of entities with such a name: their keys if they are few.

    With keys the database knows that few rows match, and does not walk through all to find them.
    """
    named = Series.objects.filter(entity__name__icontains=term).order_by("pk").values("pk")
    keys = list(named.values_list("pk", flat=True)[: FEW_SERIES + 1])
    return keys if len(keys) <= FEW_SERIES else named


def row_number(term: str) -> int | None:
    """The number of a row that is searched for, as ``7`` or ``#7``."""
    digits = term.removeprefix("#")
    return int(digits) if digits.isdecimal() and len(digits) < 19 else None


class SeriesListAdmin(KeysetAdmin):
    """A list whose rows have a series at ``series_path``."""

    series_path = "series"
    search_fields: ClassVar[list[str]] = ["pk"]  # shows the box; see get_search_results
    search_help_text = "Part of an entity's name, or a row's number"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find rows by entity or number; a join over all rows would read the whole table."""
        term = search_term.strip()
        if not term:
            return queryset, False
        matches = Q(**{f"{self.series_path}__in": series_named(term)})
        if (number := row_number(term)) is not None:
            matches |= Q(pk=number)
        return queryset.filter(matches), False

    def span(self, row: Any) -> Span | None:
        """The series of a row, up to the moment that the row is about."""
        return None

    def prepare_page(self, rows: list[Any]) -> None:
        """Read the sparklines of all rows in one query."""
        found = recent(span for row in rows if (span := self.span(row)))
        for row in rows:
            span = self.span(row)
            row.trend_values = found[span] if span else []

    def series_of(self, row: Any) -> Series:
        """The series of a row, which the list's query has read."""
        for name in self.series_path.split("__"):
            row = getattr(row, name)
        return row

    @admin.display(description="entity")
    def subject(self, row: Any) -> SafeString:
        """Which entity and metric."""
        return subject(self.series_of(row))

    @admin.display(description="trend")
    def trend(self, row: Any) -> SafeString:
        """The last readings up to the row's moment."""
        values = row.trend_values
        if not values:
            return sparkline(values)
        unit = self.series_of(row).metric.unit
        low, high = number(min(values)), number(max(values), unit)
        return sparkline(values, f"{len(values)} readings from {low} to {high}")
