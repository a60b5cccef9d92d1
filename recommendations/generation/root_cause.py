"""What in the numbers explains a hotspot: activity, intensity, factor, onset, hour, or the data.

Pure. Every sentence comes with the numbers it tells, so that the gate can hold it against them;
what nobody reported is said to be unknown.
"""

import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .cause import Cause, Companion, Part, Surroundings
from .numerals import amount, shown
from .working_hours import hours

if TYPE_CHECKING:
    from .situation import Situation

#: Metrics that emissions follow.
ENERGIES = frozenset({"energy", "gas", "fuel", "demand", "electricity", "heat", "steam"})
_ACTIVITY = re.compile(
    r"tonne.?km|ton.?mile|tkm|distance|mileage|\bkm\b|production|produced|output|throughput|"
    r"pieces|parts|units|volume|tonnes|shipments|deliveries|orders|trips|stops|hours|runtime",
    re.IGNORECASE,
)
# Shares of the excess from which a change counts as all of it, or as none.
MOST, LITTLE = 0.8, 0.2
SAME = 0.05
CREEPING = 0.1
CREPT_READINGS = 8
LONG_GAP = 3.0
CATCHES_UP = 0.5
STOPPED = 0.5


def explain(situation: "Situation") -> Cause:
    """Return what the numbers of a situation say about its cause."""
    if situation.rule == "data_quality":
        return Cause(tuple(_data(situation)))
    if situation.is_nearing_target:
        first = [Part("nearing", "The target is not passed yet: nothing of it is too much so far.")]
    else:
        first = list(_stopped(situation)) or list(_split(situation))
    return Cause((*first, *_onset(situation), *hours(situation)))


def _data(situation: "Situation") -> Iterator[Part]:
    known = {"unit_suspect": "unit", "flatline": "flatline", "silent": "silent"}
    yield Part(known.get(situation.reason, "data"), "")


def _split(situation: "Situation") -> Iterator[Part]:
    """Return how the excess divides between what was done and how much that took."""
    value, baseline = situation.value, situation.baseline
    if value is None or baseline is None or min(value, baseline) <= 0 or value == baseline:
        return
    if situation.rule == "policy" and situation.period not in ("", "reading"):
        return  # a sum over a period: what is beside it at one moment says nothing
    if situation.surroundings is None:
        return
    if situation.kind == "grid" and not situation.is_emission:
        return  # what an area draws is itself the activity
    companion = _driver(situation, situation.surroundings)
    if companion is None:
        missing = "Energy and activity are" if situation.is_emission else "Activity is"
        unknown = "a change of output and a change of use cannot be told apart."
        yield Part("", f"{missing} not reported: {unknown}")
        return
    # Not the logarithm of a quotient: that of two tiny numbers may be nothing.
    whole = math.log(value) - math.log(baseline)
    if not whole:
        return
    share = (math.log(companion.value) - math.log(companion.expected)) / whole
    yield _divided(situation, companion, share, value - baseline)


def _stopped(situation: "Situation") -> Iterator[Part]:
    """Tell that something else fell as far; often both are computed from one meter."""
    if situation.side != "low" or situation.surroundings is None or situation.kind == "grid":
        return
    for beside in situation.surroundings.companions:
        if beside.expected > 0 and 0 <= beside.value <= STOPPED * beside.expected:
            yield Part(
                "stopped",
                f"{_level(beside)}: both fell together, because work stopped or because the meter "
                "did that both come from.",
                (beside.value, _usual(beside)),
            )
            return


def _driver(situation: "Situation", around: Surroundings) -> Companion | None:
    """Return what drives the metric: for emissions energy first, else an activity."""

    def rank(companion: Companion) -> int:
        energy = situation.is_emission and companion.name in ENERGIES
        return 2 if energy else 1 if _ACTIVITY.search(companion.name) else 0

    usable = [c for c in around.companions if min(c.value, c.expected) > 0]
    best = max(usable, key=rank, default=None)
    return best if best is not None and rank(best) else None


def _divided(situation: "Situation", by: Companion, share: float, excess: float) -> Part:
    name = _readable(by.name)
    per = f"{_readable(situation.metric)} per {by.unit or name}"
    told, numbers = _level(by), [by.value, _usual(by)]
    kind = "factor" if situation.is_emission and by.name in ENERGIES else "intensity"
    if abs(by.value / by.expected - 1) < SAME:
        change = "more" if excess > 0 else "less"
        text = f"{told}, so it is not {change} {name} but {change} {per}."
        return Part(kind, text, tuple(numbers))
    if share < 0:
        text = f"{told}, so it went the other way: {per} changed by more than the total."
        return Part(kind, text, tuple(numbers))
    if share > 1:
        text = f"{told}: {name} explains all of it, and {per} went the other way."
        return Part("activity", text, tuple(numbers))
    percent = round(100 * share)
    moved, rest = _parts(abs(excess), percent)
    numbers += [percent, 100 - percent, moved, rest, moved + rest]
    side, unit = "excess" if excess > 0 else "drop", situation.unit
    text = (
        f"{told}. Of the {side} of {amount(moved + rest, unit)}, {amount(moved, unit)} "
        f"({percent} %) go with {name}, and {amount(rest, unit)} ({100 - percent} %) with {per}."
    )
    kinds = "activity" if share >= MOST else kind if share <= LITTLE else "mixed"
    return Part(kinds, text, tuple(numbers))


def _parts(whole: float, percent: int) -> tuple[float, float]:
    """Split an amount into two of three digits or so that add up to it."""
    digits = 2 - math.floor(math.log10(whole))
    rounded = round(whole, digits)
    moved = round(whole * percent / 100, digits)
    return moved, round(rounded - moved, digits)


def _onset(situation: "Situation") -> Iterator[Part]:
    """Return how it began: after a gap, creeping, lasting, or again and again."""
    around = situation.surroundings or Surroundings()
    if around.gap is not None and around.gap >= LONG_GAP:
        yield _after_pause(situation, around.gap)
    if "level_shift" in situation.labels:
        yield Part("shift", "It has stayed on the new level since.")
    elif situation.occurrences > 1:
        times = float(situation.occurrences)
        yield Part("again", f"It was seen {shown(times)} times.", (times,))
    elif part := _creeping(around, situation.side):
        yield part


def _after_pause(situation: "Situation", gap: float) -> Part:
    """Tell whether a reading after a pause is so large that it may be the sum of it."""
    times = float(round(gap))
    told = f"It is the first reading after a pause {shown(times)} times as long as usual"
    value, baseline = situation.value or 0.0, situation.baseline or 0.0
    if value >= CATCHES_UP * times * baseline > 0:
        return Part("gap", f"{told} and may hold what was not sent.", (times,))
    return Part("pause", f"{told}; what was expected was learned before that.", (times,))


def _creeping(around: Surroundings, side: str) -> Part | None:
    """Tell whether the readings before were off already, to the same side."""
    pairs = [(v, e) for v, e in around.before[-CREPT_READINGS:] if e and e > 0]
    if len(pairs) < CREPT_READINGS:
        return None
    mean = sum(v for v, _ in pairs) / sum(e for _, e in pairs) - 1
    sign = -1 if side == "low" else 1
    where = "below" if sign < 0 else "above"
    percent, count = float(shown(round(100 * abs(mean)))), float(len(pairs))
    if sign * mean >= CREEPING:
        text = (
            f"The {shown(count)} readings before were {shown(percent)} % {where} what was expected."
        )
        return Part("creeping", text, (count, percent))
    return None


def _level(companion: Companion) -> str:
    """Return what was reported of it, beside what was usual."""
    measured = amount(companion.value, companion.unit)
    told = f"{_readable(companion.name)} was {measured} where {shown(_usual(companion))} was usual"
    return told[0].upper() + told[1:]


def _usual(companion: Companion) -> float:
    return float(f"{companion.expected:.4g}")


def _readable(name: str) -> str:
    return "CO2e" if name == "co2e" else name.replace("_", " ")
