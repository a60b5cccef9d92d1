"""Does a recommendation say only what its sources and its event say? Asked without our own check.

The pattern of a number here is deliberately another one than the product's: what both find is
found twice, and what only one finds shows.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from recommendations.generation.drafts import Draft
from recommendations.knowledge.retrieval import IndexedPlaybook

FIGURE = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?")
#: What an event brings to every situation here: numbers that no playbook has.
EVENT: Mapping[str, Any] = {
    "value": 1181.7,
    "baseline": 1001.4,
    "percent_above": 18.0,
    "side": "high",
    "rule": "anomaly",
    "evidence": {"slot": "Sunday at 02 h"},
}
UNITS = {"co2e": "kg", "energy": "kWh", "fuel": "l", "gas": "kWh", "demand": "MWh"}
TEXTS = ("title", "action", "root_cause", "rationale")


def with_event(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a situation as the hotspot it would come from."""
    return {"entity": "Plant", "unit": UNITS.get(row["metric"], "x"), **EVENT, **row}


def figures(text: str) -> set[float]:
    """Return the figures of a text, digits only."""
    return {float(found.rstrip(",").replace(",", "")) for found in FIGURE.findall(text)}


def foreign_figures(draft: Draft, document: IndexedPlaybook) -> set[float]:
    """Return the figures of a draft that stand neither in its playbook nor in the event."""
    said = {18.0, 2.0, EVENT["value"], EVENT["baseline"]}
    said |= figures(" ".join(passage.text for passage in document.passages))
    told = " ".join(str(getattr(draft, name)) for name in TEXTS)
    told += " ".join(cited["quote"] for cited in draft.citations)
    return figures(told) - said | _foreign_arithmetic(draft, document)


def bad_citations(draft: Draft, document: IndexedPlaybook) -> Iterator[str]:
    """Yield quotes that do not stand, word for word, where the citation says."""
    passages = {passage.heading: passage.text for passage in document.passages}
    outside = {str(source.url) for source in document.front.sources} | {""}
    for cited in draft.citations:
        own = cited["document"] == document.front.id and cited["url"] in outside
        if not own or cited["quote"] not in passages.get(cited["section"], ""):
            yield cited["quote"]


def _foreign_arithmetic(draft: Draft, document: IndexedPlaybook) -> set[float]:
    """Return the figures of the arithmetic that do not follow from source and event."""
    effect = document.front.effect
    value, baseline = EVENT["value"], EVENT["baseline"]
    said = {value, baseline, round(value - baseline, 6)}
    if effect:
        said |= {effect.low_pct, effect.high_pct} | figures(effect.condition)
    if effect and draft.predicted_reduction is not None:
        part = value if effect.scope == "total" else value - baseline
        said |= {float(f"{part * p / 100:.6g}") for p in (effect.low_pct, effect.high_pct)}
    return figures(draft.arithmetic) - said
