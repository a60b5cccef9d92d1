"""Series: what is watched, what was learned of it, and what people set and teach."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from hotspots.measurements.excerpts import Span
from hotspots.models import Series
from hotspots.series import tuning
from streams.backoffice.cells import age, marks, number
from streams.backoffice.history import HistoryAdmin
from streams.backoffice.lists import ReadOnlyAdmin
from streams.errors import DomainError

from .lessons import LESSONS, Lesson
from .series_detail import detail
from .series_lists import SeriesListAdmin
from .threshold import ThresholdForm, tried

VIA = "admin"
Context = dict[str, Any]


@admin.register(Series)
class SeriesAdmin(SeriesListAdmin, HistoryAdmin, ReadOnlyAdmin):
    """One metric of one entity."""

    series_path = "pk"
    list_display = ["id", "subject", "trend", "count", "newest", "own_threshold", "flags"]
    list_filter = [
        ("entity__entity_type", admin.AllValuesFieldListFilter),
        "metric",
        "simulated",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Series]:
        """Series with their names; the list does without what detection packed."""
        rows = super().get_queryset(request).select_related("entity", "metric")
        of_one = request.resolver_match is not None and request.resolver_match.kwargs
        return rows if of_one else rows.defer("state")

    def get_urls(self) -> list[URLPattern]:
        """Add the pages where a threshold is tried and a series is taught."""
        own = [
            path(
                f"<path:object_id>/{page}",
                self.admin_site.admin_view(view),
                name=f"hotspots_series_{name}",
            )
            for page, view, name in (
                ("threshold/", self.threshold_view, "threshold"),
                ("teach/<slug:name>/", self.teach_view, "teach"),
            )
        ]
        return [*own, *super().get_urls()]

    def series_of(self, row: Series) -> Series:
        """The row itself."""
        return row

    def span(self, row: Series) -> Span | None:
        """All of the series."""
        return Span(row.pk, row.last_time) if row.last_time else None

    @admin.display(description="newest reading")
    def newest(self, row: Series) -> SafeString:
        """The time of the newest reading."""
        return age(row.last_time)

    @admin.display(description="threshold")
    def own_threshold(self, row: Series) -> str:
        """The series' own threshold, if it has one."""
        return number(row.threshold)

    @admin.display(description="", empty_value="")
    def flags(self, row: Series) -> SafeString:
        """What is special about it."""
        frozen = row.frozen_until is not None
        return marks([("frozen", frozen), ("simulated", row.simulated)])

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Context | None = None,
    ) -> HttpResponse:
        """Show one series. Nothing is saved here: the buttons lead elsewhere."""
        row = self._visible(request, object_id)
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        context = {
            **self._context(request, row),
            "title": str(row),
            "history_url": page("history", row),
            "lessons": self._lessons(request, row),
            "threshold_url": page("threshold", row) if self._may_set(request) else "",
            **detail(request, row),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/hotspots/series/page.html", context)

    def threshold_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what a threshold would have changed, then save it."""
        row = self._permitted(request, object_id)
        if request.method == "POST":
            return self._save_threshold(request, row)
        asked = "threshold" in request.GET
        initial = {"threshold": row.threshold, "version": row.version}
        form = ThresholdForm(request.GET if asked else None, initial=initial)
        context = {
            **self._context(request, row),
            "title": f"Threshold of {row}",
            "form": form,
            "present": number(row.effective_threshold),
            "fallback": number(fallback(row)),
            **(_tried(row, form) if asked and form.is_valid() else {}),
        }
        return TemplateResponse(request, "admin/hotspots/series/threshold.html", context)

    def teach_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Explain a lesson, and give it once that is confirmed."""
        row = self._permitted(request, object_id)
        lesson = next((lesson for lesson in LESSONS if lesson.name == name), None)
        if lesson is None:
            raise Http404
        if request.method == "POST":
            return self._teach(request, row, lesson)
        context = {
            **self._context(request, row),
            "title": f"{lesson.label}: {row}?",
            "lesson": lesson,
        }
        return TemplateResponse(request, "admin/hotspots/series/teach.html", context)

    def _save_threshold(self, request: HttpRequest, row: Series) -> HttpResponse:
        form = ThresholdForm(request.POST)
        if not form.is_valid():
            text = " ".join(str(one) for errors in form.errors.values() for one in errors)
            self.message_user(request, f"Nothing was saved. {text}", messages.ERROR)
            return HttpResponseRedirect(page("threshold", row))
        values = {"threshold": form.cleaned_data["threshold"]}
        values["version"] = form.cleaned_data["version"]
        return self._carry_out(request, row, tuning.set_threshold, "threshold saved", values)

    def _teach(self, request: HttpRequest, row: Series, lesson: Lesson) -> HttpResponse:
        version = request.POST.get("version", "")
        seen = int(version) if version.isdecimal() and len(version) < 10 else None
        return self._carry_out(request, row, lesson.call, lesson.done, {"version": seen})

    def _carry_out(
        self, request: HttpRequest, row: Series, service: Any, done: str, values: Context
    ) -> HttpResponse:
        """Call a service in the name of whoever asks, say how it went, and go to the series."""
        by, now = request.user, timezone.now()
        try:
            service(series_id=row.pk, by=by, at=now, via=VIA, **values)
        except DomainError as error:
            self.message_user(request, f"{row}: nothing was changed. {error}", messages.ERROR)
        else:
            self.message_user(request, f"{row}: {done}.", messages.SUCCESS)
        return HttpResponseRedirect(page("change", row))

    def _lessons(self, request: HttpRequest, row: Series) -> list[tuple[Lesson, str]]:
        if not self._may_set(request):
            return []
        return [(one, page("teach", row, one.name)) for one in LESSONS if one.offered(row)]

    def _context(self, request: HttpRequest, row: Series) -> Context:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": row,
            "page_url": page("change", row),
        }

    def _may_set(self, request: HttpRequest) -> bool:
        return request.user.has_perm("hotspots.change_series")

    def _visible(self, request: HttpRequest, object_id: str) -> Series:
        row: Series | None = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return row

    def _permitted(self, request: HttpRequest, object_id: str) -> Series:
        row = self._visible(request, object_id)
        if not self._may_set(request):
            raise PermissionDenied
        return row


def page(name: str, row: Series, *args: str) -> str:
    """The address of one of a series' pages."""
    return reverse(f"admin:hotspots_series_{name}", args=[quote(row.pk), *args])


def fallback(row: Series) -> float:
    """The threshold that holds without one of the series' own."""
    return Series(entity=row.entity, metric=row.metric).effective_threshold


def _tried(row: Series, form: ThresholdForm) -> Context:
    """What a threshold would have changed, or why that cannot be told."""
    threshold = form.cleaned_data["threshold"]
    told: Context = {"wanted": threshold, "wanted_text": number(threshold), "asked": True}
    try:
        return told | {"found": tried(row, threshold)}
    except DomainError as error:
        return told | {"problem": str(error)}
