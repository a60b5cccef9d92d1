from hypothesis import given
from hypothesis import strategies as st

from hotspots.detection import rex, slots
from hotspots.detection.rex import Rex, assess, half_life, learn, update

from .feeds import DAY, HOUR, START, rhythm

numbers = st.floats(-1e9, 1e9)
steps = st.floats(1, 1e5)


def scores(readings):
    state, t, found = Rex(), START, []
    for step, value in readings:
        t += step
        found.append(update(state, t, value)[1].score)
    return found


@given(st.lists(st.tuples(steps, numbers), max_size=260), st.integers(0, 260))
def test_the_score_of_a_reading_depends_on_earlier_readings_only(readings, cut):
    assert scores(readings)[:cut] == scores(readings[:cut])


def test_the_first_hundred_readings_have_no_score():
    state = Rex()

    raws = [update(state, START + i * HOUR, 1e6 * (i == 99))[1].raw for i in range(100)]

    assert raws == [0.0] * 100


def test_a_record_scores_by_how_much_it_tops_what_is_remembered():
    state = Rex()
    for i in range(500):
        update(state, START + i * HOUR, rhythm(i))
    remembered = state.above[0]

    result = assess(state, START + 500 * HOUR, state.centers[0] + 3 * remembered)

    assert result.raw >= 2.0 - 1e-9
    assert result.side == 1


def test_assessing_changes_nothing():
    state = Rex()
    for i in range(200):
        update(state, START + i * HOUR, rhythm(i))

    first = assess(state, START + 200 * HOUR, 500.0)

    assert assess(state, START + 200 * HOUR, 500.0) == first
    assert state.n == 200


def test_after_a_peak_only_a_higher_one_scores_until_it_has_rested():
    state = Rex()
    rex.rest(state, 0.5)

    for _ in range(99):
        rex.rest(state, 0.4)
    resting = state.peak
    rex.rest(state, 0.4)

    assert (resting, state.peak) == (0.5, 0.0)


def test_one_absurd_value_at_most_doubles_what_is_remembered():
    state = Rex()
    for i in range(300):
        update(state, START + i * HOUR, rhythm(i))
    before = list(state.above)

    update(state, START + 300 * HOUR, 1e12)

    assert all(after <= 2 * was for after, was in zip(state.above, before, strict=True))


def test_a_constant_series_has_no_score_and_its_first_change_has():
    state = Rex()
    raws = {update(state, START + i * HOUR, 5.0)[1].raw for i in range(200)}

    assert raws == {0.0}
    assert update(state, START + 200 * HOUR, 5.1)[1].raw == 1.0


def test_the_first_reading_after_a_gap_is_no_sudden_change():
    state = Rex()
    for i in range(300):
        update(state, START + i * HOUR, rhythm(i))
    later = START + 300 * HOUR + 30 * DAY

    result = assess(state, later, 400.0, heed_gaps=True)

    assert result.gap
    assert result.view not in rex.SUDDEN
    assert not assess(state, START + 302 * HOUR, 400.0, heed_gaps=True).gap


def test_the_half_life_is_ninety_days_within_bounds():
    assert half_life(DAY / 10) == 900
    assert half_life(60.0) == 7000
    assert half_life(30 * DAY) == 200
    assert half_life(0.0) == 7000


def test_the_hour_is_that_of_the_wall_clock():
    friday_evening = START + 4 * DAY + 20 * HOUR

    assert slots.slot_of(friday_evening, slots.HOURS) == 20
    assert slots.slot_of(friday_evening + 9 * HOUR, slots.HOURS) == 24 + 5


def test_slots_follow_the_cadence():
    assert [slots.kind_for(s) for s in (HOUR, DAY, 7 * DAY, 30 * DAY)] == [0, 1, 1, 2]
    assert slots.slot_of(START, slots.WEEKDAYS) == 0
    assert slots.slot_of(START, slots.MONTHS) == 0


def test_slots_of_another_kind_are_learned_anew():
    state = Rex()
    learn(state, assess(state, START, 1.0))
    learn(state, assess(state, START + DAY, 2.0))

    assert state.kind == slots.WEEKDAYS
    assert sum(state.counts) == 1


def test_daily_readings_score_after_two_weeks():
    state = Rex()
    for i in range(14):
        update(state, START + i * DAY, 100 + i % 7)

    assert update(state, START + 14 * DAY, 500.0)[1].raw > 1
