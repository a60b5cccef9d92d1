import keyword
import subprocess
import sys
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspots.detection.units import (
    UnitError,
    UnitMismatchError,
    UnknownUnitError,
    canonical,
    convert,
    dimension,
    factor,
)


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        (1.5, "t", "kg", 1500), (2, "lb", "kg", 0.90718474), (1, "GJ", "kWh", 277.7777777777778),
        (3, "MWh", "kWh", 3000), (500, "Wh", "kWh", 0.5), (1, "mi", "km", 1.609344),
        (1500, "m", "km", 1.5), (2, "m3", "l", 2000), (2, "m³", "l", 2000), (5, "g", "kg", 0.005),
        (1, "gal", "l", 3.785411784), (1, "therm", "kWh", 29.30710701722222), (1, "kt", "t", 1000),
        (1, "therms", "MJ", 105.50558526), (3, "tonne-km", "tkm", 3), (1, "t*km", "kg*km", 1000),
        (7, "kgCO2e", "kg", 7), (7, "tCO2", "kg", 7000), (7, "t CO2e", "kg", 7000),
        (7, "kg CO2-eq", "kg", 7), (2, "short_ton", "kg", 1814.36948), (1, "MMBtu", "kWh", 293.071),
        (50, "%", "ppm", 500_000), (36, "km/h", "m/s", 10), (1, "kg/m3", "g/l", 1),
        (7, "widgets", "widgets", 7), (7, "°C", "degC", 7),
    ],
)  # fmt: skip
def test_units_of_one_dimension_are_converted(value, unit, to, expected):
    assert convert(value, unit, to) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("unit", "to", "expected"),
    [("t", "kg", 1000.0), ("MWh", "kWh", 1000.0), ("m3", "l", 1000.0), ("lb", "kg", 0.45359237)],
)
def test_factors_are_exact_to_the_last_digit(unit, to, expected):
    assert factor(unit, to) == expected


@pytest.mark.parametrize(
    ("unit", "to", "error"),
    [
        ("kg", "kWh", UnitMismatchError), ("kg", "widgets", UnitMismatchError),
        ("kW", "kWh", UnitMismatchError), ("m3", "kWh", UnitMismatchError),
        ("km", "pcs", UnitMismatchError), ("widgets", "kWh", UnknownUnitError),
        ("pcs", "km", UnknownUnitError), ("ton", "kg", UnknownUnitError),
        ("MT", "kg", UnknownUnitError), ("degF", "degC", UnknownUnitError),
        ("K", "°C", UnknownUnitError), ("mWH", "kWh", UnknownUnitError),
        ("2*kg", "g", UnknownUnitError), ("kg**9999", "g", UnknownUnitError),
        ("kg^999999999", "g", UnknownUnitError), ("kg*kg*kg*kg*kg", "g", UnknownUnitError),
        ("(kg)", "g", UnknownUnitError), ("__import__('os')", "g", UnknownUnitError),
        ("kg" * 17, "g", UnknownUnitError), ("", "g", UnknownUnitError),
        ("kg/", "g", UnknownUnitError), ("10 kg", "g", UnknownUnitError),
    ],
)  # fmt: skip
def test_what_cannot_be_converted_is_refused_by_its_code(unit, to, error):
    with pytest.raises(error) as refused:
        factor(unit, to)

    assert refused.value.code == ("unit_mismatch" if error is UnitMismatchError else "bad_unit")
    assert canonical(to) in str(refused.value) or "several" in str(refused.value)


@given(st.text(max_size=40), st.sampled_from(["kg", "kWh", "pcs", "°C"]))
def test_any_text_is_a_factor_or_a_refusal(unit, to):
    with suppress(UnitError):
        assert factor(unit, to) > 0


@pytest.mark.parametrize("word", [*keyword.kwlist, "nan", "inf", "pi", "e", "delta", "_", "µ"])
def test_words_that_mean_something_to_a_parser_are_no_units(word):
    with suppress(UnitError):
        assert factor(word, "kg") > 0


def test_the_same_unit_keeps_the_value_exactly():
    assert convert(0.1, "kWh", "kwh") == 0.1


def test_what_a_unit_measures():
    assert [dimension(unit) for unit in ("tCO2e", "GJ", "kW", "gal", "tkm", "widgets")] == [
        "mass", "energy", "power", "volume", "transport work", None,
    ]  # fmt: skip


def test_usual_spellings():
    assert [canonical(unit) for unit in ("kgCO2e", "KWH", "litre", "CO2e", "pcs")] == [
        "kg", "kWh", "l", "CO2e", "pcs",
    ]  # fmt: skip


def test_pint_is_not_loaded_before_a_unit_is_converted():
    code = (
        "import sys; from hotspots.detection import units; units.factor('kWh', 'KWH');"
        "assert 'pint' not in sys.modules; units.factor('t', 'kg'); assert 'pint' in sys.modules"
    )

    subprocess.run([sys.executable, "-c", code], check=True)
