"""Lists that cost the same on every page, however long the table is."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import capfirst

BEFORE, AFTER = "before", "after"


def is_key(text: str) -> bool:
    """Whether a text can be a row's number: the database takes no other."""
    return text.isdecimal() and len(text) < 19


def position(request: HttpRequest, name: str) -> int | None:
    """The key that a page starts beside, or ``None`` if the address has none."""
    text = request.GET.get(name, "")
    return int(text) if is_key(text) else None


class KeysetChangeList(ChangeList):
    """A list by key, newest first: it counts nothing and skips no rows to find its page."""

    model_admin: "KeysetAdmin"
    newest_url = newer_url = older_url = ""

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet[Any]:
        """The rows that match; the position is no filter, and another filter starts anew."""
        for name in (BEFORE, AFTER):
            self.params.pop(name, None)
            self.filter_params.pop(name, None)
        return super().get_queryset(request, exclude_parameters)

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[str | Combinable]:
        """Newest first, whatever the address asks for: another order would sort the table."""
        return ["-pk"]

    def get_results(self, request: HttpRequest) -> None:
        """Read one page and one row more, which says whether the list goes on."""
        rows = self._read(position(request, BEFORE), position(request, AFTER))
        self.model_admin.prepare_page(rows)
        self.result_list = rows
        self.result_count = len(rows)
        self.full_result_count = None
        self.show_full_result_count = False
        self.show_admin_actions = True
        self.can_show_all = True
        self.multi_page = False
        self.paginator = self.model_admin.get_paginator(request, self.queryset, 1)

    def rows_beside(self, key: int | None, *, newer: bool) -> QuerySet[Any]:
        """The rows older than that of a key, or newer, nearest first; without one the newest."""
        if newer:
            return self.queryset.filter(pk__gt=key).reverse()
        return self.queryset if key is None else self.queryset.filter(pk__lt=key)

    def _read(self, before: int | None, after: int | None) -> list[Any]:
        start, further = (before, False) if after is None else (after, True)
        rows = list(self.rows_beside(start, newer=further)[: self.list_per_page + 1])
        more, rows = len(rows) > self.list_per_page, rows[: self.list_per_page]
        if after is not None:
            rows.reverse()
        if before is not None or after is not None:
            self.newest_url = self.get_query_string()
        if rows and (more if after is not None else before is not None):
            self.newer_url = self.get_query_string({AFTER: rows[0].pk})
        if rows and (more or after is not None):
            self.older_url = self.get_query_string({BEFORE: rows[-1].pk})
        return rows


class BackOfficeAdmin(admin.ModelAdmin):
    """What all our pages have in common: nothing is deleted by hand, nothing big is counted."""

    change_list_template = "admin/back_office_list.html"
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    #: What an empty list says: where its rows come from.
    nothing_yet = ""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Head the list with what is in it; nothing is sent to a list but its actions."""
        if request.method == "POST" and not self.get_actions(request):
            self.message_user(request, "Nothing was done: you may only look.", messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        title = capfirst(str(self.opts.verbose_name_plural))
        context = {"title": title, "nothing_yet": self.nothing_yet, **(extra_context or {})}
        return super().changelist_view(request, context)

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """Run an action on every row that was ticked; say so if one is not there any more.

        The list's filters may leave one out by now, because somebody decided it meanwhile: what
        became of it is for the action to say.
        """
        if request.POST.get("select_across", "0") not in ("", "0"):
            return super().response_action(request, queryset, *args, **kwargs)
        ticked = set(request.POST.getlist(ACTION_CHECKBOX_NAME))
        rows = self.get_queryset(request).order_by("-pk")
        found = rows.filter(pk__in=[key for key in ticked if is_key(key)])
        keys = [str(key) for key in found.values_list("pk", flat=True)]
        if gone := len(ticked) - len(keys):
            text = f"{gone} of the {len(ticked)} rows that were ticked cannot be found any more."
            self.message_user(request, text, messages.WARNING)
            if not keys:
                return HttpResponseRedirect(request.get_full_path())
        request.POST = request.POST.copy()  # type: ignore[assignment]
        request.POST.setlist(ACTION_CHECKBOX_NAME, keys)  # type: ignore[misc]
        return super().response_action(request, rows, *args, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Rows are resolved, rejected or expire; they are not deleted."""
        return False


class KeysetAdmin(BackOfficeAdmin):
    """A list for a table that may have millions of rows."""

    change_list_template = "admin/keyset_change_list.html"
    sortable_by = ()
    ordering = ["-pk"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Page by key."""
        return KeysetChangeList

    def prepare_page(self, rows: list[Any]) -> None:
        """Add what the cells of this page need, in a fixed number of queries."""


class ReadOnly(admin.ModelAdmin):
    """Rows that only the program writes."""

    change_form_template = "admin/read_only_form.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds one by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody edits one by hand."""
        return False


class ReadOnlyAdmin(ReadOnly, KeysetAdmin):
    """A long list of rows that only the program writes."""
