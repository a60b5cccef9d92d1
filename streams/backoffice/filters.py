"""Filters that several lists share."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest


class SuppressedFilter(admin.SimpleListFilter):
    """Rows that call for somebody, or those that something hides."""

    title = "attention"
    parameter_name = "suppressed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices."""
        return [("no", "Asks for somebody"), ("yes", "Suppressed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the choice."""
        if self.value() == "yes":
            return queryset.exclude(suppressed_by="")
        return queryset.filter(suppressed_by="") if self.value() == "no" else queryset
