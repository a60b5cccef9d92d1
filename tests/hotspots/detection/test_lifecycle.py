from hotspots.detection import engine
from hotspots.detection.episode import OPEN, RESOLVED
from hotspots.detection.ladder import Rules, Severity
from hotspots.detection.lifecycle import forget, start
from hotspots.detection.news import merged

from .feeds import HOUR, Feed, trained


def opened(value=260.0, **options):
    """A trained feed with an episode opened by ``value``."""
    feed = trained(**options)
    feed.send(value)
    return feed


def finding(feed, **fields):
    """The last finding again, changed."""
    shown = next(c.finding for c in reversed(feed.changes) if c.finding)
    return shown._replace(**fields)


def test_twelve_normal_readings_in_a_row_resolve_it():
    feed = opened()

    feed.usual(12)

    assert feed.kinds() == ["opened", "resolved"]
    assert feed.changes[-1].at == feed.now


def test_one_departure_starts_the_count_again():
    feed = opened()

    feed.usual(11)
    feed.send(255.0)
    feed.usual(11)

    assert feed.state.episode.phase == OPEN


def test_severity_only_rises_while_it_is_open():
    feed = opened(150.0, rules=Rules(score_only=True))
    first = feed.changes[0].severity

    feed.send(600.0)
    feed.send(150.0)

    assert feed.changes[-1].severity == Severity.CRITICAL
    assert first <= feed.changes[-1].severity


def test_a_higher_peak_is_shown_and_counted():
    feed = opened(260.0)

    [change] = feed.send(900.0)

    assert (change.kind, change.occurrences) == ("updated", 2)
    assert change.finding.value == 900.0


def test_a_finding_on_the_same_side_soon_after_reopens_it():
    feed = opened()
    feed.usual(12)

    change = start(feed.state, finding(feed, at=feed.now))

    assert (change.kind, change.occurrences) == ("reopened", 2)
    assert feed.state.episode.phase == OPEN


def test_a_finding_on_the_other_side_opens_another():
    feed = opened()
    feed.usual(12)

    assert start(feed.state, finding(feed, at=feed.now, side=-1)).kind == "opened"


def test_after_a_hundred_readings_another_one_opens():
    feed = opened()
    feed.usual(12 + 101)

    assert start(feed.state, finding(feed, at=feed.now)).kind == "opened"


def test_after_an_analyst_closed_it_another_one_opens():
    feed = opened()
    forget(feed.state)

    assert start(feed.state, finding(feed, at=feed.now)).kind == "opened"


def test_three_reopenings_in_a_day_are_flapping():
    feed = opened(rules=Rules(clear_points=2))
    flapping = []
    for _ in range(3):
        feed.usual(2)
        flapping.append(start(feed.state, finding(feed, at=feed.now)).flapping)

    assert flapping == [False, False, True]


def test_a_flapping_episode_is_told_again_only_when_it_gets_more_severe():
    feed = opened(150.0, rules=Rules(score_only=True))
    feed.state.episode.flapping, feed.state.episode.severity = 1, 1
    feed.changes.clear()

    feed.usual(50)
    feed.send(150.0)
    quiet = list(feed.changes)
    feed.send(900.0)

    assert quiet == []
    assert feed.kinds() == ["escalated"]


def test_a_lasting_level_is_a_level_shift_and_resolves_as_adapted():
    feed = opened(200.0)

    while feed.state.episode.phase == OPEN:
        feed.send(feed.usual_value() + 300)

    assert {"level_shift", "adapted"} <= set(feed.changes[-1].labels)
    assert 50 < feed.state.episode.events < 200


def test_a_correction_takes_the_cause_away():
    feed = opened()

    [change] = engine.revise(feed.state, feed.now, feed.usual_value(), 260.0)

    assert (change.kind, change.labels) == ("resolved", ("corrected",))
    assert feed.state.episode.phase == RESOLVED


def test_a_correction_of_one_of_two_leaves_it_open():
    feed = opened()
    feed.send(900.0)

    [change] = engine.revise(feed.state, feed.now, 100.0, 900.0)

    assert (change.kind, change.occurrences) == ("updated", 1)


def test_a_correction_that_is_still_anomalous_changes_nothing():
    feed = opened()

    assert engine.revise(feed.state, feed.now, 255.0, 260.0) == []
    assert engine.revise(feed.state, feed.now - HOUR, 100.0, 101.0) == []


def test_a_policy_episode_ends_below_the_first_step():
    feed = Feed(targets={"reading": 100.0})
    feed.send(160.0)

    for _ in range(12):
        feed.send(79.0)

    assert feed.kinds() == ["opened", "resolved"]


def test_every_repeat_is_counted_and_told_whatever_the_time_between():
    feed = Feed(targets={"reading": 100.0}, step=1.0)

    for _ in range(7):
        feed.send(160.0)

    assert feed.kinds() == ["opened", *["updated"] * 6]
    assert [change.occurrences for change in feed.changes] == [1, 2, 3, 4, 5, 6, 7]


def test_updates_in_a_row_are_one_that_shows_the_worst_of_them():
    feed = Feed(targets={"reading": 100.0}, step=1.0)
    for value in (160.0, 170.0, 165.0):
        feed.send(value)

    opened, update = merged(feed.changes)

    assert (opened.kind, update.kind, update.occurrences) == ("opened", "updated", 3)
    assert update.finding.value == 170.0


def test_daily_readings_resolve_after_two_normal_ones():
    feed = Feed(targets={"reading": 100.0}, step=24 * HOUR)
    feed.send(10.0)
    feed.send(160.0)

    feed.send(10.0)
    feed.send(10.0)

    assert feed.kinds() == ["opened", "resolved"]
