"""Documents in the back office: upload, review, preview, publish."""

from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from recommendations.documents import review, service
from recommendations.documents.opening import KIND_OF_SUFFIX
from recommendations.models import Document
from streams.backoffice.actions import RowAction
from streams.backoffice.cells import EMPTY, age, chip
from streams.backoffice.conflict import conflict
from streams.backoffice.rows import VIA, ServiceAdmin
from streams.backoffice.uploads import TakesFiles
from streams.errors import DomainError, VersionConflictError

from .document_form import ReviewForm
from .document_page import context_of, is_publishable, is_worked_on

Status = Document.Status


def has_status(*allowed: str) -> Any:
    """Return what says whether a row's status is one of these."""
    return lambda row: row.status in allowed


def is_looked_at(row: Document) -> bool:
    """Whether there is a preview, be it of an earlier corpus."""
    return row.status == Status.REVIEWED and row.preview is not None


@admin.register(Document)
class DocumentAdmin(TakesFiles, ServiceAdmin):
    """Documents on their way to become playbooks."""

    upload_title = "Upload a document"
    upload_kinds = "PDF, Word (DOCX) or Markdown"
    upload_accept = ",".join(KIND_OF_SUFFIX)
    upload_promise = (
        "Only its text is read. "
        "Nothing is searched or quoted before somebody has reviewed and published it."
    )

    detail_template = "admin/recommendations/document/page.html"
    change_list_template = "admin/recommendations/document/list.html"
    list_display = ["name", "status_chip", "kind", "length", "file_size", "playbook_slug", "came"]
    list_filter = ["status", "kind"]
    search_fields = ["name"]
    search_help_text = "Part of a file's name"
    list_select_related = ["uploaded_by", "playbook"]
    row_actions = [
        RowAction(
            "look_again", "Look again", "being looked at again", service.look_again,
            offered=is_looked_at, tone="quiet", in_list=False,
        ),
        RowAction(
            "publish", "Publish", "published", service.publish,
            permission="publish", offered=is_publishable, tone="primary", in_list=False,
            confirm="From the next recommendation on, its playbook is searched and quoted.",
        ),
        RowAction(
            "withdraw", "Withdraw", "withdrawn", service.withdraw,
            permission="publish", offered=has_status(Status.PUBLISHED), tone="danger",
            in_list=False,
            confirm="Its playbook is not searched any more. "
            "Recommendations that quote it keep their quotes.",
        ),
        RowAction(
            "delete", "Delete", "deleted", service.remove,
            offered=has_status(*service.DELETABLE), tone="danger", in_list=False,
            confirm="The file and its text are deleted; the history stays.",
        ),
    ]  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whether the user may upload."""
        return request.user.has_perm("recommendations.add_document")

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Whether the user may publish and withdraw."""
        return request.user.has_perm("recommendations.publish_document")

    @admin.display(description="status")
    def status_chip(self, row: Document) -> SafeString:
        """Where it stands; why, if it was refused."""
        if row.status != Status.REFUSED:
            return chip("status", row.status)
        code = row.problem_code
        return format_html('{} <span class="quiet">{}</span>', chip("status", row.status), code)

    @admin.display(description="length")
    def length(self, row: Document) -> str:
        """Pages and words, as far as they are known."""
        pages = f"{row.pages:,} pages, " if row.pages else ""
        return f"{pages}{row.words:,} words" if row.words else EMPTY

    @admin.display(description="size")
    def file_size(self, row: Document) -> str:
        """How large the file is."""
        return str(filesizeformat(row.size))

    @admin.display(description="playbook")
    def playbook_slug(self, row: Document) -> str:
        """The playbook that it is, while it is published."""
        return row.playbook.slug if row.status == Status.PUBLISHED else EMPTY

    @admin.display(description="uploaded")
    def came(self, row: Document) -> SafeString:
        """By whom, and when."""
        return format_html("{} {}", row.uploaded_by or EMPTY, age(row.created_at))

    def take_in(self, request: HttpRequest, file: UploadedFile) -> Document:
        """Keep a document and have it read."""
        by = cast(User, request.user)
        return service.receive(name=file.name or "", content=file.read(), by=by, via=VIA)

    def largest_file(self) -> int:
        """How many bytes a document may have."""
        return int(settings.DOCUMENT_MAX_BYTES)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a document; keep what its review form says."""
        if request.method != "POST":
            return super().change_view(request, object_id, form_url, extra_context)
        row = self._visible(request, object_id)
        if not self.has_act_permission(request):
            raise PermissionDenied
        form = ReviewForm(row, request.POST)
        if not form.is_valid():
            return self.show(request, row, more=context_of(row, form), status=400)
        return self._keep(request, row, form, asked=request.POST.get("act") == "review")

    def act_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Do what a button says; what is deleted has no page to go back to."""
        answer = super().act_view(request, object_id, name)
        gone = answer.status_code == 302 and self.get_object(request, unquote(object_id)) is None
        return HttpResponseRedirect(self.address("changelist")) if gone else answer

    def detail(self, request: HttpRequest, row: Document) -> dict[str, Any]:
        """Its text, its review, and what would change."""
        editable = row.status in service.EDITABLE and not is_worked_on(row)
        shown = editable and self.has_act_permission(request)
        return context_of(row, ReviewForm(row) if shown else None)

    def _keep(
        self, request: HttpRequest, row: Document, form: ReviewForm, *, asked: bool
    ) -> HttpResponse:
        """Keep the review, and mark it as complete if that was asked."""
        about: dict[str, Any] = {"by": request.user, "at": timezone.now(), "via": VIA}
        version = form.cleaned_data["version"]
        try:
            kept = service.save_review(row.pk, form.review(), version=version, **about)
            if asked:
                service.mark_reviewed(row.pk, version=kept.version, **about)
        except review.ReviewError as error:
            where = "1 field" if len(error.problems) == 1 else f"{len(error.problems)} fields"
            messages.warning(request, f"The draft is kept. It is not complete: see {where}.")
        except VersionConflictError:
            return self._show_conflict(request, row.pk, form)
        except DomainError as error:
            messages.error(request, f"{row}: nothing was kept. {error}")
            return self.show(request, row, more=context_of(row, form), status=409)
        else:
            done = "reviewed, and being looked at" if asked else "the draft is kept"
            messages.success(request, f"{row}: {done}.")
        return HttpResponseRedirect(self.address("change", row.pk))

    def _show_conflict(self, request: HttpRequest, pk: int, form: ReviewForm) -> HttpResponse:
        """Show what is stored now beside what was typed; keeping it again means to replace it."""
        now = self._visible(request, str(pk))
        typed = request.POST.copy()
        typed["version"] = str(now.version)
        more = context_of(now, ReviewForm(now, typed))
        more["conflict"] = conflict(now, ReviewForm(now), form)
        return self.show(request, now, more=more, status=409)
