"""CSV bodies: a header line with the names of the fields, then a row per event."""

from datetime import UTC, datetime

import pytest

from ingest import parsing

NOW = datetime(2026, 11, 23, 4, 0, 1, tzinfo=UTC)
HEADER = "entity,entity_type,metric,unit,value,time"
ROW = "Supplier A,supplier,co2e,kg,122,2026-11-23T04:00:00Z"


def parse(*lines, header=HEADER, end="\n"):
    return parse_bytes((end.join([header, *lines]) + end).encode())


def parse_bytes(body):
    return parsing.parse(body, "text/csv", now=NOW)


def refusal(body):
    with pytest.raises(parsing.BadTableError) as caught:
        parse_bytes(body)
    assert (caught.value.code, caught.value.status) == ("bad_csv", 400)
    return str(caught.value)


def code(row, header=HEADER):
    parsed = parse(ROW, row, header=header)
    assert [reading.index for reading in parsed.readings] == [0]
    (rejection,) = parsed.rejected
    assert rejection.index == 1
    return rejection.code


def test_a_row_is_an_event():
    (reading,) = parse(ROW).readings

    assert (reading.entity, reading.entity_type, reading.metric) == (
        "Supplier A",
        "supplier",
        "co2e",
    )
    assert (reading.unit, reading.value, reading.index) == ("kg", 122.0, 0)


def test_columns_may_stand_in_any_order_and_optional_ones_may_be_absent():
    (reading,) = parse(
        "2026-11-23T04:00:00Z,1.5e2,co2e,A", header="time,value,metric,entity"
    ).readings

    assert (reading.entity, reading.value, reading.unit) == ("A", 150.0, None)


def test_every_field_has_a_column():
    header = "entity,metric,value,time,id,baseline,attributes"
    row = 'A,co2e,1,2026-11-23T04:00:00Z,k1,2.5,"{""route"":""R12""}"'

    (reading,) = parse(row, header=header).readings

    assert (reading.key, reading.baseline, reading.attributes) == ("k1", 2.5, '{"route":"R12"}')


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_empty_lines_do_not_matter(end):
    assert [r.index for r in parse(ROW, "", ROW, end=end).readings] == [0, 1]


def test_a_byte_order_mark_does_no_harm():
    assert len(parse(ROW, header="\ufeff" + HEADER).readings) == 1


def test_a_quoted_cell_may_hold_the_delimiter_and_a_line_end():
    (reading,) = parse('"Supplier, ""A""\nEast",site,co2e,kg,1,2026-11-23T04:00:00Z').readings

    assert reading.entity == 'Supplier, "A"\nEast'


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("", "missing_field"),
        ("x", "bad_value"),
        ("nan", "bad_value"),
        ("-Infinity", "bad_value"),
        ("1e999", "bad_value"),
        ("1_000", "bad_value"),
        ("१२", "bad_value"),
        ('"1,5"', "bad_value"),
        ("9" * 100_000 + "x", "bad_value"),
    ],
)
def test_a_value_that_is_no_number(cell, expected):
    assert code(f"Supplier A,supplier,co2e,kg,{cell},2026-11-23T04:00:00Z") == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (",supplier,co2e,kg,1,2026-11-23T04:00:00Z", "missing_field"),
        ("A,supplier,co2e,kg,1", "missing_field"),
        ("A,supplier,co2e,kg,1,23/11/2026", "bad_time"),
        ("A,supplier,co2e,kg,1,2026-11-23T04:00:00", "bad_time"),
        ("A,supplier,co2e,kg,1,2026-11-24T04:00:00Z", "future_time"),
        ("A,supplier,co2e,kg,1,5,2026-11-23T04:00:00Z", "unknown_field"),
        ("A\x00,supplier,co2e,kg,1,2026-11-23T04:00:00Z", "bad_value"),
        (f"{'A' * 201},supplier,co2e,kg,1,2026-11-23T04:00:00Z", "too_long"),
        ('"A"x,supplier,co2e,kg,1,2026-11-23T04:00:00Z', "bad_csv"),
    ],
)
def test_a_bad_row_is_rejected_by_itself(row, expected):
    assert code(row) == expected


def test_attributes_that_are_no_json_object():
    header = "entity,metric,value,time,attributes"
    row = "A,co2e,1,2026-11-23T04:00:00Z,"

    parsed = parse(row + "{", row + "5", row, header=header)

    assert [r.code for r in parsed.rejected] == ["bad_type", "bad_type"]
    assert [r.index for r in parsed.readings] == [2]


def test_a_decimal_comma_is_recognized():
    (rejection,) = parse('A,site,co2e,kg,"1,5",2026-11-23T04:00:00Z').rejected

    assert "A decimal comma?" in rejection.detail


def test_a_missing_column_names_the_one_that_was_probably_meant():
    detail = refusal(b"entity,metric,Value,time\n")

    assert "No column 'value'" in detail
    assert "Did you mean 'Value'?" in detail


def test_another_delimiter_is_recognized():
    assert "divided by ';'" in refusal(HEADER.replace(",", ";").encode())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "a header line"),
        (b"\xef\xbb\xbf", "a header line"),
        (b"\n\n", "a header line"),
        (b"entity,metric,value,time,valeu\n", "Unknown column 'valeu'"),
        (b"entity,metric,value,value,time\n", "'value' is there 2 times"),
        (b"entity,metric,value,time\nA\xe9", "Not UTF-8"),
        (b'"entity"x,metric,value,time\n', "Not CSV"),
    ],
)
def test_a_table_that_cannot_be_read(body, expected):
    assert expected in refusal(body)


def test_a_table_without_rows_is_nothing():
    assert parse_bytes(HEADER.encode()) == ([], [])


def test_a_table_is_bounded():
    with pytest.raises(parsing.TooLargeError):
        parse(*[ROW] * 10_001)
