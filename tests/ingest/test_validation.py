"""Each code a single event can be rejected with, and what is valid."""

from datetime import UTC, datetime, timedelta

import pytest

from ingest.validation import RefusedError, to_reading

LATEST = datetime(2026, 11, 23, 5, tzinfo=UTC)
EVENT = {"entity": "Supplier A", "metric": "co2e", "value": 122.0, "time": "2026-11-23T04:00:00Z"}


def read(**fields):
    return to_reading(7, {**EVENT, **fields}, LATEST)


def refusal(event):
    with pytest.raises(RefusedError) as caught:
        to_reading(7, event, LATEST)
    rejection = caught.value.at(7)
    assert rejection.index == 7
    return rejection


def test_the_four_required_fields_make_a_reading():
    reading = read()

    assert (reading.index, reading.entity, reading.metric, reading.value) == (
        7,
        "Supplier A",
        "co2e",
        122.0,
    )
    assert reading.time == datetime(2026, 11, 23, 4, tzinfo=UTC)
    assert (reading.entity_type, reading.unit, reading.key, reading.baseline) == (None,) * 4
    assert reading.attributes == ""


def test_every_optional_field_is_taken():
    reading = read(
        id="a1", entity_type="route", unit="kg", baseline=90, attributes={"route": "Zürich"}
    )

    assert (reading.key, reading.entity_type, reading.unit) == ("a1", "route", "kg")
    assert reading.baseline == 90.0
    assert reading.attributes == '{"route":"Zürich"}'


def test_text_is_stripped_and_nothing_left_counts_as_absent():
    reading = read(entity="  Supplier A\n", unit=" ", id=None)

    assert reading.entity == "Supplier A"
    assert reading.unit is None
    assert reading.key is None


@pytest.mark.parametrize("event", [None, 42, "text", [], True])
def test_an_event_that_is_no_object(event):
    assert refusal(event).code == "bad_type"


@pytest.mark.parametrize("name", ["entity", "metric", "value", "time"])
def test_a_missing_field_is_named(name):
    rejection = refusal({key: value for key, value in EVENT.items() if key != name})

    assert rejection.code == "missing_field"
    assert name in rejection.detail


@pytest.mark.parametrize("fields", [{"entity": "  "}, {"metric": ""}, {"entity": None}])
def test_an_empty_required_field_is_missing(fields):
    assert refusal({**EVENT, **fields}).code == "missing_field"


def test_an_unknown_field_is_named():
    rejection = refusal({**EVENT, "valeu": 1})

    assert (rejection.code, "'valeu'" in rejection.detail) == ("unknown_field", True)


@pytest.mark.parametrize(
    "fields",
    [{"entity": 5}, {"metric": ["co2e"]}, {"id": 1}, {"unit": True}, {"attributes": "route"}],
)
def test_a_field_of_another_type(fields):
    assert refusal({**EVENT, **fields}).code == "bad_type"


@pytest.mark.parametrize("name", ["value", "baseline"])
@pytest.mark.parametrize(
    "value", ["122", True, [], float("nan"), float("inf"), -float("inf"), 10**400]
)
def test_a_number_that_is_none(name, value):
    assert refusal({**EVENT, name: value}).code == "bad_value"


def test_null_is_no_value_but_may_stand_for_an_absent_baseline():
    assert refusal({**EVENT, "value": None}).code == "bad_value"
    assert read(baseline=None).baseline is None


@pytest.mark.parametrize("name", ["entity", "metric", "unit", "entity_type", "id"])
@pytest.mark.parametrize("text", ["a\x00b", "a\ud800", "\udc00"])
def test_text_that_no_database_can_store(name, text):
    assert refusal({**EVENT, name: text}).code == "bad_value"


@pytest.mark.parametrize(
    "attributes",
    [{"a": "\x00"}, {"\x00": 1}, {"a": "\ud800"}, {"a": float("inf")}, {"a": float("nan")}],
)
def test_attributes_that_no_database_can_store(attributes):
    assert refusal({**EVENT, "attributes": attributes}).code == "bad_value"


def test_a_backslash_before_u0000_is_just_text():
    assert read(attributes={"a": "\\u0000"}).attributes == '{"a":"\\\\u0000"}'


@pytest.mark.parametrize(
    "time",
    ["yesterday", "", "2026-11-23", "2026-11-23T04:00:00", "23/11/2026 04:00", "2026-02-30T00:00Z"],
)
def test_a_time_that_is_not_iso_8601_with_an_offset(time):
    assert refusal({**EVENT, "time": time}).code == "bad_time"


@pytest.mark.parametrize("time", [None, 1_700_000_000, "0001-01-01T00:00:00+09:00"])
def test_a_time_that_is_no_moment(time):
    assert refusal({**EVENT, "time": time}).code == "bad_time"


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("2026-11-23T04:00:00Z", 0),
        ("2026-11-23T13:00:00+09:00", 32400),
        ("2026-11-22 22:30:00-05:30", -19800),
        ("2026-11-23T04:00Z", 0),
        (" 2026-11-23T04:00:00.000000000Z ", 0),
    ],
)
def test_times_keep_the_moment_and_the_senders_offset(text, offset):
    reading = read(time=text)

    assert reading.time == datetime(2026, 11, 23, 4, tzinfo=UTC)
    assert reading.time.utcoffset() == timedelta(0)
    assert reading.offset_seconds == offset


def test_the_latest_acceptable_time_is_acceptable():
    assert read(time="2026-11-23T05:00:00Z").time == LATEST


def test_a_time_in_the_future():
    assert refusal({**EVENT, "time": "2026-11-23T05:00:00.000001Z"}).code == "future_time"


@pytest.mark.parametrize(
    ("name", "limit"),
    [("id", 200), ("entity", 200), ("metric", 100), ("unit", 32), ("entity_type", 40)],
)
def test_text_limits_are_in_characters(name, limit):
    reading = read(**{name: "ä" * limit})

    assert getattr(reading, "key" if name == "id" else name) == "ä" * limit
    assert refusal({**EVENT, name: "ä" * (limit + 1)}).code == "too_long"


def test_attributes_are_at_most_8_kib():
    assert len(read(attributes={"a": "x" * (8192 - 8)}).attributes) == 8192
    assert refusal({**EVENT, "attributes": {"a": "x" * (8193 - 8)}}).code == "too_long"


def test_a_detail_never_repeats_more_than_a_little_of_what_was_sent():
    assert len(refusal({**EVENT, "x" * 10_000: 1}).detail) < 200
    assert len(refusal({**EVENT, "time": "x" * 10_000}).detail) < 200
