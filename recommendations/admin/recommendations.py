"""Recommendations in the back office: proposals to edit, to decide, and to follow up."""

from functools import partial
from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hotspots.admin.series_lists import SeriesListAdmin, subject
from hotspots.measurements.excerpts import Span
from recommendations import services, undoing
from recommendations.knowledge.confidence import is_low
from recommendations.models import Playbook, Recommendation
from recommendations.rows import history_entries
from streams.backoffice.actions import ActionForm, NoteForm, RowAction
from streams.backoffice.cells import EMPTY, age, chip, exact, link, marks, number

from .edit_page import EditPage
from .playbooks import anchor

Status = Recommendation.Status
READ_PLAYBOOKS = "recommendations.view_playbook"


def is_pending(row: Recommendation) -> bool:
    """Whether nobody has decided yet."""
    return row.status == Status.PENDING


def is_undoable(row: Recommendation) -> bool:
    """Whether the decision is so fresh that it may be taken back."""
    return undoing.is_undoable(row, timezone.now())


def is_approved(row: Recommendation) -> bool:
    """Whether it may be carried out."""
    return row.status == Status.APPROVED


class RealisedForm(ActionForm):
    """What a measure brought, in the hotspot's unit."""

    heading, hint = "Carried out", "Leave it empty if nobody has measured it."

    realised_reduction = forms.FloatField(
        label="Realised saving", required=False, widget=forms.NumberInput(attrs={"step": "any"})
    )


@admin.register(Recommendation)
class RecommendationAdmin(SeriesListAdmin, EditPage):
    """The list that approvers work from; the page shows what a proposal rests on."""

    series_path = "hotspot__series"
    nothing_yet = "They are proposed for each hotspot that opens, out of the playbooks."
    detail_template = "admin/recommendations/recommendation/page.html"
    list_display = [
        "number", "status_chip", "title", "subject", "trend", "saving", "cost_chip",
        "decided", "flags",
    ]  # fmt: skip
    list_filter = [
        "status",
        "cost",
        "created_at",
        ("hotspot__series__entity__entity_type", admin.AllValuesFieldListFilter),
        "hotspot__series__metric",
        "simulated",
    ]
    row_actions = [
        RowAction(
            "approve", "Approve", "approved", partial(services.decide, status=Status.APPROVED),
            permission="decide", form=NoteForm, offered=is_pending, tone="primary",
        ),
        RowAction(
            "reject", "Reject", "rejected", partial(services.decide, status=Status.REJECTED),
            permission="decide", form=NoteForm, offered=is_pending, tone="danger",
        ),
        RowAction(
            "undo", "Undo decision", "taken back", services.undo,
            permission="decide", offered=is_undoable, in_list=False,
        ),
        RowAction(
            "implemented", "Carried out", "noted as carried out", services.implement,
            permission="decide", form=RealisedForm, offered=is_approved, in_list=False,
        ),
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Recommendation]:
        """Recommendations with their names."""
        rows = Recommendation.objects.with_names().select_related("hotspot__series__metric")
        return rows.defer("hotspot__series__state", "hotspot__evidence")

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Whether the user may approve and reject."""
        return request.user.has_perm("recommendations.decide_recommendation")

    def entries(self, records: list[Any]) -> list[dict[str, Any]]:
        """The history with the place of each record in the chain."""
        return history_entries(records)

    def span(self, row: Recommendation) -> Span:
        """The series up to where the anomaly was last seen."""
        return Span(row.hotspot.series_id, row.hotspot.last_seen_at)

    def detail(self, request: HttpRequest, row: Recommendation) -> dict[str, Any]:
        """What is proposed, why, and on which words it rests."""
        return {
            "heading": row.title,
            "chips": [self.status_chip(row), chip("cost", row.cost, f"{row.cost} cost")],
            "flags": self.flags(row),
            "facts": facts(row),
            "unit": row.hotspot.series.metric.unit,
            "edit_url": self.edit_url(request, row),
            "citations": citations(row, may_read=request.user.has_perm(READ_PLAYBOOKS)),
        }

    @admin.display(description="cost")
    def cost_chip(self, row: Recommendation) -> SafeString:
        """What it takes."""
        return chip("cost", row.cost)

    @admin.display(description="saving")
    def saving(self, row: Recommendation) -> str:
        """By how much it reduces, in the hotspot's unit."""
        return saved(row)

    @admin.display(description="decided")
    def decided(self, row: Recommendation) -> SafeString:
        """By whom, and when; until then, how old the proposal is."""
        if row.decided_by is None:
            return format_html('<span class="quiet">made {}</span>', age(row.created_at))
        return format_html("{} {}", row.decided_by.get_username(), age(row.decided_at))

    @admin.display(description="marks", empty_value="")
    def flags(self, row: Recommendation) -> SafeString:
        """What is special about it."""
        named = [
            ("low confidence", is_low(row.confidence, row.retriever)),
            ("edited", row.edited_by is not None),
            ("four eyes", row.four_eyes),
            ("simulated", row.simulated),
        ]
        return marks(named)


def saved(row: Recommendation) -> str:
    """The reduction that is expected: an amount, or without one a range in percent."""
    if row.saving is not None:
        return number(row.saving, row.hotspot.series.metric.unit)
    if row.reduction_pct_low is None or row.reduction_pct_high is None:
        return EMPTY
    low, high = number(row.reduction_pct_low), number(row.reduction_pct_high)
    return f"{low} %" if low == high else f"{low} to {high} %"


def facts(row: Recommendation) -> list[tuple[str, Any]]:
    """What a recommendation says in figures, and how it came about."""
    unit = row.hotspot.series.metric.unit
    hotspot = link(
        reverse("admin:hotspots_hotspot_change", args=[row.hotspot_id]),
        f"Hotspot {row.hotspot_id}",
    )
    return [
        ("Hotspot", format_html("{}: {}", hotspot, subject(row.hotspot.series))),
        ("Saving", saved(row)),
        ("Realised saving", number(row.realised_reduction, unit)),
        ("Feasibility", f"{row.feasibility} of 10"),
        ("Confidence", f"{100 * row.confidence:.0f} %"),
        ("Playbook", row.playbook),
        ("Written by", f"{row.generator}, {row.retriever} retrieval {row.fallback_reason}".strip()),
        ("Made", exact(row.created_at)),
        ("Edited by", row.edited_by or EMPTY),
        ("Edited", exact(row.edited_at)),
        ("Four eyes", "Who edited it cannot approve it" if row.four_eyes else EMPTY),
        ("Expires", exact(row.expires_at)),
        ("Decided by", row.decided_by or EMPTY),
        ("Decided", exact(row.decided_at)),
        ("Note", row.note or EMPTY),
        ("Version", row.version),
    ]


def citations(row: Recommendation, *, may_read: bool) -> list[dict[str, str]]:
    """What a recommendation rests on, as its page shows it.

    Only an address of the web becomes a link; a playbook is linked for those who may read it.
    """
    names = {str(citation.get("document")) for citation in row.citations} if may_read else set()
    pages = dict(Playbook.objects.filter(slug__in=names).values_list("slug", "pk"))
    return [cited(citation, pages) for citation in row.citations]


def cited(citation: dict[str, Any], pages: dict[str, int]) -> dict[str, str]:
    """One citation as text, with the addresses that it may link to."""
    known = ("title", "document", "section", "quote", "url")
    shown = {name: str(citation.get(name) or "") for name in known}
    if not shown["url"].startswith(("https://", "http://")):
        shown["url"] = ""
    page = pages.get(shown["document"])
    shown["playbook_url"] = passage_url(page, shown["section"], shown["quote"]) if page else ""
    return shown


def passage_url(playbook: int, section: str, quoted: str) -> str:
    """Return the address of a passage on its playbook's page; browsers mark the quote there."""
    address = reverse("admin:recommendations_playbook_change", args=[playbook])
    words = quote(quoted, safe="").replace("-", "%2D")  # a hyphen would mean something there
    return f"{address}#{anchor(section)}:~:text={words}"
