"""What is known about a hotspot, in the form that retrieval and generation need."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from hotspots.metrics import KNOWN
from recommendations.knowledge.figures import figures
from recommendations.knowledge.kinds import kind_of

from . import symptoms
from .cause import Cause, Surroundings
from .numerals import shown
from .root_cause import explain

__all__ = ["Situation", "shown"]

MAX_NOTE_CHARACTERS = 500
MAX_NAME_CHARACTERS = 200
EMISSIONS = frozenset(name for name, _, is_emission, *_ in KNOWN if is_emission)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_DATA_FINDINGS = {
    "flatline": "The same value was measured again and again: {value}.",
    "silent": "No reading has come for longer than usual; the last one was {value}.",
}


@dataclass(frozen=True, slots=True)
class Situation:
    """A hotspot as data; numbers are in the metric's canonical unit, ``None`` if unknown.

    ``note`` is free text of an analyst or a sender: it is searched and never repeated.
    ``surroundings`` is ``None`` where nobody looked what was measured around it.
    """

    entity: str
    entity_type: str
    metric: str
    unit: str
    value: float | None
    baseline: float | None
    percent_above: float | None
    side: str
    rule: str
    slot: str
    note: str
    is_emission: bool
    reason: str = ""
    period: str = ""
    labels: tuple[str, ...] = ()
    occurrences: int = 1
    surroundings: Surroundings | None = None

    @classmethod
    def from_row(
        cls,
        row: Mapping[str, Any],
        *,
        note: str = "",
        is_emission: bool | None = None,
        surroundings: Surroundings | None = None,
    ) -> Self:
        """Read a hotspot's public row, or any part of it, with what was measured around it.

        Raises:
            ValueError: a field has the wrong type.
        """
        evidence = row.get("evidence") or {}
        if not isinstance(evidence, Mapping):
            raise ValueError("evidence must be an object")
        metric = _text(row, "metric")
        return cls(
            entity=_text(row, "entity"),
            entity_type=_text(row, "entity_type"),
            metric=metric,
            unit=_text(row, "unit"),
            value=_number(row, "value"),
            baseline=_number(row, "baseline"),
            percent_above=_number(row, "percent_above"),
            side=_text(row, "side"),
            rule=_text(row, "rule"),
            slot=_text(evidence, "slot")[:40],
            note=_CONTROL.sub(" ", note)[:MAX_NOTE_CHARACTERS].strip(),
            is_emission=metric in EMISSIONS if is_emission is None else is_emission,
            reason=_text(row, "reason"),
            period=_text(evidence, "period"),
            labels=_labels(evidence),
            occurrences=int(_number(row, "occurrences") or 1),
            surroundings=surroundings,
        )

    @property
    def kind(self) -> str | None:
        """The kind of entity: site, route, supplier, grid, or ``None`` if it is not known."""
        return kind_of(self.entity_type)

    @property
    def is_in_doubt(self) -> bool:
        """Whether somebody has to decide first if the reading is real."""
        return self.rule == "data_quality" and self.reason == "unit_suspect"

    @property
    def is_nearing_target(self) -> bool:
        """Whether a target is about to be passed: how much is used is told, none is an excess."""
        if self.value is None or self.baseline is None:
            return False
        return self.rule == "policy" and self.side == "high" and self.value < self.baseline

    @property
    def cause(self) -> Cause:
        """What its numbers say about the cause."""
        return explain(self)

    @property
    def queries(self) -> list[str]:
        """What to search for, in this order until something fits: the note, the findings."""
        found = symptoms.describe(self)
        findings = [f"{self.entity}, {words}" for words in found]
        return [query for query in (self.note, *findings) if query]

    @property
    def finding(self) -> str:
        """One sentence with the event's own numbers, empty if there is none."""
        if self.value is None:
            return ""
        measured = f"{shown(self.value)} {self.unit}".strip()
        if self.rule == "data_quality" and self.reason in _DATA_FINDINGS:
            return _DATA_FINDINGS[self.reason].format(value=measured)
        if self.baseline is None:
            return f"{measured} was measured."
        sentence = f"{measured} where {shown(self.baseline)} {self.unit}".strip()
        if self.percent_above is None:
            return f"{sentence} {self._against()}."
        side = "below" if self.percent_above < 0 else "above"
        return f"{sentence} {self._against()}, {shown(abs(self.percent_above))} % {side}."

    @property
    def told(self) -> str:
        """The finding and what its numbers say about the cause: the event's part of a text."""
        return f"{self.finding} {self.cause.text}".strip() if self.finding else ""

    @property
    def numbers(self) -> frozenset[Decimal]:
        """Every number that is the event's own, without signs; none of the note's."""
        own = (self.value, self.baseline, self.percent_above, float(self.occurrences))
        known = [*(number for number in own if number is not None), *self.cause.numbers]
        told = figures(f"{self.slot} {self.entity} {self.metric} {self.unit}")
        return frozenset(
            [abs(Decimal(text)) for number in known for text in (repr(number), shown(number))]
            + [figure.value for figure in told]
        )

    def _against(self) -> str:
        if self.rule == "policy":
            whole = self.period not in ("", "reading")
            return f"was the target for the {self.period}" if whole else "was the target"
        return f"was expected for {self.slot}" if self.slot else "was expected"


def _labels(evidence: Mapping[str, Any]) -> tuple[str, ...]:
    labels = evidence.get("labels") or []
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise ValueError("evidence.labels must be a list of strings")
    return tuple(labels)


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a string")
    return value[:MAX_NAME_CHARACTERS]


def _number(row: Mapping[str, Any], name: str) -> float | None:
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number")
    return float(value)
