"""How much a measure would reduce, computed from a source's figure and the hotspot."""

from dataclasses import dataclass

from recommendations.knowledge.schema import Effect

from .numerals import shown
from .situation import Situation

# A source's figure in mass of CO2 says nothing of the metric itself.
_MASS_OF_EMISSIONS = ("co2", "ghg", "greenhouse gas")
#: What is more is a slip of the sender's; sums of amounts that are stored stay finite.
MAX_AMOUNT = 1e15
_UNKNOWN = {"per_tonne_km": "The distances and tonnes of this reading are not known."}


@dataclass(frozen=True, slots=True)
class Estimate:
    """``amount`` is in the hotspot's unit; ``arithmetic`` shows how it came about, or why not."""

    amount: float | None
    arithmetic: str
    low_pct: float | None = None
    high_pct: float | None = None


def estimate(effect: Effect | None, situation: Situation) -> Estimate:
    """Apply the figures of the source to the part of the reading that it is about.

    The lower one is counted.
    """
    if effect is None:
        return Estimate(None, "No amount is computed: the playbook has no figure for this measure.")
    low, high = effect.low_pct, effect.high_pct
    addressable, derivation = _addressable(effect, situation)
    if addressable is None:
        return Estimate(None, f"No amount is computed: {derivation}.", low, high)
    least, most = (shown(addressable * percent / 100) for percent in (low, high))
    unit = situation.unit
    if low < high:
        result = (
            f"{low:g} % to {high:g} % of {derivation} = {least} to {most} {unit}; "
            f"counted: the lower, if {effect.condition}."
        )
    else:
        result = f"{low:g} % of {derivation} = {least} {unit}, if {effect.condition}."
    unknown = _UNKNOWN.get(effect.basis, "")
    return Estimate(float(least), f"{result} {unknown}".strip(), low, high)


def _addressable(effect: Effect, situation: Situation) -> tuple[float | None, str]:
    """Return what the percentage applies to, and how that is derived or why there is none."""
    value, baseline, unit = situation.value, situation.baseline, situation.unit
    if situation.side == "low":
        return None, "the reading is below what was expected"
    if not situation.is_emission and any(m in effect.quote.lower() for m in _MASS_OF_EMISSIONS):
        metric = situation.metric or "the reading"
        return None, f"the figure of the source is about emissions, and {metric} is not an emission"
    if value is None or value <= 0:
        return None, "there is no reading above zero"
    if value > MAX_AMOUNT:
        return None, "the reading is too large to be one"
    if effect.scope == "total":
        return value, f"{shown(value)} {unit}"
    if baseline is None or value <= baseline:
        return None, "the reading is not above a baseline"
    excess = value - baseline
    return excess, f"{shown(excess)} {unit} ({shown(value)} - {shown(baseline)})"
