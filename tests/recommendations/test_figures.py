"""Numbers are read as numbers, however they are written."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.knowledge.figures import figures

NARROW = "\u202f"
WHOLE = st.integers(min_value=0, max_value=10**12)
PLACES = st.integers(min_value=0, max_value=6)
TENS = ["", "", *"twenty thirty forty fifty sixty seventy eighty ninety".split()]  # noqa: SIM905
SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)


def read(text):
    return [(figure.value, figure.unit) for figure in figures(text)]


def values(text):
    return [figure.value for figure in figures(text)]


def spoken(number):
    """A number below a million in words."""
    if number >= 1000:
        rest = f" {spoken(number % 1000)}" if number % 1000 else ""
        return f"{spoken(number // 1000)} thousand{rest}"
    if number >= 100:
        rest = f" and {spoken(number % 100)}" if number % 100 else ""
        return f"{spoken(number // 100)} hundred{rest}"
    if number >= 20:
        return TENS[number // 10] + (f"-{spoken(number % 10)}" if number % 10 else "")
    return SMALL.split()[number]


@given(WHOLE, PLACES)
def test_a_decimal_is_read_as_itself(whole, places):
    number = Decimal(whole).scaleb(-places)

    assert values(f"It took {number:f} kWh.") == [number]


@given(WHOLE, st.sampled_from([",", "'", "\u2019", "\u00a0", "\u2009", NARROW, " "]))
def test_thousands_may_be_set_apart(whole, gap):
    assert values(f"about {whole:,} kWh".replace(",", gap)) == [whole]


@given(st.integers(10**3, 10**12), st.integers(0, 99))
def test_continental_writing_is_read_where_it_cannot_be_english(whole, cents):
    text = f"{whole:,}".replace(",", ".") + f",{cents:02d}"

    assert values(text) == [Decimal(f"{whole}.{cents:02d}")]


@given(st.integers(2, 999_999))
def test_number_words_are_numbers(number):
    assert values(f"some {spoken(number)} trucks") == [number]


@given(st.lists(st.integers(0, 10**9), max_size=6))
def test_numbers_come_in_order_and_none_is_lost(numbers):
    assert values(" and then ".join(str(number) for number in numbers)) == numbers


@given(WHOLE, PLACES, st.sampled_from(["kWh", "kg", "%", "t", "km", "bar", "gallons"]))
def test_a_figure_tells_where_it_stands(whole, places, unit):
    digits = f"{Decimal(whole).scaleb(-places):f}"
    text = f"Use fell by {digits} {unit} a day."

    (figure,) = figures(text)

    assert text[figure.start : figure.end] == digits


@given(st.text(max_size=300))
def test_no_text_is_too_odd(text):
    for figure in figures(text):
        assert figure.value >= 0
        assert 0 <= figure.start <= figure.end <= len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20%-30%", [(20, "%"), (30, "%")]),
        ("20-30 %", [(20, "%"), (30, "%")]),
        ("between five and ten percent", [(5, "%"), (10, "%")]),
        ("$40-50", [(40, "USD"), (50, "USD")]),
        ("1.234 kWh", [(Decimal("1.234"), "kWh")]),
        ("1,234 kWh", [(1234, "kWh")]),
        ("0,123 t", [(Decimal("0.123"), "t")]),
        ("1,5 bar", [(Decimal("1.5"), "bar")]),
        ("12,34,567", [(1_234_567, "")]),
        (".5 h", [(Decimal("0.5"), "h")]),
        ("1.2e6 t", [(1_200_000, "t")]),
        ("3 x 10^6 J", [(3_000_000, "J")]),
        ("1.5 million kg", [(1_500_000, "kg")]),
        ("20k", [(20_000, "")]),
        ("-52.5 %", [(Decimal("52.5"), "%")]),
        ("40kWh, 40-kWh, 40 kilowatt-hours", [(40, "kWh")] * 3),
        ("5 liters, 5 litres, 5 l", [(5, "l")] * 3),
        ("half of it", [(Decimal("0.5"), "share")]),
        ("a third of it", [(Decimal("0.3333"), "share")]),
        ("three-quarters", [(Decimal("0.75"), "share")]),
        ("tenfold", [(10, "")]),
        ("\u0664\u0660 % and \uff14\uff10 %", [(40, "%"), (40, "%")]),
        ("in 2024 123 trucks", [(2024, ""), (123, "")]),
        ("2026-11-23", [(2026, ""), (11, ""), (23, "")]),
        ("saves.40 % or by40 %", [(40, "%"), (40, "%")]),
        ("24/7", [(24, ""), (7, "")]),
        ("version 1.2.3", [(1, ""), (2, ""), (3, "")]),
    ],
)
def test_shapes(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    "text", ["CO2", "CO2e, co2e and N2O", "R12", "HFC134a", "PM2.5", "one truck", "the m2", ""]
)
def test_names_are_no_numbers(text):
    assert figures(text) == ()
