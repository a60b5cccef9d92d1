from dataclasses import dataclass, fields, replace
from math import isfinite
from struct import Struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspots.detection import engine
from hotspots.detection.episode import Episode, SeriesState
from hotspots.detection.ladder import Rules
from hotspots.detection.packing import Section
from hotspots.detection.state import UnknownStateError, dump, load

from .feeds import HOUR, START, Feed, rhythm, trained

values = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=150)


def run(state, readings, *, save):
    found = []
    for value in readings:
        if save:
            state = load(dump(state))
        t = (state.newest or START) + HOUR
        found += engine.observe(state, t, value, Rules(), targets={"reading": 1e5, "day": 1e6})[1]
    return dump(state), found


@settings(max_examples=40, deadline=None)
@given(values)
def test_saving_and_loading_in_mid_series_changes_nothing(readings):
    trained_bytes = dump(trained(6).state)

    saved = run(load(trained_bytes), readings, save=True)

    assert saved == run(load(trained_bytes), readings, save=False)


def test_a_new_series_is_empty():
    assert dump(load(b"")) == dump(SeriesState())


def damaged(data):
    """Bytes that no state has: other versions, cut, longer, with a field that does not exist."""
    mask = len(data) - size_of_fields(data)
    return {
        "version 0": b"\x00" + data[1:],
        "version 3": b"\x03" + data[1:],
        "version 1 with the layout of 2": b"\x01" + data[1:],
        "cut in the numbers": data[:100],
        "cut in the mask": data[: mask + 3],
        "cut in the fields": data[:-1],
        "longer": data + b"\x00",
        "unknown field": data[:mask] + b"\xff" * 5 + data[mask + 5 :],
        "text": b"{}",
    }


def size_of_fields(data):
    return len(data) - len(dump(SeriesState())) + 5


@pytest.mark.parametrize("damage", sorted(damaged(dump(SeriesState()))))
def test_bytes_of_another_version_are_refused(damage):
    with pytest.raises(UnknownStateError):
        load(damaged(dump(trained(6).state))[damage])


def test_a_state_takes_at_most_600_bytes_with_targets_or_with_an_episode():
    quiet = trained(targets={"reading": 500.0, "hour": 500.0, "day": 1e5, "month": 1e6}).state
    feed = trained()
    for value in (1000.0, -1000.0, 2000.0, *[1500.0] * 20):
        feed.send(value)

    assert feed.state.episode.occurrences > 1
    assert len(dump(trained().state)) <= 480
    assert len(dump(quiet)) <= 520
    assert len(dump(feed.state)) <= 600


def old_bytes(state):
    """A state as version 1 wrote it."""
    rex, episode = state.rex, state.episode
    means = [rex.anchor + offset for offset in rex.offsets]
    return Struct("<B qBH 9d 48d 48H 18d 6d qdddqqqd 6q10d8q2d2q").pack(
        1, rex.n, rex.kind, rex.age, rex.t, rex.interval, rex.mean, rex.level_fast, rex.level_slow,
        rex.residual_level, rex.residual_fast, rex.residual_slow, rex.peak,
        *means, *rex.counts, *rex.centers, *rex.above, *rex.below,
        state.used_hour, state.used_day, state.used_month, state.hour, state.day, state.month,
        state.n_seen, state.first_at, state.newest, state.magnitude, state.suspects, state.run,
        state.longest_run, state.last_value,
        *[getattr(episode, field.name) for field in fields(Episode)[:28]],
    )  # fmt: skip


def test_a_state_of_version_1_goes_on_where_it_was():
    feed = trained(targets={"day": 1e4})
    feed.send(1000.0)
    state = load(old_bytes(feed.state))

    assert (state.used_day, state.day) == (feed.state.used_day, feed.state.day)
    assert state.episode == replace(feed.state.episode, cause_value=0.0)  # it knew none
    for _ in range(48):
        value = feed.usual_value()
        expected = [change.kind for change in feed.send(value)]
        result, changes = engine.observe(state, feed.now, value, feed.rules, targets=feed.targets)
        assert result.expected == pytest.approx(feed.result.expected, abs=1e-4)
        assert result.upper == pytest.approx(feed.result.upper, abs=1e-4)
        assert [change.kind for change in changes] == expected


@dataclass
class Grown(Episode):
    """An episode that remembers one thing more."""

    frozen_until: float = 0.0


def test_a_new_field_costs_one_line_and_old_bytes_still_load():
    old, new = Section(Episode), Section(Grown)
    written = old.pack(Episode(phase=2, hotspot=7, opened_at=1.5))
    episode, again = Grown(), Grown()

    assert new.unpack(episode, written, 0) == len(written)
    assert episode == Grown(phase=2, hotspot=7, opened_at=1.5)
    episode.frozen_until = 9.5
    assert new.unpack(again, new.pack(episode), 0) == len(written) + 8
    assert again == episode


def test_what_is_at_its_default_takes_no_bytes():
    assert Section(Episode).pack(Episode()) == b""


@pytest.mark.parametrize("far", [1e9, -1e9])
def test_a_small_wiggle_on_a_large_number_keeps_its_digits(far):
    near, away = Feed(rules=Rules(signed=True)), Feed(rules=Rules(signed=True))
    for hour in range(24 * 60):
        value = rhythm(hour) + 100 * (hour % 500 == 499)
        near.send(value)
        away.send(far + value)
        assert away.result.expected - far == pytest.approx(near.result.expected, abs=1e-4)
        assert away.result.raw == pytest.approx(near.result.raw, abs=1e-3)

    assert away.kinds() == near.kinds()


def test_the_means_of_slots_follow_a_series_that_moved():
    near, away = Feed(), Feed()
    away.send(1e9)  # where the series began, long ago
    for hour in range(24 * 500):
        near.send(rhythm(hour))
        away.send(rhythm(hour))

    assert abs(away.state.rex.anchor) < 1e7


@pytest.mark.parametrize("value", [1e300, -1e300, 1e-300])
def test_absurd_values_leave_finite_numbers(value):
    feed = Feed()
    for hour in range(400):
        feed.send(value if hour % 50 == 7 else rhythm(hour))
        state = load(dump(feed.state))
        rex = state.rex
        numbers = (rex.anchor, rex.mean, *rex.offsets, *rex.centers, *rex.above, *rex.below)
        assert all(map(isfinite, (*numbers, feed.result.raw, feed.result.upper)))
