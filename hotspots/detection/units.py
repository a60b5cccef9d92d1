"""The units that readings may come in, and what they are convertible to.

Every metric has one canonical unit; readings in another unit of the same dimension are
converted by a factor. What a unit is worth is known by pint (https://pint.readthedocs.io), which
is loaded when the first unit has to be converted; a factor is looked up once. A unit that pint
does not know is fine for a metric of its own, and convertible to nothing.

A client's text is never evaluated: it is taken apart here into names with powers of at most 3,
and each name is looked up by itself.
"""

import re
from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pint import UnitRegistry

LONGEST = 32
#: names in one unit, as in ``kg/(t·km)`` written ``kg/t/km``
TERMS = 4


class UnitError(ValueError):
    """A reading's unit does not fit its metric; ``code`` is for programs."""

    code = "bad_unit"


class UnknownUnitError(UnitError):
    """The unit is neither the metric's own nor a known one, or cannot be converted by a factor."""


class UnitMismatchError(UnitError):
    """The unit measures something else than the metric does."""

    code = "unit_mismatch"


class Worth(NamedTuple):
    """What a unit is worth in base units, and which those are: ``(("kilogram", 1), …)``."""

    factor: float
    base: tuple[tuple[str, int], ...]


#: Other spellings of a unit; case is kept else, since "mWh" is not "MWh".
SPELLINGS = {
    "tonne": "t", "tonnes": "t", "kgs": "kg", "KG": "kg", "Kg": "kg", "lbs": "lb",
    "kwh": "kWh", "KWh": "kWh", "KWH": "kWh", "Kwh": "kWh", "MWH": "MWh", "Mwh": "MWh",
    "GWH": "GWh", "L": "l", "liter": "l", "litre": "l", "liters": "l", "litres": "l",
    "m³": "m3", "m^3": "m3", "cbm": "m3", "gallon": "gal", "gallons": "gal", "US gal": "gal",
    "therms": "therm", "thm": "therm", "t-km": "tkm", "t km": "tkm", "t*km": "tkm", "t·km": "tkm",
    "tonne-km": "tkm", "tonne km": "tkm", "tonne-kilometre": "tkm", "miles": "mi", "mile": "mi",
    "℃": "°C", "degC": "°C", "degF": "°F", "pct": "%", "percent": "%",
}  # fmt: skip

#: How pint calls what is spelled otherwise, or would mean something else to it.
NAMES = {
    "kt": "kilotonne", "°C": "degC", "°F": "degF", "%": "percent", "MMBtu": "megaBtu",
    "MMBTU": "megaBtu", "mmBtu": "megaBtu",
}  # fmt: skip
EXPRESSIONS = {"tkm": "t*km", "scf": "ft3", "Nm3": "m3"}

#: Words of trade that stand for several units, with what to write instead.
AMBIGUOUS = dict.fromkeys(("ton", "tons", "Ton", "Tons"), "t (metric), short_ton or long_ton")
AMBIGUOUS["MT"] = "t or Mt"
#: Things that are counted; pint would read "pcs" as parsecs.
COUNTED = frozenset({"pc", "pcs", "pts", "pkg", "pkgs", "pallet", "pallets", "units", "items"})

DIMENSIONS = {
    (("kilogram", 1),): "mass",
    (("kilogram", 1), ("meter", 2), ("second", -2)): "energy",
    (("kilogram", 1), ("meter", 2), ("second", -3)): "power",
    (("kilogram", 1), ("meter", -1), ("second", -2)): "pressure",
    (("kilogram", 1), ("meter", 1)): "transport work",
    (("meter", 1),): "length",
    (("meter", 2),): "area",
    (("meter", 3),): "volume",
    (("second", 1),): "time",
    (("kelvin", 1),): "temperature",
    (): "a ratio",
}

_EQUIVALENT = re.compile(r"[ _-]?CO(?:2|₂)(?:-?eq?)?\Z", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*([*·/])\s*")
_TERM = re.compile(r"([A-Za-zµμ°℃%_]+)(?:(?:\^|\*\*)?([23])|([²³]))?\Z")
_POWERS = {"": 1, "2": 2, "3": 3, "²": 2, "³": 3}


def canonical(unit: str) -> str:
    """The unit's usual spelling; an unlisted unit stays as it is. ``kgCO2e`` is ``kg``."""
    spelled = SPELLINGS.get(unit)
    if spelled is not None:
        return spelled
    plain = _EQUIVALENT.sub("", unit)
    return SPELLINGS.get(plain, plain) if plain else unit


@lru_cache(maxsize=4096)
def dimension(unit: str) -> str | None:
    """What a unit measures, ``None`` for one that is not known."""
    worth = _worth(canonical(unit))
    return None if worth is None else _measured(worth)


@lru_cache(maxsize=4096)
def factor(unit: str, to: str) -> float:
    """How many ``to`` one ``unit`` is.

    Raises:
        UnknownUnitError: ``unit`` is not known and is not ``to``, means several things, or is
            converted by more than a factor (degrees).
        UnitMismatchError: the two measure different things.
    """
    unit, to = canonical(unit), canonical(to)
    if unit == to:
        return 1.0
    if unit in AMBIGUOUS:
        raise UnknownUnitError(f"{unit!r} may mean several units: write {AMBIGUOUS[unit]}.")
    worth, wanted = _worth(unit), _worth(to)
    if worth is None:
        raise UnknownUnitError(f"Unknown unit {unit!r}; this metric is measured in {to!r}.")
    if wanted is None or worth.base != wanted.base:
        raise UnitMismatchError(
            f"{unit!r} measures {_measured(worth)}; this metric is measured in {to!r}."
        )
    if not (worth.factor and wanted.factor):
        raise UnknownUnitError(
            f"{unit!r} cannot be converted by a factor; this metric is measured in {to!r}."
        )
    return float(f"{worth.factor / wanted.factor:.15g}")


def convert(value: float, unit: str, to: str) -> float:
    """The same quantity in another unit. Raises as :func:`factor` does."""
    return value * factor(unit, to)


def _worth(unit: str) -> Worth | None:
    """What a unit is worth; ``factor`` is 0 if it counts from another zero (degrees)."""
    if unit in AMBIGUOUS or unit in COUNTED or len(unit) > LONGEST:
        return None
    terms = _terms(EXPRESSIONS.get(unit, unit))
    if terms is None:
        return None
    worth, powers = 1.0, dict[str, int]()
    for name, power in terms:
        one = _name_worth(NAMES.get(name, name))
        if one is None:
            return None
        worth *= one.factor**power
        for base, exponent in one.base:
            powers[base] = powers.get(base, 0) + exponent * power
    return Worth(worth, tuple(sorted((base, n) for base, n in powers.items() if n)))


def _terms(unit: str) -> list[tuple[str, int]] | None:
    """The names in a unit with their powers: ``kg/m2`` is kg to the 1, m to the -2."""
    first, *rest = _SEPARATOR.split(unit.strip())
    found: list[tuple[str, int]] = []
    for operator, text in zip(["*", *rest[::2]], [first, *rest[1::2]], strict=True):
        match = _TERM.match(text)
        if match is None or len(found) == TERMS:
            return None
        power = _POWERS[match[2] or match[3] or ""]
        found.append((match[1], -power if operator == "/" else power))
    return found


@lru_cache(maxsize=4096)
def _name_worth(name: str) -> Worth | None:
    """What pint knows of a name; ``factor`` is 0 if nothing of it is not zero in base units."""
    from pint import PintError

    quantity: Any = _registry().Quantity
    try:
        zero, one = (quantity(x, name).to_base_units() for x in (0.0, 1.0))
        base = tuple(sorted((str(unit), int(power)) for unit, power in one.unit_items()))
    except (PintError, AttributeError, ValueError, TypeError, ArithmeticError):
        return None
    is_multiple = zero.magnitude == 0 and isfinite(one.magnitude) and one.magnitude > 0
    return Worth(float(one.magnitude) if is_multiple else 0.0, base)


@lru_cache(maxsize=1)
def _registry() -> "UnitRegistry":
    """Pint's table of units: half a second to load, so not before it is asked for."""
    from pint import UnitRegistry

    return UnitRegistry()


def _measured(worth: Worth) -> str:
    named = DIMENSIONS.get(worth.base)
    return named or " ".join(f"{base}^{power}" for base, power in worth.base)
