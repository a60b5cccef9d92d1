"""The form that edits a pending recommendation: the same service and rules as over REST."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import quote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from recommendations import services
from recommendations.editing import FIELDS, TEXTS
from recommendations.errors import InvalidEditError, NotGroundedError
from recommendations.models import Recommendation
from streams.backoffice.actions import ActionForm
from streams.backoffice.conflict import VersionField, conflict
from streams.backoffice.rows import VIA, ServiceAdmin
from streams.errors import DomainError, VersionConflictError

ONLY_PENDING = "only what nobody has decided yet can be edited."


class EditForm(ActionForm):
    """What may be changed, and the version of the row that it was taken from."""

    version = VersionField(min_value=0)
    title = forms.CharField(max_length=TEXTS["title"])
    action = forms.CharField(
        max_length=TEXTS["action"], widget=forms.Textarea(attrs={"rows": 6}), label="Action"
    )
    cost = forms.ChoiceField(choices=Recommendation.Cost.choices)
    feasibility = forms.IntegerField(min_value=1, max_value=10, help_text="1 to 10")


def filled(row: Recommendation) -> EditForm:
    """Return the form as it shows a row."""
    return EditForm(initial={name: getattr(row, name) for name in (*FIELDS, "version")})


class EditPage(ServiceAdmin):
    """Adds an edit form to the pages of a recommendation."""

    edit_template = "admin/recommendations/recommendation/edit.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the form's address."""
        view = self.admin_site.admin_view(self.edit_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_edit"
        return [path("<path:object_id>/edit/", view, name=name), *super().get_urls()]

    def edit_url(self, request: HttpRequest, row: Recommendation) -> str:
        """The form's address, empty if this user cannot edit this row."""
        may = row.status == Recommendation.Status.PENDING and self.has_act_permission(request)
        return self.address("edit", quote(row.pk)) if may else ""

    def edit_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the form, or save it and go back to the row."""
        row = self._visible(request, object_id)
        if not self.has_act_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            if row.status == Recommendation.Status.PENDING:
                return self._form(request, row, filled(row))
            self.message_user(request, f"{row} is {row.status}: {ONLY_PENDING}", messages.ERROR)
            return HttpResponseRedirect(self.address("change", quote(row.pk)))
        form = EditForm(request.POST)
        if not form.is_valid():
            return self._form(request, row, form)
        return self._save(request, row, form)

    def _save(self, request: HttpRequest, row: Recommendation, form: EditForm) -> HttpResponse:
        by, seen = cast(User, request.user), form.cleaned_data["version"]
        given = {"by": by, "at": timezone.now(), "via": VIA, "version": seen}
        try:
            saved = services.edit(row.pk, changes=form.given, **given)
        except VersionConflictError:
            return self._conflict(request, form, row.pk)
        except (InvalidEditError, NotGroundedError) as error:
            for field, texts in error.extra["errors"].items():
                form.add_error(field, texts)
            return self._form(request, row, form)
        except DomainError as error:
            form.add_error(None, str(error))
            return self._form(request, row, form, status=409)
        text = "edited" if saved.version > seen else "nothing was changed"
        self.message_user(request, f"{saved}: {text}.", messages.SUCCESS)
        return HttpResponseRedirect(self.address("change", quote(row.pk)))

    def _conflict(self, request: HttpRequest, form: EditForm, pk: int) -> HttpResponse:
        """Show what is stored now beside what was typed; saving again means to replace it."""
        now = self.get_queryset(request).get(pk=pk)
        typed = request.POST.copy()
        typed["version"] = str(now.version)
        more = {"conflict": conflict(now, filled(now), form), "status": 409}
        return self._form(request, now, EditForm(typed), **more)

    def _form(
        self, request: HttpRequest, row: Recommendation, form: EditForm, **more: Any
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"Edit {row}",
            "opts": self.opts,
            "original": row,
            "form": form,
            "back_url": self.address("change", quote(row.pk)),
        }
        status = more.pop("status", 200)
        return TemplateResponse(request, self.edit_template, {**context, **more}, status=status)
