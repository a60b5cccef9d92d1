"""What is known about a hotspot, in the form that retrieval and generation need."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from hotspots.metrics import KNOWN
from recommendations.knowledge.kinds import kind_of

MAX_NOTE_CHARACTERS = 500
EMISSIONS = frozenset(name for name, _, is_emission, *_ in KNOWN if is_emission)

# What somebody would look at first where nothing but the reading is known, by kind of entity.
_FIRST_LOOKS = {
    "supplier": "the supplier's report changed by method or by volume",
    "route": "fuel use is up: standstill, empty legs, part load, kilometers over plan",
    "grid": "demand of the area is above the forecast at the peak",
}
_SITE_AT_REST = "consumption at night or on the weekend although nobody works: base load"
_SITE_STARTING = "peak in the early morning when the shift begins"
_SITE_AT_WORK = "load during the shift: compressor for compressed air, motors, pumps, fans"
_SITE_HEATING = "gas during the shift: boiler, steam, heat"
_UNKNOWN_KIND = "the value is implausible or far outside the usual range: unit, sensor, feed"
_LOW = "the value dropped, lower than usual, readings missing"
_HEAT_METRICS = {"gas", "fuel"}
_HOUR = re.compile(r"\b(\d{1,2})(?::\d\d| h\b)")
_WEEKEND = re.compile("saturday|sunday|weekend", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, slots=True)
class Situation:
    """A hotspot as data; numbers are in the metric's canonical unit, ``None`` if unknown.

    ``note`` is free text of an analyst or a sender: it is searched and never repeated.
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

    @classmethod
    def from_row(
        cls, row: Mapping[str, Any], *, note: str = "", is_emission: bool | None = None
    ) -> Self:
        """Read a hotspot's public row, or any part of it.

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
        )

    @property
    def queries(self) -> list[str]:
        """What to search for, in this order until something fits: the note, the findings."""
        return [query for query in (self.note, self._findings()) if query]

    @property
    def finding(self) -> str:
        """One sentence with the event's own numbers, empty if there is none."""
        if self.value is None:
            return ""
        measured = f"{shown(self.value)} {self.unit}".strip()
        if self.baseline is None:
            return f"{measured} was measured."
        against = "was the target" if self.rule == "policy" else "was expected"
        when = f" for {self.slot}" if self.slot and self.rule != "policy" else ""
        sentence = f"{measured} where {shown(self.baseline)} {self.unit}".strip()
        if self.percent_above is None:
            return f"{sentence} {against}{when}."
        side = "below" if self.percent_above < 0 else "above"
        return f"{sentence} {against}{when}, {shown(abs(self.percent_above))} % {side}."

    def _findings(self) -> str:
        if self.value is None:
            return ""
        if self.side == "low":
            return f"{self.entity}, {_LOW}"
        kind = kind_of(self.entity_type)
        first_look = self._first_look_at_site() if kind == "site" else _FIRST_LOOKS.get(kind or "")
        return f"{self.entity}, {first_look or _UNKNOWN_KIND}"

    def _first_look_at_site(self) -> str:
        found = _HOUR.search(self.slot)
        hour = int(found[1]) if found else 12
        if _WEEKEND.search(self.slot) or hour < 5 or hour >= 20:
            return _SITE_AT_REST
        if self.metric in _HEAT_METRICS:
            return _SITE_HEATING
        return _SITE_STARTING if hour <= 8 else _SITE_AT_WORK


def shown(number: float) -> str:
    """Return a number as people read it: six significant digits or whole, never an exponent."""
    if abs(number) >= 1e6:
        return f"{number:.0f}"
    rounded = Decimal(f"{number:.6g}")
    return f"{rounded:f}" if rounded else "0"


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a string")
    return value


def _number(row: Mapping[str, Any], name: str) -> float | None:
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number")
    return float(value)
