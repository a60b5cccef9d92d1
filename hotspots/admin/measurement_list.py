"""A hundred million readings, and the newest ones of an entity, at the cost of a page."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest

from hotspots.measurements.excerpts import END, nth_newest, nth_oldest
from hotspots.models import Measurement, Series
from streams.backoffice.lists import KeysetChangeList

from .series_lists import row_number

MOST_SERIES = 20


class MeasurementList(KeysetChangeList):
    """All readings in the order in which they came; those of an entity in the order of time.

    A search looks up the series first, and reads a page of each along the index over series and
    time: walking back through all readings until some match could be endless.
    """

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[str | Combinable]:
        """By time where the list is of some series."""
        return ["-time", "-pk"] if self.query.strip() else ["-pk"]

    def get_results(self, request: HttpRequest) -> None:
        """Look up what is searched for before the page is read."""
        term = self.query.strip()
        self.number = row_number(term) if term else None
        named = Series.objects.filter(entity__name__icontains=term).order_by("pk")
        keys = named.values_list("pk", flat=True)[: MOST_SERIES + 1]
        self.series = list(keys) if term else []
        if len(self.series) > MOST_SERIES:
            self.series.pop()
            text = f"More than {MOST_SERIES} series match: these are readings of the first."
            messages.info(request, f"{text} A longer part of the name finds fewer.")
        super().get_results(request)

    def rows_beside(self, key: int | None, *, newer: bool) -> QuerySet[Any]:
        """The page beside a reading, nearest first."""
        if not self.query.strip():
            return super().rows_beside(key, newer=newer)
        place = None if key is None else Measurement.objects.filter(pk=key).first()
        matches = Q(pk__in=[] if place or self.number is None else [self.number])
        for series_id in self.series:
            matches |= self._stretch(series_id, place, newer=newer)
        rows = self.queryset.filter(matches)
        return rows.reverse() if newer else rows

    def _stretch(self, series_id: int, place: Measurement | None, *, newer: bool) -> Q:
        """As many readings of one series as a page could show."""
        count = self.list_per_page + 2  # the place itself, and one that says whether more follow
        if newer and place is not None:
            end = nth_oldest(series_id, place.time, count)
            stretch = Q(series=series_id, time__gte=place.time, time__lte=end)
            return stretch & (Q(time__gt=place.time) | Q(pk__gt=place.pk))
        last = END if place is None else place.time
        stretch = Q(series=series_id, time__lte=last, time__gte=nth_newest(series_id, last, count))
        return stretch if place is None else stretch & (Q(time__lt=last) | Q(pk__lt=place.pk))
