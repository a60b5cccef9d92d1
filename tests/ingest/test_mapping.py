"""The one description of a table: what it refuses, and with which code."""

import pytest

from ingest.mapping import MappingError, TableMapping, compiled, from_json

GOOD = {
    "columns": {"value": "Usage_kWh", "time": "date"},
    "constants": {"metric": "energy", "entity": "Plant"},
    "delimiter": ";",
    "decimal": ",",
    "encoding": "latin-1",
    "time_format": "%d/%m/%Y %H:%M",
    "time_zone": "Asia/Seoul",
}


def test_a_mapping_comes_back_as_it_was_sent():
    assert from_json(GOOD).to_dict() == {**GOOD, "metrics": []}


def test_the_default_says_nothing_about_a_table():
    assert from_json({}) == TableMapping()
    assert TableMapping().is_plain()


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        ({"colums": {}}, "bad_mapping", "unknown field `colums`"),
        ({"columns": ["time"]}, "bad_mapping", "Expected `object`, got `array`"),
        ({"columns": {"time": 3}}, "bad_mapping", "Expected `str`, got `int`"),
        ({"columns": {"time": " "}}, "bad_mapping", "The column of time has no name."),
        ({"columns": {"time": "x" * 501}}, "bad_mapping", "more than 500 characters"),
        ({"columns": {"tme": "date"}}, "no_such_field", "did you mean time?"),
        ({"constants": {"value": "5"}}, "no_such_field", "There is no field 'value'"),
        ({"constants": {"time": "now"}}, "no_such_field", "There is no field 'time'"),
        ({"constants": {"entity": " "}}, "bad_constant", "The constant entity is empty."),
        ({"constants": {"unit": "x" * 33}}, "bad_constant", "more than 32 characters"),
        ({"columns": {"metric": "m"}}, "mapped_twice", "metric has a column and a constant."),
        ({"metrics": [{"metric": "a", "column": "b"}]}, "mapped_twice", "is given twice"),
        ({"delimiter": ";;"}, "bad_delimiter", "one character"),
        ({"delimiter": "a"}, "bad_delimiter", "one character"),
        ({"delimiter": '"'}, "bad_delimiter", "one character"),
        ({"decimal": "'"}, "bad_decimal", ". or ,"),
        ({"encoding": "zip"}, "bad_encoding", "'zip' is none of utf-8"),
        ({"encoding": "a\0b"}, "bad_encoding", "is none of utf-8"),
        ({"time_format": "%H:%M"}, "bad_time_format", "it has no year, month and day"),
        ({"time_format": "%Q"}, "bad_time_format", "%Q"),
        ({"time_format": "x" * 101}, "bad_time_format", "at most 100 characters"),
        ({"time_zone": "Mars/Base"}, "bad_time_zone", "There is no time zone 'Mars/Base'"),
        ({"time_zone": "../../etc/passwd"}, "bad_time_zone", "There is no time zone"),
        ({"time_zone": "a\0b"}, "bad_time_zone", "There is no time zone"),
    ],
)
def test_a_mapping_that_makes_no_sense(change, code, said):
    with pytest.raises(MappingError) as caught:
        from_json({**GOOD, **change})

    assert (caught.value.code, caught.value.status) == (code, 400)
    assert said in str(caught.value)


def test_a_mapping_has_a_bound():
    columns = [{"metric": f"m{n}", "column": "x"} for n in range(101)]

    with pytest.raises(MappingError, match="at most 100 columns"):
        from_json({"metrics": columns})


def test_a_metric_has_one_column():
    metrics = [{"metric": "a", "column": "x"}, {"metric": "a", "column": "y"}]

    with pytest.raises(MappingError, match="'a' has two columns"):
        from_json({"metrics": metrics})


@pytest.mark.parametrize("mapping", [None, [], "x", 5])
def test_what_is_no_object_is_no_mapping(mapping):
    with pytest.raises(MappingError) as caught:
        from_json(mapping)

    assert caught.value.code == "bad_mapping"


def test_a_mapping_is_made_into_what_rows_are_read_with():
    layout = compiled(from_json(GOOD))

    assert layout.decimal_comma
    assert str(layout.time_zone) == "Asia/Seoul"
