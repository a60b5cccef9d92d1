"""What the page of a document shows."""

from collections.abc import Iterator
from typing import Any

from django.forms.boundfield import BoundField
from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from recommendations.documents import preview, review
from recommendations.documents.suspicion import suspicious
from recommendations.knowledge.text import sentences
from recommendations.models import Document, Playbook
from streams.backoffice.cells import EMPTY, chip, exact, link

from .document_form import FIELD_OF, ReviewForm

#: Sections that are open at first: a long document is a list of headings.
OPEN_SECTIONS = 8
Status = Document.Status
GROUPS = (
    ("What is proposed", (
        "title", "slug", "edition", "action_family", "cause", "cost", "feasibility",
    )),
    ("Where", ("entity_type", "metric", "side")),
    ("In the document's own sentences", ("actions", "picked", "signs", "reasons", "preconditions")),
    ("Effect, if the document has a figure", (
        "effect_low_pct", "effect_high_pct", "effect_scope", "effect_basis", "effect_condition",
        "effect_quote", "found_quote",
    )),
    ("Source", (
        "source_title", "source_publisher", "source_year", "source_url", "source_licence",
    )),
    ("Search", ("used",)),
)  # fmt: skip


def is_publishable(document: Document) -> bool:
    """Whether the preview is of this review and of the corpus of now."""
    if document.status != Status.REVIEWED or document.preview is None:
        return False
    try:
        return preview.is_current(document, review.playbook_of(document))
    except review.ReviewError:
        return False


def is_worked_on(document: Document) -> bool:
    """Whether a worker has it, or will have it soon."""
    is_prepared = document.status == Status.REVIEWED and document.preview is None
    return document.status == Status.WAITING or is_prepared


def context_of(document: Document, form: ReviewForm | None) -> dict[str, Any]:
    """Return the values that the page's template needs about the document itself."""
    found = review.problems(document) if form is not None else {}
    return {
        "heading": document.name,
        "chips": [chip("status", document.status), chip("kind", document.kind)],
        "working": is_worked_on(document),
        "problem": document.problem,
        "seen": seen(document),
        "is_current": is_publishable(document),
        "form": form,
        "groups": list(groups(form, found)) if form is not None else [],
        "missing": sum(map(len, found.values())),
        "families": families() if form is not None else [],
        "sections": list(sections(document)),
        "suspicious": sum(bool(_orders(one)) for one in document.sections),
        "facts": facts(document),
    }


def groups(
    form: ReviewForm, found: review.Problems
) -> Iterator[tuple[str, list[tuple[BoundField, list[str]]]]]:
    """Yield the form's fields in groups, each with what is missing or wrong in it."""
    told: dict[str, list[str]] = {}
    for name, problems in found.items():
        field = FIELD_OF.get(name, name)
        told.setdefault(field if field in form.fields else "title", []).extend(problems)
    for heading, names in GROUPS:
        yield heading, [(form[name], told.get(name, [])) for name in names]


def families() -> list[str]:
    """Return the action families that there are."""
    found = Playbook.objects.values_list("front_matter__action_family", flat=True)
    return sorted({family for family in found if family})


def sections(document: Document) -> Iterator[dict[str, Any]]:
    """Yield the sections with what a reviewer should see of them."""
    used = {section["heading"] for section in review.used_sections(document)}
    for number, section in enumerate(document.sections, 1):
        yield {
            "number": number,
            "heading": section["heading"],
            "sentences": sentences(section["text"]),
            "orders": _orders(section),
            "used": section["heading"] in used,
            "open": number <= OPEN_SECTIONS,
        }


def _orders(section: dict[str, str]) -> list[str]:
    return suspicious(f"{section['heading']}\n{section['text']}")


def seen(document: Document) -> list[dict[str, Any]]:
    """Return the preview as tables: what is proposed before and after, in which place."""
    if document.preview is None:
        return []
    kinds = (("situations", "Reference situations"), ("hotspots", "Newest hotspots"))
    return [{"name": name, **document.preview[kind], "rows": _rows(document.preview[kind]["rows"])}
            for kind, name in kinds]  # fmt: skip


def _rows(changed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            **row,
            "url": reverse("admin:hotspots_hotspot_change", args=[row["hotspot"]])
            if "hotspot" in row
            else "",
            "after": [(name, name not in row["before"]) for name in row["after"]],
        }
        for row in changed
    ]


def facts(document: Document) -> list[tuple[str, Any]]:
    """What is known of a document, and who did what."""
    playbook = Playbook.objects.filter(document=document).first()
    page = playbook and link(
        reverse("admin:recommendations_playbook_change", args=[playbook.pk]), playbook.slug
    )
    embedded = document.prepared and (
        "with embeddings"
        if document.prepared["embedded_by"]
        else f"by words only: {document.prepared['why_not_embedded']}"
    )
    return [
        ("Playbook", page or EMPTY),
        ("File", f"{filesizeformat(document.size)}, {document.get_kind_display()}"),
        ("Pages", document.pages or EMPTY),
        ("Words", f"{document.words:,}" if document.words else EMPTY),
        ("Sections", len(document.sections) or EMPTY),
        ("Searched", embedded or EMPTY),
        ("Uploaded by", document.uploaded_by or EMPTY),
        ("Uploaded", exact(document.created_at)),
        ("Reviewed by", document.reviewed_by or EMPTY),
        ("Reviewed", exact(document.reviewed_at)),
        ("Published by", document.published_by or EMPTY),
        ("Published", exact(document.published_at)),
        ("SHA-256", document.sha256),
        ("Version", document.version),
    ]
