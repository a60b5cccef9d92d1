import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspots.detection import engine
from hotspots.detection.episode import SeriesState
from hotspots.detection.ladder import Rules
from hotspots.detection.state import UnknownStateError, dump, load

from .feeds import HOUR, START, trained

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


@pytest.mark.parametrize("damage", [lambda d: b"\x00" + d[1:], lambda d: d[:-1], lambda d: b"{}"])
def test_bytes_of_another_version_are_refused(damage):
    with pytest.raises(UnknownStateError):
        load(damage(dump(SeriesState())))


def test_a_state_takes_about_a_kilobyte():
    assert len(dump(SeriesState())) < 1_300
