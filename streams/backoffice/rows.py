"""Pages for rows whose state only services change: buttons and bulk actions call those."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

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


@dataclass(frozen=True)
class RowAction:
    """One thing that staff may do with a row: a button on its page, an action of its list.

    ``call`` is the service: ``call(id, by=, at=, via=, version=)``, and ``note=`` if the action
    ``asks_note``. ``permission`` names a ``has_…_permission`` method, ``done`` is what the row
    then is, ``offered`` says whether a row's page shows the button; the service has the last word.
    ``in_list`` is false for what only makes sense right after something on the page. ``confirm``
    is a sentence on what it leads to, for what is asked about once more before it is done.
    """

    name: str
    label: str
    done: str
    call: Callable[..., Model]
    permission: str = "act"
    asks_note: bool = False
    offered: Callable[[Any], bool] = lambda row: True
    tone: str = ""
    in_list: bool = True
    confirm: str = ""


class NoteForm(forms.Form):
    """What comes with an action: why, and the version of the row that its user saw."""

    note = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "Why? Kept with the decision."}),
    )
    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


def bulk(action: RowAction) -> Callable[["ServiceAdmin", HttpRequest, QuerySet[Any]], Any]:
    """The list's form of an action."""

    @admin.action(description=action.label, permissions=[action.permission])
    def run(
        model_admin: "ServiceAdmin", request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        rows = list(queryset[:BULK_LIMIT])
        form = NoteForm(request.POST if "confirmed" in request.POST else None)
        if (action.asks_note or action.confirm) and not form.is_valid():
            return model_admin.confirm(request, action, rows, form)
        for row in rows:
            model_admin.carry_out(request, action, row, form)
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
            "buttons": [pair for pair in buttons if not pair[0].asks_note],
            "decisions": [pair for pair in buttons if pair[0].asks_note],
            "note_form": NoteForm(initial={"version": row.version}),
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
        form = NoteForm(request.POST)
        if action.confirm and "confirmed" not in request.POST:
            asked = NoteForm(initial={"version": row.version})
            back_url = self.address("change", quote(row.pk))
            return self.confirm(request, action, [row], asked, back_url)
        if form.is_valid():
            self.carry_out(request, action, row, form)
        else:
            self.message_user(request, f"{row}: {first_error(form)}", messages.ERROR)
        return HttpResponseRedirect(self.address("change", quote(row.pk)))

    def carry_out(self, request: HttpRequest, action: RowAction, row: Any, form: NoteForm) -> None:
        """Call the service for one row, in its own transaction, and say how it went."""
        given = form.cleaned_data if form.is_bound else {}
        extra = {"note": given.get("note", "")} if action.asks_note else {}
        name = str(row)
        try:
            action.call(
                row.pk,
                by=request.user,
                at=timezone.now(),
                via=VIA,
                version=given.get("version"),
                **extra,
            )
        except DomainError as error:
            self.message_user(request, f"{name}: not {action.done}. {error}", messages.ERROR)
        else:
            self.message_user(request, f"{name}: {action.done}.", messages.SUCCESS)

    def confirm(
        self,
        request: HttpRequest,
        action: RowAction,
        rows: list[Any],
        form: NoteForm,
        back_url: str = "",
    ) -> HttpResponse:
        """Ask for a note, or once more, before an action runs."""
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


def first_error(form: forms.Form) -> str:
    """The first thing that is wrong with a form, as a sentence."""
    field, errors = next(iter(form.errors.items()))
    return f"{field}: {errors[0]}"
