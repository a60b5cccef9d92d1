import pytest

from hotspots.detection.units import UnitMismatchError, UnknownUnitError, convert, dimension


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        (1.5, "t", "kg", 1500), (2, "lb", "kg", 0.90718474), (1, "GJ", "kWh", 277.7777777777778),
        (3, "MWh", "kWh", 3000), (1, "mi", "km", 1.609344), (2, "m3", "l", 2000),
        (7, "kgCO2e", "kg", 7), (7, "widgets", "widgets", 7),
    ],
)  # fmt: skip
def test_units_of_one_dimension_are_converted(value, unit, to, expected):
    assert convert(value, unit, to) == pytest.approx(expected, rel=1e-12)


def test_the_same_unit_keeps_the_value_exactly():
    assert convert(0.1, "kWh", "kWh") == 0.1


def test_another_dimension_is_a_mismatch():
    with pytest.raises(UnitMismatchError, match="energy") as refused:
        convert(1, "kWh", "kg")

    assert refused.value.code == "unit_mismatch"


def test_an_unknown_unit_is_named():
    with pytest.raises(UnknownUnitError, match="furlong") as refused:
        convert(1, "furlong", "km")

    assert refused.value.code == "bad_unit"


def test_a_known_unit_does_not_fit_an_unlisted_one():
    with pytest.raises(UnitMismatchError):
        convert(1, "kg", "widgets")


def test_case_is_kept():
    assert dimension("MWh") == "energy"
    assert dimension("mWh") is None
