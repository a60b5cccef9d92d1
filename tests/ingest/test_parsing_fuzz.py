"""Whatever is sent: no exception but the named ones, and every event is accounted for."""

import csv
import io
import json
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import parsing
from streams.errors import DomainError

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
FIELDS = ["entity", "metric", "value", "time", "id", "unit", "entity_type", "baseline"]
CODES = {
    "missing_field",
    "unknown_field",
    "bad_type",
    "bad_time",
    "bad_value",
    "future_time",
    "too_long",
}

text = st.text(st.characters(exclude_categories=()), max_size=250)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | text
values = st.recursive(scalars, lambda v: st.lists(v) | st.dictionaries(text, v), max_leaves=5)
times = st.datetimes(timezones=st.timezones()).map(datetime.isoformat)
valid = st.fixed_dictionaries(
    {
        "entity": st.just("A"),
        "metric": st.just("co2e"),
        "value": st.floats(allow_nan=False, allow_infinity=False),
        "time": st.integers(0, 1_700_000_000).map(
            lambda second: datetime.fromtimestamp(second, UTC).isoformat()
        ),
    }
)
events = valid | st.dictionaries(st.sampled_from([*FIELDS, "attributes", "x"]), values | times)
cells = st.text(st.characters(codec="utf-8"), min_size=1)


def parse(body, content_type):
    return parsing.parse(body, content_type, now=NOW)


def code_of(body, content_type):
    try:
        parse(body, content_type)
    except DomainError as error:
        return error.code
    return ""


@settings(deadline=None)
@given(st.lists(events | values, max_size=20))
def test_an_array_is_accounted_for_event_by_event(sent):
    sent = json.loads(json.dumps(sent), parse_constant=lambda literal: literal)

    parsed = parse(json.dumps(sent).encode(), "application/json")

    indexes = [item.index for item in (*parsed.readings, *parsed.rejected)]
    assert sorted(indexes) == list(range(len(sent)))
    assert {rejection.code for rejection in parsed.rejected} <= CODES
    json.dumps([r.detail for r in parsed.rejected], ensure_ascii=False).encode()


@settings(deadline=None)
@given(st.lists(valid, max_size=20))
def test_valid_events_are_readings(sent):
    parsed = parse(json.dumps(sent).encode(), "application/json")

    assert [reading.value for reading in parsed.readings] == [event["value"] for event in sent]
    assert parsed.rejected == []


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_cause_another_error(body):
    codes = {
        code_of(body, kind) for kind in ("application/json", "application/x-ndjson", "text/csv")
    }

    assert codes <= {"", "bad_json", "bad_csv"}


@settings(deadline=None)
@given(st.lists(st.binary(max_size=60).filter(lambda line: b"\n" not in line and line.strip())))
def test_every_line_of_ndjson_is_accounted_for(lines):
    parsed = parse(b"\n".join(lines), "application/x-ndjson")

    assert len(parsed.readings) + len(parsed.rejected) == len(lines)


@settings(deadline=None)
@given(
    st.lists(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=8, max_size=8))
)
def test_every_row_of_a_table_is_accounted_for(rows):
    table = io.StringIO(newline="")
    csv.writer(table).writerows([FIELDS, *rows])

    parsed = parse(table.getvalue().encode(), "text/csv")

    indexes = [item.index for item in (*parsed.readings, *parsed.rejected)]
    assert sorted(indexes) == list(range(len(rows)))
