"""Playbooks in the tables, as a test needs them."""

from typing import Any

from recommendations.models import Passage, Playbook

FRONT = {
    "id": "rail",
    "title": "Freight on rail",
    "version": 2,
    "applies_to": {"entity_type": ["route"], "metric": ["co2e"], "sector": [], "side": ["high"]},
    "action_family": "mode_shift_rail",
    "cause": "goods go by road over a distance that trains serve",
    "actions": ["Ask a rail operator for an offer."],
    "effect": {
        "low_pct": 72.7,
        "high_pct": 72.7,
        "basis": "per_tonne_km",
        "scope": "total",
        "condition": "all of it goes by rail",
        "quote": "HGV 0.10163, rail 0.02779 kg CO2e per tonne-km",
        "calculations": [{"before": 0.10163, "after": 0.02779}],
    },
    "cost_band": "medium",
    "payback_months": None,
    "feasibility": 6,
    "preconditions": [],
    "sources": [
        {
            "title": "Conversion factors",
            "publisher": "A ministry",
            "url": "https://example.org/factors",
            "year": 2025,
            "licence": "open",
            "accessed": "2026-11-23",
            "quote": "HGV 0.10163, rail 0.02779 kg CO2e per tonne-km",
            "facts": [],
        }
    ],
}


def make_playbook(slug: str = "rail", text: str = "Rail saves <b>much</b>.", **front: Any) -> Any:
    """Create a playbook with one passage, headed Why it works."""
    told = {**FRONT, "id": slug, **front}
    book = Playbook.objects.create(
        slug=slug, title=told["title"], edition=told["version"], front_matter=told
    )
    Passage.objects.create(playbook=book, position=1, heading="Why it works", text=text)
    return book
