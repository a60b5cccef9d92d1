"""Numbers and times as they stand in cells: read strictly, never guessed between two meanings."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ingest.cells import number_reader, time_reader
from ingest.layout import Layout
from ingest.validation import RefusedError

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234.5", 1234.5),
        ("-1.5e3", -1500.0),
        (".5", 0.5),
        ("1,234.5", 1234.5),
        ("1,234,567", 1234567.0),
        ("1 234.5", 1234.5),
        ("1\u202f234\u202f567", 1234567.0),
        ("1'234.5", 1234.5),
    ],
)
def test_numbers_with_a_decimal_point(text, value):
    assert number_reader(decimal_comma=False)(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234,5", 1234.5),
        ("1.234,5", 1234.5),
        ("1.234", 1234.0),
        ("1 234,5", 1234.5),
        ("-1,5e3", -1500.0),
        ("12", 12.0),
    ],
)
def test_numbers_with_a_decimal_comma(text, value):
    assert number_reader(decimal_comma=True)(text) == value


@pytest.mark.parametrize(
    ("text", "comma", "said"),
    [
        ("1,234", False, "A decimal comma?"),
        ("1,23,456.0", False, "is no number"),
        ("3.17", True, "A decimal point?"),
        ("1.23,5", True, "is no number"),
        ("0x1F", False, "is no number"),
        ("1_000", False, "is no number"),
        ("١٢", False, "is no number"),
        ("--1", False, "is no number"),
        ("", False, "is no number"),
    ],
)
def test_what_is_no_number(text, comma, said):
    with pytest.raises(RefusedError) as caught:
        number_reader(decimal_comma=comma)(text)

    assert caught.value.code == "bad_value"
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("form", "zone", "text", "moment"),
    [
        ("epoch_s", None, "1767326400", "2026-01-02T04:00:00+00:00"),
        ("epoch_s", BERLIN, "1767326400", "2026-01-02T05:00:00+01:00"),
        ("epoch_s", None, "1767326400.25", "2026-01-02T04:00:00.250000+00:00"),
        ("epoch_s", None, "-0.5", "1969-12-31T23:59:59.500000+00:00"),
        ("epoch_ms", None, "1767326400123", "2026-01-02T04:00:00.123000+00:00"),
        ("%d.%m.%Y %H:%M", BERLIN, "01.07.2026 12:00", "2026-07-01T12:00:00+02:00"),
        ("%d.%m.%Y %H:%M %z", BERLIN, "01.07.2026 12:00 +0000", "2026-07-01T12:00:00+00:00"),
        ("iso", BERLIN, "2026-01-02T04:00", "2026-01-02T04:00:00+01:00"),
        ("iso", BERLIN, "2026-10-25T02:30+02:00", "2026-10-25T02:30:00+02:00"),
    ],
)
def test_times(form, zone, text, moment):
    read = time_reader(Layout(time_format=form, time_zone=zone))

    assert read(text) == moment


@pytest.mark.parametrize(
    ("form", "zone", "text", "said"),
    [
        ("epoch_s", None, "2026-01-02", "no count of seconds since 1970"),
        ("epoch_s", None, "1767326400123", "beyond any date. Milliseconds?"),
        ("epoch_ms", None, "1e12", "no count of milliseconds"),
        ("%d.%m.%Y", BERLIN, "31.02.2026", "is not of the form %d.%m.%Y"),
        ("iso", BERLIN, "yesterday", "is not ISO 8601"),
        ("iso", BERLIN, "2026-03-29T02:30", "does not exist: the clock was put forward"),
        ("iso", BERLIN, "2026-10-25T02:30", "happened twice: the clock was put back"),
        ("%d.%m.%Y %H:%M", BERLIN, "29.03.2026 02:00", "does not exist"),
        ("%d.%m.%Y %H:%M", BERLIN, "25.10.2026 02:59", "happened twice"),
        ("iso", ZoneInfo("Australia/Lord_Howe"), "2026-04-05T01:45", "happened twice"),
    ],
)
def test_a_time_that_cannot_be_known(form, zone, text, said):
    read = time_reader(Layout(time_format=form, time_zone=zone))

    with pytest.raises(RefusedError) as caught:
        read(text)

    assert caught.value.code == "bad_time"
    assert said in str(caught.value)


@pytest.mark.parametrize("text", ["2026-03-29T01:59", "2026-03-29T03:00", "2026-10-25T03:00"])
def test_the_hours_beside_a_change_of_the_clock_are_known(text):
    read = time_reader(Layout(time_zone=BERLIN))

    assert datetime.fromisoformat(read(text)).replace(tzinfo=None) == datetime.fromisoformat(text)
