"""How numbers are told."""

from decimal import Decimal


def shown(number: float) -> str:
    """Return a number as people read it: six significant digits or whole, never an exponent."""
    if abs(number) >= 1e6:
        return f"{number:.0f}"
    rounded = Decimal(f"{number:.6g}")
    return f"{rounded:f}" if rounded else "0"


def amount(number: float, unit: str) -> str:
    """Return a number with its unit, if it has one."""
    return f"{shown(number)} {unit}".strip()
