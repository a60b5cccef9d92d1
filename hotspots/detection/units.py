"""The units that readings may come in, and what they are convertible to.

Every metric has one canonical unit; readings in another unit of the same dimension are
converted. Units that are not listed here are fine for a metric of their own, and are
convertible to nothing.
"""


class UnitError(ValueError):
    """A reading's unit does not fit its metric; ``code`` is for programs."""

    code = "bad_unit"


class UnknownUnitError(UnitError):
    """The unit is neither the metric's own nor a known one."""


class UnitMismatchError(UnitError):
    """The unit measures something else than the metric does."""

    code = "unit_mismatch"


#: unit -> dimension and how many of the dimension's base unit it is
UNITS: dict[str, tuple[str, float]] = {
    "mg": ("mass", 1e-6),
    "g": ("mass", 1e-3),
    "kg": ("mass", 1.0),
    "t": ("mass", 1e3),
    "kt": ("mass", 1e6),
    "lb": ("mass", 0.45359237),
    "Wh": ("energy", 1e-3),
    "kWh": ("energy", 1.0),
    "MWh": ("energy", 1e3),
    "GWh": ("energy", 1e6),
    "MJ": ("energy", 1 / 3.6),
    "GJ": ("energy", 1e3 / 3.6),
    "W": ("power", 1e-3),
    "kW": ("power", 1.0),
    "MW": ("power", 1e3),
    "m": ("length", 1.0),
    "km": ("length", 1e3),
    "mi": ("length", 1609.344),
    "ml": ("volume", 1e-3),
    "l": ("volume", 1.0),
    "m3": ("volume", 1e3),
}

#: other spellings; case is kept, since "mWh" is not "MWh"
SPELLINGS = {
    "gCO2e": "g", "kgCO2e": "kg", "tCO2e": "t", "kg CO2e": "kg", "t CO2e": "t",
    "tonne": "t", "kwh": "kWh", "KWh": "kWh", "KWH": "kWh", "L": "l", "liter": "l",
    "litre": "l", "m³": "m3",
}  # fmt: skip


def canonical(unit: str) -> str:
    """The unit's usual spelling; an unlisted unit stays as it is."""
    return SPELLINGS.get(unit, unit)


def dimension(unit: str) -> str | None:
    """What a unit measures, ``None`` for an unlisted one."""
    known = UNITS.get(canonical(unit))
    return known[0] if known else None


def factor(unit: str, to: str) -> float:
    """How many ``to`` one ``unit`` is.

    Raises:
        UnknownUnitError: ``unit`` is not listed and is not ``to``.
        UnitMismatchError: the two measure different things.
    """
    unit, to = canonical(unit), canonical(to)
    if unit == to:
        return 1.0
    if unit not in UNITS:
        raise UnknownUnitError(f"Unknown unit {unit!r}; this metric is measured in {to!r}.")
    if UNITS[unit][0] != dimension(to):
        raise UnitMismatchError(
            f"{unit!r} measures {UNITS[unit][0]}; this metric is measured in {to!r}."
        )
    return UNITS[unit][1] / UNITS[to][1]


def convert(value: float, unit: str, to: str) -> float:
    """The same quantity in another unit. Raises as :func:`factor` does."""
    return value * factor(unit, to)
