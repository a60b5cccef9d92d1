"""Bodies: one event, arrays, NDJSON; and what is refused as a whole."""

import json
from datetime import UTC, datetime

import pytest

from ingest import parsing

NOW = datetime(2026, 11, 23, 4, 0, 1, tzinfo=UTC)
EVENT = {"entity": "Supplier A", "metric": "co2e", "value": 122.0, "time": "2026-11-23T04:00:00Z"}


def parse(body, content_type="application/json"):
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    return parsing.parse(body, content_type, now=NOW)


def refused(error, body, content_type="application/json"):
    with pytest.raises(error) as caught:
        parse(body, content_type)
    return caught.value.code, caught.value.status


def test_one_event():
    parsed = parse(EVENT)

    assert [reading.entity for reading in parsed.readings] == ["Supplier A"]
    assert parsed.rejected == []


def test_an_array_keeps_the_order():
    parsed = parse([{**EVENT, "value": value} for value in range(5)])

    assert [(r.index, r.value) for r in parsed.readings] == [(i, float(i)) for i in range(5)]


def test_an_empty_array_is_nothing():
    assert parse([]) == ([], [])


def test_a_bad_event_is_rejected_by_itself_with_its_index():
    parsed = parse([EVENT, {**EVENT, "value": "x"}, EVENT, 42, {**EVENT, "time": "now"}])

    assert [reading.index for reading in parsed.readings] == [0, 2]
    assert [(r.index, r.code) for r in parsed.rejected] == [
        (1, "bad_value"),
        (3, "bad_type"),
        (4, "bad_time"),
    ]


@pytest.mark.parametrize("value", ["1e999", "-1e999", "1" + "0" * 400, "1" + "0" * 9000])
def test_a_number_beyond_any_float_spoils_one_event_only(value):
    body = f"[{json.dumps(EVENT)}, {json.dumps(EVENT).replace('122.0', value)}]".encode()

    parsed = parse(body)

    assert [reading.index for reading in parsed.readings] == [0]
    assert [(r.index, r.code) for r in parsed.rejected] == [(1, "bad_value")]


def test_half_a_surrogate_pair_spoils_one_event_only():
    parsed = parse([{**EVENT, "entity": "\ud800"}, EVENT])

    assert [reading.index for reading in parsed.readings] == [1]
    assert [(r.index, r.code) for r in parsed.rejected] == [(0, "bad_value")]


def test_a_future_time_is_measured_from_now():
    parsed = parse([{**EVENT, "time": f"2026-11-23T05:00:0{second}Z"} for second in (1, 2)])

    assert [reading.index for reading in parsed.readings] == [0]
    assert [r.code for r in parsed.rejected] == ["future_time"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[1,]",
        b'{"value": NaN}',
        b'[{"value": Infinity}]',
        b'[{"value": -Infinity}]',
        b"\xff[]",
        b'["\xc3"]',
        b"[" * 100_000,
        b"42",
        b'"text"',
        b"null",
        b"[] []",
    ],
)
def test_a_body_that_is_not_json_or_holds_no_events(body):
    assert refused(parsing.BadBodyError, body) == ("bad_json", 400)


def test_a_byte_order_mark_does_no_harm():
    assert len(parse(b"\xef\xbb\xbf" + json.dumps(EVENT).encode()).readings) == 1


def test_ten_thousand_events_are_taken_and_no_more():
    assert len(parse([EVENT] * 10_000).readings) == 10_000
    assert refused(parsing.TooLargeError, [EVENT] * 10_001) == ("too_large", 413)


def test_five_mebibytes_are_taken_and_no_more():
    body = json.dumps(EVENT).encode().ljust(parsing.MAX_BYTES)

    assert len(parse(body).readings) == 1
    assert refused(parsing.TooLargeError, body + b" ") == ("too_large", 413)


@pytest.mark.parametrize("content_type", ["", "text/plain", "multipart/form-data; boundary=x"])
def test_another_content_type(content_type):
    assert refused(parsing.BadContentTypeError, EVENT, content_type) == ("bad_content_type", 415)


def test_parameters_of_the_content_type_do_not_matter():
    assert len(parse(EVENT, "Application/JSON; charset=utf-8").readings) == 1


def test_ndjson_is_judged_line_by_line():
    line = json.dumps(EVENT).encode()
    body = b"\r\n".join([line, b"{", b"", b'{"value": NaN}', b"\xff", b"[1]", line, b""])

    parsed = parse(body, "application/x-ndjson")

    assert [reading.index for reading in parsed.readings] == [0, 5]
    assert [(r.index, r.code) for r in parsed.rejected] == [
        (1, "bad_json"),
        (2, "bad_json"),
        (3, "bad_json"),
        (4, "bad_type"),
    ]


def test_ndjson_without_a_line_is_nothing():
    assert parse(b"\n\n", "application/x-ndjson") == ([], [])


def test_ndjson_is_bounded_too():
    body = b"{}\n" * 10_001

    assert refused(parsing.TooLargeError, body, "application/x-ndjson") == ("too_large", 413)
