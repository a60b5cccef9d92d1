"""Few reference situations: what is looked at before publishing takes seconds with all."""

import pytest

from recommendations.documents import preview
from recommendations.knowledge.reference import ReferenceSituation

from .house import NOTE

SITUATIONS = (
    ReferenceSituation("air", "factory", "energy", NOTE, frozenset({"compressed-air-leaks"})),
    ReferenceSituation("trucks", "route", "co2e", "trucks come back empty", frozenset()),
    ReferenceSituation("menu", "site", "energy", "the soup was too salty today", frozenset()),
)


@pytest.fixture
def few_situations(monkeypatch):
    """Three situations in place of some hundred."""
    monkeypatch.setattr(preview, "reference_situations", lambda: SITUATIONS)
