"""What an analyst reads: one sentence, and the numbers behind it."""

from datetime import UTC, datetime
from math import inf, isfinite
from typing import Any

from . import slots
from .finding import Finding
from .findings import FLATLINE, POLICY, REASONS, RULES, SILENT, TARGET, UNIT_SUSPECT
from .rex import VIEWS

DETECTOR = "rex-1"
MINUTE = 60.0


def explanation(finding: Finding, unit: str) -> str:
    """Say in one sentence why a reading is a finding."""
    value = quantity(finding.value, unit)
    if finding.rule == POLICY:
        target = quantity(finding.baseline, unit)
        return f"{value} {_period(finding)}against a target of {target}: {_share(finding)}."
    if finding.reason == SILENT:
        return (
            f"No reading for longer than usual: one comes every {_duration(float(finding.detail))}."
        )
    if finding.reason == FLATLINE:
        return f"Exactly {value} for {finding.detail} readings in a row: the sensor may be stuck."
    expected = f"{value} where {_expectation(finding)}"
    if finding.reason == UNIT_SUSPECT and finding.ratio is not None:
        return f"{expected}; {finding.ratio:.3g} times as much, which looks like a wrong unit."
    if not finding.score and finding.ratio is not None:
        return f"{expected}; {finding.ratio:.3g} times as much, while the old normal is kept."
    return f"{expected}; {_exceedance(finding)}."


def percent_above(finding: Finding) -> float | None:
    """By how many percent the value lies above its baseline, signed; ``None`` near zero."""
    percent = 100 * (finding.ratio - 1) if finding.ratio is not None else inf
    return round(percent, 1) if isfinite(percent) else None


def evidence(finding: Finding, labels: tuple[str, ...]) -> dict[str, Any]:
    """The numbers behind a finding, JSON-ready."""
    by_ratio, by_score = finding.severity_ratio, finding.severity_score
    return {
        "slot": slots.label(finding.kind, finding.slot),
        "slot_count": finding.slot_count,
        "n": finding.n,
        "memory_days": round(finding.memory_days, 2),
        "severity_ratio": by_ratio.name.lower() if by_ratio else None,
        "severity_score": by_score.name.lower() if by_score else None,
        "detector": DETECTOR,
        "labels": list(labels),
        "found_at": datetime.fromtimestamp(finding.at, UTC).isoformat().replace("+00:00", "Z"),
        "period": finding.detail if finding.reason == TARGET else None,
    }


def quantity(value: float, unit: str) -> str:
    """A number as people write it, with its unit."""
    digits = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{digits} {unit}"


def rule_name(finding: Finding) -> str:
    """The rule as the API spells it."""
    return RULES[finding.rule]


def reason_name(finding: Finding) -> str:
    """The reason as the API spells it."""
    return REASONS[finding.reason]


def _expectation(finding: Finding) -> str:
    number = quantity(finding.expected, "").rstrip()
    readings = slots.comparable(finding.kind, finding.slot)
    near_zero = ", baseline near zero" if finding.ratio is None else ""
    plural = "" if finding.slot_count == 1 else "s"
    count = f"{finding.slot_count} comparable reading{plural}"
    return f"{number} was expected for {readings} ({count}{near_zero})"


def _exceedance(finding: Finding) -> str:
    """In which respect, and by how much, the value topped what is remembered."""
    percent = f"{100 * finding.score:.0f} %"
    norm = slots.norm(finding.kind)
    where, change = ("above", "rise") if finding.side > 0 else ("below", "drop")
    return {
        "range": f"{percent} further {where} the usual range",
        "season": f"{percent} further {where} the {norm}",
        "season_level": f"{percent} further {where} the {norm} at its recent level",
        "jump": f"a sudden {change}, {percent} larger",
        "shift": f"a sustained {change}, {percent} larger",
        "longrun": f"{percent} further {where} the long-run level",
    }[VIEWS[finding.reason]] + " than anything remembered"


def _period(finding: Finding) -> str:
    return "" if finding.detail == "reading" else f"so far this {finding.detail} "


def _share(finding: Finding) -> str:
    percent = percent_above(finding) or 0.0
    if percent < 0:
        return f"approaching it, {100 + percent:.0f} % used"
    return f"{percent:.0f} % above it" if percent else "all of it used"


def _duration(seconds: float) -> str:
    for size, name in ((slots.DAY, "days"), (slots.HOUR, "hours"), (MINUTE, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {name}"
    return f"{seconds:.3g} seconds"
