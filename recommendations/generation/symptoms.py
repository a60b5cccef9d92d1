"""What was found, in the words in which playbooks tell their signs: what retrieval looks for."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .situation import Situation

_HEAT_METRICS = frozenset({"gas", "fuel", "heat", "steam"})
_ELECTRIC_METRICS = frozenset({"energy", "demand", "electricity"})

# What the data itself says, whatever the entity.
_DATA = {
    "unit": "the value is off by orders of magnitude: wrong unit, slipped decimal separator",
    "flatline": "the same number again and again: flat line, stuck, frozen value, sensor",
    "silent": "no data, not reporting, missing readings: gateway, modem or logger silent",
    "data": "the value is implausible or far outside the usual range: unit, sensor, feed",
    "gap": "missing hours, then a huge catch-up value: backlog booked on a single slot",
}
# What is less than usual, and how it came to that.
_LOW = {
    "dead": "zero while people work, readings missing: meter, gateway or logger silent",
    "tiny": "smaller than ever by orders of magnitude: wrong unit, decimal separator, sensor, feed",
    "quiet": "consumption at night level in working time: planned stop, holiday; or a wrong meter",
    "stopped": "all meters of the site fell together: planned stop, shutdown; or a silent feed",
    "": "the value dropped, implausible: meter or sensor, readings missing; or a planned stop",
}
_GRID_LOW = "load of the area is lower than forecast: weather, outage, holiday, telemetry"
# What somebody would look at first, by kind of entity and what the numbers explain.
_SUPPLIER = {
    "": "the supplier's report changed by method or by volume",
    "activity": "the supplier produces more, more volume was purchased",
    "factor": "the emission factor or the method of the supplier's report changed",
    "intensity": "the supplier's product comes with dirtier energy, footprint per unit rose",
}
_ROUTE = {
    "": "fuel use is up: standstill, empty legs, part load, kilometers over plan",
    "activity": "more freight goes by road on the lane, more kilometers are driven",
    "factor": "the emission factor changed, or another fuel is burned",
    "intensity": "more fuel for the same distance: driving style, idling, tires, part load",
}
_GRID = {
    "": "demand of the area is above the forecast at the peak",
    "factor": "carbon intensive hour: coal and oil plants run, little wind and solar power",
    "intensity": "carbon intensive hour: coal and oil plants run, little wind and solar power",
}
_GRID_EMISSIONS = "demand peaks at an hour when power is scarce or carbon intensive"
_SITE = {
    "factor": "the emission factor changed although the consumption did not",
    "intensity": "more energy for the same production: scrap, rework, part load, half-empty lines",
    "rest": "consumption at night or on the weekend although nobody works: base load",
    "start": "peak in the early morning when the shift begins",
    "shifted": "machines run at an hour when they usually stand still: schedule changed, left on",
    "work": "load during the shift: compressor for compressed air, motors, pumps, fans",
}
_SITE_HEATING = "gas during the shift: boiler, steam, heat"
_CREEPING = "use climbs slowly over weeks: fouled, worn, scaled, leaking"
_OF_KIND = {"supplier": _SUPPLIER, "route": _ROUTE, "grid": _GRID, "site": _SITE}


def describe(situation: "Situation") -> list[str]:
    """Return what to look for, the most telling first; empty if nothing was measured."""
    if situation.value is None:
        return []
    kinds = situation.cause.kinds
    if data := next((kind for kind in kinds if kind in _DATA), ""):
        return [_DATA[data]] if data != "gap" else [_DATA[data], _of_entity(situation, kinds)]
    return [_of_entity(situation, kinds)]


def _of_entity(situation: "Situation", kinds: tuple[str, ...]) -> str:
    if situation.side == "low":
        return _of_too_little(situation, kinds)
    words = _OF_KIND.get(situation.kind or "")
    if words is None:
        return _DATA["data"]
    if situation.kind == "grid" and situation.is_emission and "factor" not in kinds:
        return _GRID_EMISSIONS
    if situation.kind == "site" and "work" in kinds and situation.metric in _HEAT_METRICS:
        words = {**words, "work": _SITE_HEATING}
    return next((words[kind] for kind in kinds if kind in words), words.get("", _DATA["data"]))


def _of_too_little(situation: "Situation", kinds: tuple[str, ...]) -> str:
    usual = _GRID_LOW if situation.kind == "grid" else _LOW[""]
    return next((words for kind, words in _LOW.items() if kind and kind in kinds), usual)
