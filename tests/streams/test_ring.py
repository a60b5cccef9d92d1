"""The ring and the frames: pure, no database."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.encoding import Encoded, frame
from streams.log import Event
from streams.modes import Plain, Session
from streams.ring import READ_BYTES, Ring


def event(seq: int, size: int = 0) -> Encoded:
    data = json.dumps({"id": seq, "text": "x" * size}).encode()
    return Encoded(Event(seq, "hotspot.updated", "2026-01-01T00:00:00.000Z", data))


@given(start=st.integers(0, 50), count=st.integers(0, 40), ask=st.integers(0, 100))
def test_the_ring_gives_exactly_what_it_still_has(start, count, ask):
    ring = Ring(8, head=start)
    for seq in range(start + 1, start + count + 1):
        ring.append(event(seq))

    found = ring.after(ask, limit=100)

    if ask < start + max(0, count - 8):
        assert found is None
    else:
        assert [e.seq for e in found] == list(range(ask + 1, start + count + 1))


@given(ask=st.integers(0, 30), large=st.sets(st.integers(1, 30)))
def test_a_reading_is_bounded_in_bytes_and_always_goes_on(ask, large):
    ring = Ring(16)
    for seq in range(1, 31):
        ring.append(event(seq, READ_BYTES // 3 if seq in large else 0))

    found = ring.after(ask, limit=100)

    if ask < 14:
        assert found is None
        return
    assert [e.seq for e in found] == list(range(ask + 1, ask + 1 + len(found)))
    assert bool(found) == (ask < 30)
    assert sum(len(e.data) for e in found[1:]) <= READ_BYTES


def test_the_ring_refuses_a_gap():
    ring = Ring(8)

    with pytest.raises(ValueError, match="expected 1, got 2"):
        ring.append(event(2))
    assert ring.head == 0


def test_a_plain_text_is_the_row_with_its_number():
    assert json.loads(event(7).plain) == {
        "id": 7,
        "text": "",
        "seq": 7,
        "event": "hotspot.updated",
        "at": "2026-01-01T00:00:00.000Z",
    }


def test_waiting_events_travel_in_one_session_frame_up_to_a_bound():
    small = list(Session().texts([event(1), event(2)]))
    large = list(Session().texts([event(n, 100_000) for n in range(1, 6)]))

    assert [e["seq"] for e in json.loads(small[0])["events"]] == [1, 2]
    assert len(small) == 1
    assert [[e["seq"] for e in json.loads(text)["events"]] for text in large] == [
        [1, 2],
        [3, 4],
        [5],
    ]


@pytest.mark.parametrize(("size", "header"), [(125, 2), (126, 4), (65_535, 4), (65_536, 10)])
def test_a_frame_has_the_header_of_its_length(size, header):
    made = frame(b"x" * size)

    assert (made[0], len(made)) == (0x81, size + header)


def test_plain_frames_are_the_texts_one_after_another():
    events = [event(1), event(2)]

    assert Plain().frames(events) == b"".join(frame(text) for text in Plain().texts(events))
