"""The knowledge base in the back office: playbooks to read, and what came of them."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify

from recommendations.knowledge.schema import FrontMatter
from recommendations.models import Passage, Playbook
from recommendations.outcomes import Outcome, Reduction, outcomes
from recommendations.playbook_rows import (
    DOCUMENT,
    ORIGINS,
    SHIPPED,
    effect_row,
    front_of,
    origin_of,
)
from streams.backoffice.cells import EMPTY, age, chip, exact, link, number
from streams.backoffice.lists import BackOfficeAdmin, ReadOnly

LOADED = "Those of the product are loaded with the first hotspot, or by manage.py rag_sync."


def anchor(heading: str) -> str:
    """Return the name by which a passage is linked to on its playbook's page."""
    return f"passage-{slugify(heading)}"


class OriginFilter(admin.SimpleListFilter):
    """Playbooks that came with the product, or from documents."""

    title = "origin"
    parameter_name = "origin"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The two origins."""
        return [(SHIPPED, "Shipped"), (DOCUMENT, "From a document")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Playbook]) -> QuerySet[Playbook]:
        """Keep those of the origin that was chosen."""
        if self.value() not in ORIGINS:
            return queryset
        return queryset.filter(document__isnull=self.value() == SHIPPED)


class WithOutcomes(ChangeList):
    """A list of playbooks that knows what came of each of its rows, in two queries."""

    def get_results(self, request: HttpRequest) -> None:
        """Read the page, then the outcomes of its playbooks."""
        super().get_results(request)
        self.result_list = rows = list(self.result_list)
        came_of = outcomes(playbook.slug for playbook in rows)
        for playbook in rows:
            playbook.outcome = came_of[playbook.slug]


@admin.register(Playbook)
class PlaybookAdmin(ReadOnly, BackOfficeAdmin):
    """The knowledge base; its files and documents are the place to change it."""

    change_form_template = "admin/recommendations/playbook/page.html"
    list_display = [
        "title", "origin", "places", "edition", "proposed", "carried_out", "brought", "synced",
    ]  # fmt: skip
    list_filter = [OriginFilter]
    ordering = ["title"]
    search_fields = ["title", "slug", "passages__text"]
    search_help_text = "Title, name, or words of its text"
    nothing_yet = LOADED

    def get_queryset(self, request: HttpRequest) -> QuerySet[Playbook]:
        """Playbooks with the document that some came from."""
        return Playbook.objects.select_related("document")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """List them with their outcomes."""
        return WithOutcomes

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the playbook as people read it."""
        playbook: Playbook = context["original"]
        return super().render_change_form(request, context | page(playbook), *args, **kwargs)

    @admin.display(description="origin")
    def origin(self, playbook: Playbook) -> SafeString:
        """Whether it came with the product or from a document."""
        return chip("origin", origin_of(playbook))

    @admin.display(description="for")
    def places(self, playbook: Playbook) -> str:
        """The kinds of entity that it may be proposed for."""
        return ", ".join(front_of(playbook).applies_to.entity_type) or "all"

    @admin.display(description="proposed")
    def proposed(self, playbook: Any) -> str:
        """How many recommendations it led to."""
        return str(playbook.outcome.proposed or EMPTY)

    @admin.display(description="carried out")
    def carried_out(self, playbook: Any) -> str:
        """How many of them were implemented."""
        return str(playbook.outcome.by_status.get("implemented", 0) or EMPTY)

    @admin.display(description="realised of predicted")
    def brought(self, playbook: Any) -> SafeString | str:
        """What was measured after, against what was foretold."""
        lines = [(against(reduction),) for reduction in playbook.outcome.reductions]
        return format_html_join("", "<div>{}</div>", lines) or EMPTY

    @admin.display(description="read", ordering="synced_at")
    def synced(self, playbook: Playbook) -> SafeString:
        """When it was last read from its file or published."""
        return age(playbook.synced_at)


def page(playbook: Playbook) -> dict[str, Any]:
    """Return what a playbook's page shows."""
    front = front_of(playbook)
    outcome = outcomes([playbook.slug])[playbook.slug]
    passages = playbook.passages.order_by("position").values_list("heading", "text")
    return {
        "heading": playbook.title,
        "chips": [
            chip("origin", origin_of(playbook)),
            chip("cost", front.cost_band, f"{front.cost_band} cost"),
        ],
        "lead": f"Possible cause: {front.cause}.",
        "passages": [(anchor(heading), heading, text) for heading, text in passages],
        "effect": effect_row(front.effect) if front.effect else None,
        "sources": front.sources,
        "outcome": outcome,
        "reductions": [(reduction, against(reduction)) for reduction in outcome.reductions],
        "facts": facts(playbook, front, outcome),
    }


def facts(playbook: Playbook, front: FrontMatter, outcome: Outcome) -> list[tuple[str, Any]]:
    """Return where a playbook applies, where it is from, and what was decided on it."""
    place, counts = front.applies_to, outcome.by_status
    return [
        ("Name", playbook.slug),
        ("Applies to", ", ".join(place.entity_type) or "all entities"),
        ("Metrics", ", ".join(place.metric) or "all"),
        ("Findings", " and ".join(place.side)),
        ("Kind of action", front.action_family.replace("_", " ")),
        ("Feasibility", f"{front.feasibility} of 10"),
        ("Proposed", outcome.proposed),
        *((status.capitalize(), counts[status]) for status in sorted(counts)),
        ("Document", document_link(playbook)),
        ("Edition", playbook.edition),
        ("Read", exact(playbook.synced_at)),
        ("SHA-256", playbook.content_hash),
    ]


def document_link(playbook: Playbook) -> SafeString | str:
    """Link to the document that a playbook came from."""
    if playbook.document is None:
        return EMPTY
    address = reverse("admin:recommendations_document_change", args=[playbook.document.pk])
    return link(address, playbook.document.name)


def against(reduction: Reduction) -> str:
    """Return what was realised of what was predicted, in words."""
    realised = number(reduction.realised, reduction.unit)
    predicted = number(reduction.predicted, reduction.unit)
    ratio = "" if reduction.ratio is None else f" ({reduction.ratio:.0%})"
    return f"{realised} of {predicted}{ratio}"


@admin.register(Passage)
class PassageAdmin(ReadOnly, BackOfficeAdmin):
    """What is searched and cited."""

    list_display = ["heading", "playbook", "position"]
    list_select_related = ["playbook"]
    search_fields = ["heading", "text", "playbook__title"]
    search_help_text = "Words of the text, or a playbook's title"
    nothing_yet = LOADED
    fields = ["playbook", "position", "heading", "text"]
