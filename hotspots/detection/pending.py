"""A finding as bytes: what a hotspot's row is to show with its next write.

An open hotspot is written every few seconds at most. Its counts are in the ``Episode``
anyway; the finding that it shows has more to it, and waits here.
"""

from math import isnan, nan
from struct import Struct, error

from .finding import Finding
from .ladder import Severity

_MARKS = Struct("<BBbBBBBB")
_NUMBERS = Struct("<12dII")


def pack(finding: Finding) -> bytes:
    """A finding as about a hundred bytes."""
    f = finding
    marks = _MARKS.pack(
        f.rule, f.reason, f.side, f.severity, f.severity_ratio or 0, f.severity_score or 0,
        f.kind, f.slot,
    )  # fmt: skip
    ratio = nan if f.ratio is None else f.ratio
    numbers = _NUMBERS.pack(
        f.at, f.score, f.measure, f.value, f.baseline, f.expected, f.lower, f.upper, ratio,
        f.memory_days, f.allowed, f.given, f.slot_count, f.n,
    )  # fmt: skip
    return marks + numbers + f.detail.encode()


def unpack(data: bytes) -> Finding:
    """The finding again, exactly.

    Raises:
        ValueError: no finding was packed like this.
    """
    try:
        rule, reason, side, severity, by_ratio, by_score, kind, slot = _MARKS.unpack_from(data)
        numbers = _NUMBERS.unpack_from(data, _MARKS.size)
    except error as damaged:
        raise ValueError(str(damaged)) from damaged
    at, score, measure, value, baseline, expected, lower, upper, ratio = numbers[:9]
    memory_days, allowed, given, slot_count, n = numbers[9:]
    detail = data[_MARKS.size + _NUMBERS.size :].decode()
    return Finding(
        at, rule, reason, side, Severity(severity), score, measure, value, baseline, expected,
        lower, upper, None if isnan(ratio) else ratio,
        Severity(by_ratio) if by_ratio else None, Severity(by_score) if by_score else None,
        kind, slot, slot_count, n, memory_days, allowed, given, detail,
    )  # fmt: skip
