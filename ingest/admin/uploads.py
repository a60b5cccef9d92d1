"""Uploads in the back office: a file, what its columns mean, how far it is, what was rejected."""

from typing import Any, BinaryIO, cast

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from ingest import uploads
from ingest.mapping import TableMapping, from_json
from ingest.models import Upload
from ingest.preview import Previewed
from ingest.rejections import download
from ingest.rows import preview_rows
from streams.backoffice.cells import age, chip
from streams.backoffice.history import HistoryAdmin
from streams.backoffice.lists import KeysetAdmin
from streams.backoffice.uploads import TakesFiles
from streams.errors import DomainError

from .mapping_form import TableForm
from .page import context_of, counts, size
from .permission import ForSenders


@admin.register(Upload)
class UploadAdmin(ForSenders, TakesFiles, HistoryAdmin, KeysetAdmin):
    """Files on their way in."""

    upload_kinds = "CSV, NDJSON (both also packed with gzip) or Parquet"
    upload_promise = "Nothing is loaded yet: first you see what is in it."

    list_display = ["name", "status_chip", "counts", "file_size", "uploaded"]
    list_filter = ["status", "format"]
    search_fields = ["name"]
    search_help_text = "Part of a file's name"
    nothing_yet = "Upload a file of readings: you see what is in it before anything is loaded."
    actions = None

    def get_urls(self) -> list[URLPattern]:
        """Add the file of rejected lines."""
        view = self.admin_site.admin_view(self.errors_view)
        errors = path("<int:pk>/errors/", view, name="ingest_upload_errors")
        return [errors, *super().get_urls()]

    @admin.display(description="status")
    def status_chip(self, upload: Upload) -> SafeString:
        """How it stands."""
        return chip("upload", upload.status)

    @admin.display(description="readings")
    def counts(self, upload: Upload) -> str:
        """What came of it so far."""
        return counts(upload)

    @admin.display(description="size")
    def file_size(self, upload: Upload) -> str:
        """How large the file is."""
        return size(upload.size)

    @admin.display(description="uploaded")
    def uploaded(self, upload: Upload) -> SafeString:
        """When it came."""
        return age(upload.created_at)

    def take_in(self, request: HttpRequest, file: UploadedFile) -> Upload:
        """Keep a file and look at what is in it."""
        about: dict[str, Any] = {"by": _user(request), "via": "admin"}
        content = cast(BinaryIO, file)  # it reads like one
        return uploads.receive(name=file.name or "", content=content, size=file.size or 0, **about)

    def largest_file(self) -> int:
        """How many bytes a file may have."""
        return int(settings.UPLOAD_MAX_BYTES)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show an upload; do what a button of its page says."""
        upload = self.get_object(request, unquote(object_id))
        if upload is None:
            raise Http404
        if not self.has_change_permission(request, upload):
            raise PermissionDenied
        if request.method != "POST":
            return self._show(request, upload, _form(upload))
        if request.POST.get("act") in ("cancel", "delete"):
            return self._end(request, upload)
        return self._read(request, upload)

    def errors_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Download the rejected lines."""
        upload = Upload.objects.filter(pk=pk).first()
        if upload is None:
            raise Http404
        if not self.has_view_permission(request, upload):
            raise PermissionDenied
        return download(upload)

    def _read(self, request: HttpRequest, upload: Upload) -> HttpResponse:
        """Show what the mapping of the form makes of the file, or start with it."""
        form = _form(upload, request.POST)
        mapping = form.mapping() if form else TableMapping()
        if mapping is None:
            return self._show(request, upload, form)
        try:
            if request.POST.get("act") == "start":
                name = form.cleaned_data["save_as"] if form else ""
                return self._start(request, upload, mapping, name)
            return self._show(request, upload, form, uploads.look(upload.pk, mapping))
        except DomainError as error:
            if form is None:
                messages.error(request, str(error))
            else:
                form.add_error(None, str(error))
            return self._show(request, upload, form)

    def _start(
        self, request: HttpRequest, upload: Upload, mapping: TableMapping, name: str
    ) -> HttpResponse:
        now = timezone.now()
        uploads.start(
            upload.pk, mapping=mapping, save_as=name, by=_user(request), at=now, via="admin"
        )
        return HttpResponseRedirect(_page(upload))

    def _end(self, request: HttpRequest, upload: Upload) -> HttpResponse:
        """Cancel or delete it."""
        try:
            if request.POST["act"] == "cancel":
                uploads.cancel(upload.pk, by=_user(request), at=timezone.now(), via="admin")
                return HttpResponseRedirect(_page(upload))
            uploads.delete(upload.pk, by=_user(request), via="admin")
        except DomainError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(_page(upload))
        messages.success(request, f"{upload.name} is deleted; its readings stay.")
        return HttpResponseRedirect(reverse("admin:ingest_upload_changelist"))

    def _show(
        self,
        request: HttpRequest,
        upload: Upload,
        form: TableForm | None,
        seen: Previewed | None = None,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            **context_of(upload),
            "opts": self.opts,
            "form": form,
            "preview": preview_rows(seen) if seen else None,
        }
        return TemplateResponse(request, "admin/ingest/upload/page.html", context)


def _form(upload: Upload, data: Any = None) -> TableForm | None:
    """Return the form of an upload that has columns to say something about."""
    if upload.format == Upload.Format.NDJSON:
        return None
    return TableForm(upload.columns, from_json(upload.mapping or upload.suggestion), data)


def _page(upload: Upload) -> str:
    return reverse("admin:ingest_upload_change", args=[upload.pk])


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - tells the type checker
    return request.user
