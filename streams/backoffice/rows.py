"""Pages for rows whose state only services change: buttons and bulk actions call those."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from streams.errors import DomainError

from .actions import ActionForm, Outcome, RowAction, by_form, first_error, texts
from .cells import chip
from .conflict import VersionField
from .history import HistoryAdmin
from .lists import ReadOnlyAdmin, is_key

#: Rows that one bulk action takes at most; each has a transaction of its own.
BULK_LIMIT = 200
VIA = "admin"


def bulk(action: RowAction) -> Callable[["ServiceAdmin", HttpRequest, QuerySet[Any]], Any]:
    """The list's form of an action."""

    @admin.action(description=action.label, permissions=[action.permission])
    def run(
        model_admin: "ServiceAdmin", request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        rows = list(queryset[: BULK_LIMIT + 1])
        if len(rows) > BULK_LIMIT:
            rows.pop()
            text = f"Only {BULK_LIMIT} are taken at once: the newest of what was chosen."
            model_admin.message_user(request, text, messages.WARNING)
        form = action.form(request.POST if "confirmed" in request.POST else None)
        if (action.asks or action.confirm) and not form.is_valid():
            return model_admin.confirm(request, action, rows, form)
        outcomes = [model_admin.carry_out(request, action, row, form) for row in rows]
        if len(outcomes) > 1:
            return model_admin.tell_many(request, action, outcomes)
        for outcome in outcomes:
            model_admin.tell(request, outcome)
        return None

    run.__name__ = action.name
    return run


def version_seen(request: HttpRequest, row: Any) -> int | None:
    """The version of a row that a bulk action's page showed; one that is unclear is of none."""
    text = request.POST.get(f"version_{row.pk}")
    if text is None:
        return None
    return int(text) if is_key(text) else VersionField.NONE


class ServiceAdmin(HistoryAdmin, ReadOnlyAdmin):
    """A model whose rows are read here and changed by services alone."""

    row_actions: ClassVar[Sequence[RowAction]] = ()
    detail_template = ""

    def __init__(self, model: type[Model], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        self.actions = [bulk(action) for action in self.row_actions if action.in_list]

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Whether the user may move rows from state to state."""
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")

    @admin.display(description="#")
    def number(self, row: Any) -> str:
        """The row's number."""
        return f"#{row.pk}"

    @admin.display(description="status")
    def status_chip(self, row: Any) -> SafeString:
        """Where it stands."""
        return chip("status", row.status)

    def permitted(self, request: HttpRequest) -> list[RowAction]:
        """The actions that this user may use at all."""
        return [
            action
            for action in self.row_actions
            if getattr(self, f"has_{action.permission}_permission")(request)
        ]

    def get_urls(self) -> list[URLPattern]:
        """Add the address that the buttons post to."""
        act = path(
            "<path:object_id>/do/<slug:name>/",
            self.admin_site.admin_view(self.act_view),
            name=f"{self.opts.app_label}_{self.opts.model_name}_do",
        )
        return [act, *super().get_urls()]

    def address(self, page: str, *args: Any) -> str:
        """The address of one of this model's pages, such as ``change``."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=args, current_app=self.admin_site.name)

    def detail(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """What the row's page shows beside its state."""
        return {}

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one row. Nothing is saved here: the buttons post elsewhere."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return self.show(request, self._visible(request, object_id), more=extra_context)

    def show(
        self,
        request: HttpRequest,
        row: Any,
        *,
        typed: ActionForm | None = None,
        more: dict[str, Any] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """Show one row; ``typed`` is what was sent to one of its buttons and refused."""
        buttons = [
            (action, self.address("do", quote(row.pk), action.name))
            for action in self.permitted(request)
            if action.offered(row)
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": str(row),
            "opts": self.opts,
            "original": row,
            "version": row.version,
            "buttons": [pair for pair in buttons if not pair[0].asks],
            "asking": by_form([pair for pair in buttons if pair[0].asks], row.version, typed),
            "history_url": self.address("history", quote(row.pk)),
            **self.detail(request, row),
            **(more or {}),
        }
        return TemplateResponse(request, self.detail_template, context, status=status)

    def act_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Do what a button says, tell how it went, and go back to the row."""
        row = self._visible(request, object_id)
        if request.method != "POST":
            return self._not_pressed(request, row)
        action = next((one for one in self.permitted(request) if one.name == name), None)
        if action is None:
            raise PermissionDenied
        form = action.form(request.POST)
        if action.confirm and "confirmed" not in request.POST:
            asked = action.form(initial={"version": row.version})
            back_url = self.address("change", quote(row.pk))
            return self.confirm(request, action, [row], asked, back_url)
        if form.is_valid():
            outcome = self.carry_out(request, action, row, form)
        else:
            outcome = Outcome(row, str(row), ok=False, text=first_error(form))
        self.tell(request, outcome)
        if texts(form) and not outcome.ok:
            return self._show_refused(request, object_id, action, form)
        return HttpResponseRedirect(self.address("change", quote(row.pk)))

    def carry_out(
        self, request: HttpRequest, action: RowAction, row: Any, form: ActionForm
    ) -> Outcome:
        """Call the service for one row, in its own transaction; returns how it went."""
        name = str(row)
        version = form.cleaned_data.get("version") if form.is_bound else None
        version = version_seen(request, row) if version is None else version
        try:
            action.call(
                row.pk, by=request.user, at=timezone.now(), via=VIA, version=version, **form.given
            )
        except DomainError as error:
            return Outcome(row, name, ok=False, text=f"not {action.done}. {error}")
        return Outcome(row, name, ok=True, text=f"{action.done}.")

    def tell(self, request: HttpRequest, outcome: Outcome) -> None:
        """Say on the next page how it went."""
        level = messages.SUCCESS if outcome.ok else messages.ERROR
        self.message_user(request, f"{outcome.name}: {outcome.text}", level)

    def tell_many(
        self, request: HttpRequest, action: RowAction, outcomes: list[Outcome]
    ) -> HttpResponse:
        """Show what became of each row, in a table."""
        done = sum(outcome.ok for outcome in outcomes)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{action.label}: {done} of {len(outcomes)} {action.done}",
            "opts": self.opts,
            "action": action,
            "outcomes": [(one, self.address("change", quote(one.row.pk))) for one in outcomes],
            "back_url": request.get_full_path(),
        }
        return TemplateResponse(request, "admin/row_results.html", context)

    def confirm(
        self,
        request: HttpRequest,
        action: RowAction,
        rows: list[Any],
        form: ActionForm,
        back_url: str = "",
    ) -> HttpResponse:
        """Ask for what an action needs, or once more, before it runs."""
        context = {
            **self.admin_site.each_context(request),
            "title": f"{action.label}: {rows[0]}?"
            if back_url
            else f"{action.label} {named(self.opts, len(rows))}?",
            "opts": self.opts,
            "action": action,
            "rows": [(row, self.address("change", quote(row.pk))) for row in rows],
            "checkbox_name": ACTION_CHECKBOX_NAME,
            "form": form,
            "back_url": back_url or request.get_full_path(),
        }
        return TemplateResponse(request, "admin/row_confirm.html", context)

    def _visible(self, request: HttpRequest, object_id: str) -> Any:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return row

    def _not_pressed(self, request: HttpRequest, row: Any) -> HttpResponse:
        """Answer who comes here without pressing a button: by signing in again, or by a link."""
        context = {
            **self.admin_site.each_context(request),
            "title": "Nothing was done",
            "opts": self.opts,
            "original": row,
            "back_url": self.address("change", quote(row.pk)),
        }
        answer = TemplateResponse(request, "admin/not_pressed.html", context, status=405)
        answer["Allow"] = "POST"
        return answer

    def _show_refused(
        self, request: HttpRequest, object_id: str, action: RowAction, form: ActionForm
    ) -> HttpResponse:
        """Show the row as it is now, with what was typed: in its form if that is still there."""
        row = self._visible(request, object_id)
        if not action.offered(row):
            typed = "; ".join(texts(form).values())
            self.message_user(request, f"You wrote: {typed}", messages.WARNING)
        return self.show(request, row, typed=form, status=409)


def named(opts: Any, count: int) -> str:
    """A number of rows in words: ``1 alert``, ``2 alerts``."""
    return f"{count} {opts.verbose_name if count == 1 else opts.verbose_name_plural}"
