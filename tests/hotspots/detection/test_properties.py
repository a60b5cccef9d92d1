"""What must hold for any readings at all, on the whole engine: judge, decide, learn, go on."""

from dataclasses import fields

from hypothesis import given, settings
from hypothesis import strategies as st

from hotspots.detection import engine
from hotspots.detection.episode import SeriesState
from hotspots.detection.ladder import Rules
from hotspots.detection.rex import Rex
from hotspots.detection.state import dump, load

from .feeds import DAY, HOUR, START, rhythm

#: Finite, of any size; and what readings are like nearly always.
absurd = st.floats(allow_nan=False, allow_infinity=False)
plain = st.floats(-1e4, 1e4) | st.sampled_from([0.0, -0.0, 5.0, 100.0, 300.0, 1e5, 1e6, 1e9])
#: Seconds to the next reading: the usual hour, a burst, a hole of two days or of a year.
gaps = st.sampled_from([HOUR] * 20 + [0.25, 1.0, DAY, 2 * DAY, 365 * DAY]) | st.floats(0.01, 1e7)
readings = st.lists(st.tuples(gaps, plain | absurd), max_size=120)
targets = st.dictionaries(
    st.sampled_from(["reading", "hour", "day", "month"]), st.floats(1e-3, 1e12), max_size=4
)
rules = st.builds(
    Rules,
    threshold=st.floats(0.01, 2),
    score_only=st.booleans(),
    two_sided=st.booleans(),
    signed=st.booleans(),
    floor=st.sampled_from([0.0, 50.0]),
    clear_points=st.integers(1, 20),
)
offsets = st.sampled_from([0.0, 9 * HOUR, -5.5 * HOUR])


def usual(days):
    return [(HOUR, rhythm(hour)) for hour in range(24 * days)]


def everything(state):
    """All that a series remembers."""
    rest = {field.name: getattr(state, field.name) for field in fields(state)}
    memory = rest.pop("rex")
    return rest, {name: getattr(memory, name) for name in Rex.__slots__}


class Run:
    """A series under the engine, with some of its readings late and some corrected."""

    def __init__(self, rules, targets, offset):
        self.state, self.t = SeriesState(), START
        self.rules, self.targets, self.offset = rules, targets, offset
        self.found = []

    def take(self, gap, value):
        self.t += gap
        found = engine.observe(self.state, self.t, value, self.rules, self.offset, self.targets)
        self.found.append(found)
        if gap > DAY:  # somebody looked while nothing came
            self.found.append(engine.silence(self.state, self.t + gap))
        if gap < 1:  # a straggler, and a correction of it
            late = self.t - HOUR / 2
            self.found.append(engine.observe_late(self.state, late, value, self.rules, self.offset))
            self.found.append(engine.revise(self.state, self.t, value / 2, value))

    def save_and_load(self):
        before = everything(self.state)
        self.state = load(dump(self.state))
        assert everything(self.state) == before


@settings(max_examples=60, deadline=None)
@given(readings, st.integers(0, 120), rules, targets, offsets)
def test_what_is_said_of_a_reading_depends_on_earlier_readings_only(
    readings, cut, rules, targets, offset
):
    whole, part = Run(rules, targets, offset), Run(rules, targets, offset)
    for gap, value in usual(6) + readings:
        whole.take(gap, value)
    for gap, value in usual(6) + readings[:cut]:
        part.take(gap, value)

    assert part.found == whole.found[: len(part.found)]


@settings(max_examples=60, deadline=None)
@given(readings, st.integers(1, 9), rules, targets, offsets)
def test_saving_and_loading_at_any_point_changes_nothing(
    readings, save_every, rules, targets, offset
):
    kept, saved = Run(rules, targets, offset), Run(rules, targets, offset)
    for run in (kept, saved):
        for gap, value in usual(6):
            run.take(gap, value)
    for index, (gap, value) in enumerate(readings):
        kept.take(gap, value)
        saved.take(gap, value)
        if index % save_every == 0:
            saved.save_and_load()

    assert saved.found == kept.found
    assert dump(saved.state) == dump(kept.state)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(gaps, plain), min_size=1, max_size=30), st.integers(0, 29))
def test_a_series_is_saved_and_loaded_from_its_first_reading_on(readings, saved_after):
    kept, saved = Run(Rules(), {}, 0.0), Run(Rules(), {}, 0.0)
    for index, (gap, value) in enumerate(readings):
        kept.take(gap, value)
        saved.take(gap, value)
        if index == saved_after:
            saved.save_and_load()

    assert saved.found == kept.found
