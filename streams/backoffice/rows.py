"""Pages for rows whose state only services change: buttons and bulk actions call those."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from django import forms
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

from streams.errors import DomainError

from .history import HistoryAdmin
from .lists import ReadOnlyAdmin

#: Rows that one bulk action takes at most; each has a transaction of its own.
BULK_LIMIT = 200
VIA = "admin"


class ActionForm(forms.Form):
    """What comes with every action: the version of the row that its user saw.

    What subclasses ask for goes to the service by name. ``heading`` stands above the buttons on a
    row's page, ``hint`` below them.
    """

    heading = hint = ""

    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    @property
    def given(self) -> dict[str, Any]:
        """What was filled in."""
        filled = self.cleaned_data if self.is_bound else {}
        return {name: value for name, value in filled.items() if name != "version"}


class NoteForm(ActionForm):
    """A decision, and why."""

    heading, hint = "Decide", "The first decision stands."

    note = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "Why? Kept with the decision."}),
    )


@dataclass(frozen=True)
class RowAction:
    """One thing that staff may do with a row: a button on its page, an action of its list.

    ``call`` is the service: ``call(id, by=, at=, via=, version=)``, and what else ``form`` asks
    for. ``permission`` names a ``has_…_permission`` method, ``done`` is what the row
    then is, ``offered`` says whether a row's page shows the button; the service has the last word.
    ``in_list`` is false for what only makes sense right after something on the page. ``confirm``
    is a sentence on what it leads to, for what is asked about once more before it is done.
    """

    name: str
    label: str
    done: str
    call: Callable[..., Model]
    permission: str = "act"
    form: type[ActionForm] = ActionForm
    offered: Callable[[Any], bool] = lambda row: True
    tone: str = ""
    in_list: bool = True
    confirm: str = ""

    @property
    def asks(self) -> bool:
        """Whether there is something to fill in."""
        return self.form is not ActionForm


class Outcome(NamedTuple):
    """What became of one row of an action."""

    row: Any
    name: str
    ok: bool
    text: str


def bulk(action: RowAction) -> Callable[["ServiceAdmin", HttpRequest, QuerySet[Any]], Any]:
    """The list's form of an action."""

    @admin.action(description=action.label, permissions=[action.permission])
    def run(
        model_admin: "ServiceAdmin", request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        rows = list(queryset[:BULK_LIMIT])
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
        row = self._visible(request, object_id)
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
            "asking": _by_form([pair for pair in buttons if pair[0].asks], row.version),
            "history_url": self.address("history", quote(row.pk)),
            **self.detail(request, row),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.detail_template, context)

    def act_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Do what a button says, tell how it went, and go back to the row."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        row = self._visible(request, object_id)
        action = next((one for one in self.permitted(request) if one.name == name), None)
        if action is None:
            raise PermissionDenied
        form = action.form(request.POST)
        if action.confirm and "confirmed" not in request.POST:
            asked = action.form(initial={"version": row.version})
            back_url = self.address("change", quote(row.pk))
            return self.confirm(request, action, [row], asked, back_url)
        if form.is_valid():
            self.tell(request, self.carry_out(request, action, row, form))
        else:
            self.message_user(request, f"{row}: {first_error(form)}", messages.ERROR)
        return HttpResponseRedirect(self.address("change", quote(row.pk)))

    def carry_out(
        self, request: HttpRequest, action: RowAction, row: Any, form: ActionForm
    ) -> Outcome:
        """Call the service for one row, in its own transaction; returns how it went."""
        name, version = str(row), form.cleaned_data.get("version") if form.is_bound else None
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
            else f"{action.label} {len(rows)} {self.opts.verbose_name_plural}?",
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


def _by_form(buttons: list[tuple[RowAction, str]], version: int) -> list[tuple[ActionForm, Any]]:
    """The buttons below one another's form, in the order of the actions."""
    groups: dict[type[ActionForm], list[tuple[RowAction, str]]] = {}
    for action, url in buttons:
        groups.setdefault(action.form, []).append((action, url))
    # On one page each needs ids of its own.
    return [
        (form(initial={"version": version}, auto_id=f"id_{form.__name__}_%s"), pairs)
        for form, pairs in groups.items()
    ]


def first_error(form: forms.Form) -> str:
    """The first thing that is wrong with a form, as a sentence."""
    field, errors = next(iter(form.errors.items()))
    return f"{field}: {errors[0]}"
