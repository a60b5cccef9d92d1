"""What came in: measurements, for reading only."""

from datetime import UTC
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hotspots.models import Measurement
from streams.backoffice.cells import age, marks, number
from streams.backoffice.lists import ReadOnlyAdmin

from .measurement_list import MeasurementList
from .series_lists import SeriesListAdmin


@admin.register(Measurement)
class MeasurementAdmin(SeriesListAdmin, ReadOnlyAdmin):
    """Readings as they were sent, with what was expected."""

    list_display = ["id", "subject", "time_utc", "reading", "band", "surprise", "came", "flags"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Page by time what was searched for."""
        return MeasurementList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Measurement], search_term: str
    ) -> tuple[QuerySet[Measurement], bool]:
        """The list itself searches: it knows which page is asked for."""
        return queryset, False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Measurement]:
        """Readings with their names."""
        return super().get_queryset(request).select_related("series__entity", "series__metric")

    @admin.display(description="time (UTC)")
    def time_utc(self, row: Measurement) -> str:
        """When it was measured."""
        return f"{row.time.astimezone(UTC):%Y-%m-%d %H:%M:%S}"

    @admin.display(description="value")
    def reading(self, row: Measurement) -> SafeString:
        """The value, and what was sent if that was another unit or was corrected."""
        unit = row.series.metric.unit
        own = row.raw_unit in (None, unit)
        sent = "" if own else f"sent {number(row.raw_value, row.raw_unit or unit)}"
        if row.previous_value is not None:
            sent = f"{sent} was {number(row.previous_value, unit)}".strip()
        return format_html('{} <span class="quiet">{}</span>', number(row.value, unit), sent)

    @admin.display(description="expected")
    def band(self, row: Measurement) -> SafeString:
        """What was expected, and within which band."""
        return expectation(row.expected, row.lower, row.upper)

    @admin.display(description="score")
    def surprise(self, row: Measurement) -> str:
        """By how much it topped what was remembered."""
        return number(row.score)

    @admin.display(description="received")
    def came(self, row: Measurement) -> SafeString:
        """When it came in."""
        return age(row.received_at)

    @admin.display(description="", empty_value="")
    def flags(self, row: Measurement) -> SafeString:
        """What is special about it."""
        return marks([("late", row.late), ("simulated", row.simulated)])


def expectation(expected: float | None, lower: float | None, upper: float | None) -> SafeString:
    """An expected value and its band."""
    if expected is None:
        return SafeString(number(None))
    band = f"{number(lower)} to {number(upper)}"
    return format_html('{} <span class="quiet">{}</span>', number(expected), band)
