"""How much a measure would reduce, computed from a source's figure and the hotspot."""

from dataclasses import dataclass

from recommendations.knowledge.schema import Effect

from .situation import Situation, shown


@dataclass(frozen=True, slots=True)
class Estimate:
    """``amount`` is in the hotspot's unit; ``arithmetic`` shows how it came about, or why not."""

    amount: float | None
    arithmetic: str


def estimate(effect: Effect | None, situation: Situation) -> Estimate:
    """Apply the lower figure of the source to the part of the reading that it is about."""
    if effect is None:
        return Estimate(None, "No amount is computed: the playbook has no figure for this measure.")
    if not situation.is_emission:
        metric = situation.metric or "the reading"
        return Estimate(None, f"No amount is computed: {metric} is not an emission.")
    addressable, derivation = _addressable(effect, situation)
    if addressable is None:
        return Estimate(None, f"No amount is computed: {derivation}.")
    amount = float(shown(addressable * effect.low_pct / 100))
    lower = ", the lower figure of the source" if effect.low_pct < effect.high_pct else ""
    return Estimate(
        amount,
        f"{effect.low_pct:g} % of {derivation} = {shown(amount)} {situation.unit}{lower}, "
        f"if {effect.condition}.",
    )


def _addressable(effect: Effect, situation: Situation) -> tuple[float | None, str]:
    """Return what the percentage applies to, and how that is derived or why there is none."""
    value, baseline, unit = situation.value, situation.baseline, situation.unit
    if value is None or value <= 0:
        return None, "there is no reading above zero"
    if effect.scope == "total":
        return value, f"{shown(value)} {unit}"
    if baseline is None or value <= baseline:
        return None, "the reading is not above a baseline"
    excess = value - baseline
    return excess, f"{shown(excess)} {unit} ({shown(value)} - {shown(baseline)})"
