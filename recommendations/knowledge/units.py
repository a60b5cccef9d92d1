"""The units that people write beside a number, each under one name."""

import re

CURRENCIES = {"$": "USD", "USD": "USD", "€": "EUR", "EUR": "EUR", "£": "GBP", "GBP": "GBP"}
_SYMBOLS = {
    "%": "%", "‰": "‰", "°C": "°C", "°F": "°F", "K": "K",
    "g": "g", "kg": "kg", "t": "t", "lb": "lb", "lbs": "lb",
    "W": "W", "kW": "kW", "MW": "MW", "GW": "GW", "kVA": "kVA", "kvar": "kvar",
    "Wh": "Wh", "kWh": "kWh", "MWh": "MWh", "GWh": "GWh", "TWh": "TWh",
    "J": "J", "kJ": "kJ", "MJ": "MJ", "GJ": "GJ", "TJ": "TJ",
    "l": "l", "L": "l", "gal": "gal", "m³": "m³", "m3": "m³", "m²": "m²", "m2": "m²",
    "mm": "mm", "cm": "cm", "m": "m", "km": "km", "mi": "mi",
    "s": "s", "min": "min", "h": "h", "d": "day",
    "bar": "bar", "mbar": "mbar", "Pa": "Pa", "kPa": "kPa", "psi": "psi",
    "V": "V", "A": "A", "Hz": "Hz", "rpm": "rpm", "ppm": "ppm", "pp": "pp", "pct": "%",
    "tkm": "tkm", "TEU": "TEU", **CURRENCIES,
}  # fmt: skip
_NAMES = {
    "percent": "%", "per cent": "%", "percentage points?": "pp", "degrees?(?: celsius)?": "°C",
    "grams?": "g", "kilograms?": "kg", "kilos?": "kg", "tons?": "t", "tonnes?": "t",
    "pounds?": "lb", "watts?": "W", "kilowatts?": "kW", "megawatts?": "MW",
    "kilowatt[ -]hours?": "kWh", "megawatt[ -]hours?": "MWh", "gigajoules?": "GJ",
    "megajoules?": "MJ", "liters?": "l", "litres?": "l", "gallons?": "gal", "barrels?": "barrel",
    "cubic met(?:er|re)s?": "m³", "square met(?:er|re)s?": "m²", "met(?:er|re)s?": "m",
    "kilomet(?:er|re)s?": "km", "miles?": "mi", "seconds?": "s", "minutes?": "min",
    "hours?": "h", "days?": "day", "weeks?": "week", "months?": "month", "years?": "year",
    "dollars?": "USD", "euros?": "EUR", "tonne-k(?:ilo)?m(?:et(?:er|re)s?)?": "tkm",
}  # fmt: skip


class _Units:
    """All of them as one pattern; symbols as they are written, names in any case."""

    def __init__(self) -> None:
        symbols = sorted(_SYMBOLS, key=len, reverse=True)
        names = sorted(_NAMES, key=len, reverse=True)
        self._names = [(re.compile(name, re.IGNORECASE), _NAMES[name]) for name in names]
        self.pattern = (
            rf"(?P<unit>(?i:{'|'.join(names)})(?!\w)"
            rf"|(?:{'|'.join(map(re.escape, symbols))})(?:(?<=[%‰$€£])|(?!\w)))"
        )

    def canonical(self, found: re.Match[str]) -> str:
        """Return the one name of a unit that the pattern found."""
        unit = found["unit"]
        if unit in _SYMBOLS:
            return _SYMBOLS[unit]
        return next(name for pattern, name in self._names if pattern.fullmatch(unit))


UNIT = _Units()
