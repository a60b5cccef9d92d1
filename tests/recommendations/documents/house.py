"""A document on its way through the house, for tests: upload, read, review, prepare, publish."""

from django.utils import timezone

from recommendations.documents import service, work
from recommendations.models import Document

from . import files

QUOTE = "Leaks waste 20 % of the output of a compressor."
WALK = "Walk the lines with a detector while the plant is quiet."
REPAIR = "Repair the couplings that hiss, and tag each of them."
SIGN = "The compressor runs at night although nobody works, and couplings whistle."
MARKDOWN = f"""# Compressed air at our sites

{QUOTE} {SIGN}

## What we do

- {WALK}
- {REPAIR}

## About trucks

Trucks come back empty from the coast.
"""
REVIEW = {
    "id": "our-air",
    "title": "Repair our compressed air",
    "version": 1,
    "applies_to": {"entity_type": ["site"], "metric": ["energy"], "sector": [], "side": ["high"]},
    "action_family": "our_air",
    "cause": "compressed air escapes through couplings",
    "actions": [WALK, REPAIR],
    "signs": [SIGN],
    "reasons": [],
    "effect": {
        "low_pct": 20, "high_pct": 20, "basis": "compressor output", "scope": "excess",
        "condition": "the excess is drawn by the compressors", "quote": QUOTE, "calculations": [],
    },
    "cost_band": "low",
    "payback_months": None,
    "feasibility": 8,
    "preconditions": [],
    "sources": [
        {
            "title": "Air audit", "publisher": "Our plant", "url": "https://wiki.example/air",
            "year": 2025, "licence": "our own", "accessed": "2026-01-01", "quote": QUOTE,
        }
    ],
    "left_out": [],
}  # fmt: skip
NOTE = "hissing at the couplings of compressed air, the compressor never rests at night"


#: The same as the form of a page sends it.
FORM = {
    "title": REVIEW["title"],
    "slug": REVIEW["id"],
    "edition": "1",
    "entity_type": ["site"],
    "metric": ["energy"],
    "side": ["high"],
    "action_family": "our_air",
    "cause": REVIEW["cause"],
    "actions": "\n".join(REVIEW["actions"]),
    "signs": "\n".join(REVIEW["signs"]),
    "cost": "low",
    "feasibility": "8",
    **{
        f"effect_{name}": REVIEW["effect"][name]
        for name in ("low_pct", "high_pct", "scope", "basis", "condition", "quote")
    },
    **{
        f"source_{name}": REVIEW["sources"][0][name]
        for name in ("title", "publisher", "year", "url", "licence")
    },
    "used": "1-3",
}


def about(by):
    """What every service is told."""
    return {"by": by, "at": timezone.now(), "via": "admin"}


def upload(by, content=MARKDOWN, name="air.md"):
    """Upload a document; nobody has read it yet."""
    raw = content if isinstance(content, bytes) else content.encode()
    return service.receive(name=name, content=raw, by=by, via="admin")


def draft(by, content=MARKDOWN, name="air.md"):
    """Upload a document and read it as a worker does."""
    row = upload(by, content, name)
    work.read(row.pk, row.version)
    return fresh(row)


def reviewed(by, review=REVIEW, **more):
    """A document that a worker has prepared for publication."""
    row = draft(by, **more)
    service.save_review(row.pk, review, **about(by))
    row = service.mark_reviewed(row.pk, **about(by))
    assert work.prepare(row.pk, row.version) == "reviewed"
    return fresh(row)


def published(by, **more):
    """A document whose playbook is searched."""
    return service.publish(reviewed(by, **more).pk, **about(by))


def fresh(row):
    """The row as it is on disk."""
    return Document.objects.get(pk=row.pk)


def pdf_lines(*texts, size=10):
    """A PDF of one page with these lines."""
    return files.pdf([[(text, size) for text in texts]])


def filled(row, **changes):
    """What the review form of a page sends."""
    return {**FORM, "version": row.version, **changes}
