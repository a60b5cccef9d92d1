"""The page that takes a file in: one field, and why a file is refused beside it."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from streams.errors import DomainError

METHODS = ["GET", "HEAD", "POST"]


class FileForm(forms.Form):
    """A file to upload."""

    file = forms.FileField(
        allow_empty_file=True,  # said by who takes it in, in one place
        error_messages={"required": "Choose a file first.", "invalid": "Choose a file first."},
    )


class TakesFiles(admin.ModelAdmin):
    """Rows that begin as a file. ``take_in`` makes them; the rest is what the page says."""

    upload_title: ClassVar[str] = "Upload a file"
    #: What is taken: in words, and for the browser's dialog.
    upload_kinds: ClassVar[str] = ""
    upload_accept: ClassVar[str] = ""
    #: What happens with a file, and what does not.
    upload_promise: ClassVar[str] = ""

    def take_in(self, request: HttpRequest, file: UploadedFile) -> Model:
        """Keep a file; raises ``DomainError`` with the reason if it is not kept."""
        raise NotImplementedError

    def largest_file(self) -> int:
        """How many bytes a file may have: said before anything is sent."""
        raise NotImplementedError

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the form; take a file in and go on to its row."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if request.method != "POST":
            return self._upload_page(request, FileForm())
        form = FileForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                row = self.take_in(request, form.cleaned_data["file"])
            except DomainError as error:
                form.add_error("file", str(error))
            else:
                name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
                return HttpResponseRedirect(reverse(name, args=[row.pk]))
        return self._upload_page(request, form, status=400)

    def _upload_page(self, request: HttpRequest, form: FileForm, status: int = 200) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": self.upload_title,
            "opts": self.opts,
            "form": form,
            "kinds": self.upload_kinds,
            "accept": self.upload_accept,
            "promise": self.upload_promise,
            "largest": self.largest_file(),
        }
        return TemplateResponse(request, "admin/upload.html", context, status=status)
