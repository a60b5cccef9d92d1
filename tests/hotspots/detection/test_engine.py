from math import isfinite

from hotspots.detection import engine
from hotspots.detection.findings import ANOMALY, DATA_QUALITY, FLATLINE, POLICY, UNIT_SUSPECT
from hotspots.detection.ladder import Rules, Severity

from .feeds import DAY, HOUR, START, Feed, noise, trained


def test_an_anomaly_opens_with_what_was_expected():
    feed = trained()

    [opened] = feed.send(260.0)

    assert (opened.kind, opened.finding.rule, opened.finding.side) == ("opened", ANOMALY, 1)
    assert opened.severity == Severity.CRITICAL
    assert opened.finding.lower < opened.finding.expected < opened.finding.upper < 260


def test_a_drop_opens_a_low_one_that_is_never_critical():
    feed = trained()

    [opened] = feed.send(20.0)

    assert opened.finding.side == -1
    assert opened.severity == Severity.WARN


def test_a_young_series_is_learning_and_opens_nothing():
    feed = Feed(step=60.0)
    feed.usual(400)  # not yet two days

    assert feed.send(5000.0) == []


def test_the_policy_rule_works_from_the_first_reading():
    feed = Feed(targets={"reading": 100.0})

    [opened] = feed.send(122.0)

    assert (opened.finding.rule, opened.severity) == (POLICY, Severity.WARN)
    assert opened.finding.baseline == 100.0


def test_a_period_target_adds_up_and_begins_anew():
    feed = Feed(targets={"day": 100.0})

    kinds = [[c.kind for c in feed.send(35.0)] for _ in range(3)]
    while feed.now + feed.step < START + DAY:
        feed.send(0.0)

    assert kinds == [[], [], ["opened"]]
    assert feed.state.used_day == 105.0
    feed.send(1.0)
    assert feed.state.used_day == 1.0


def test_both_rules_show_the_more_severe_one_and_policy_on_a_tie():
    tie, worse = trained(targets={"reading": 100.0}), trained(targets={"reading": 300.0})

    assert tie.send(260.0)[0].finding.rule == POLICY
    assert worse.send(260.0)[0].finding.rule == ANOMALY


def test_a_reading_in_a_doubtful_unit_is_not_learned():
    feed = trained()
    mean = feed.state.rex.mean

    [opened] = feed.send(feed.usual_value() * 1000)

    assert (opened.finding.rule, opened.finding.reason) == (DATA_QUALITY, UNIT_SUSPECT)
    assert opened.severity == Severity.WARN
    assert feed.state.rex.mean == mean
    assert feed.state.newest == feed.now


def test_mega_joules_for_kilowatt_hours_are_suspected():
    feed = trained()

    [opened] = feed.send(feed.usual_value() * 3.6)

    assert opened.finding.reason == UNIT_SUSPECT


def test_the_third_suspect_in_a_row_is_an_anomaly_and_learned():
    feed = trained()
    mean = feed.state.rex.mean

    changes = [feed.send(feed.usual_value() * 100) for _ in range(3)]

    assert [c.kind for c in changes[2]] == ["escalated"]
    assert changes[2][0].finding.rule == ANOMALY
    assert feed.state.rex.mean > mean


def test_a_value_said_to_be_real_is_learned_after_all():
    feed = trained()
    feed.send(feed.usual_value() * 100)
    at, slot = feed.now, feed.result.slot
    feed.usual(5)
    memory = feed.state.rex
    n, t, interval, known = memory.n, memory.t, memory.interval, memory.counts[slot]

    engine.accept(feed.state, at, 10_000.0)

    assert (memory.n, memory.t, memory.interval) == (n + 1, t, interval)
    assert memory.counts[slot] == known + 1


def test_a_flat_line_opens_once_and_ends_when_values_move():
    feed = Feed()
    for hour in range(400):
        feed.send(100 + noise(hour, 50))
    feed.changes.clear()

    for _ in range(60):
        feed.send(100.0)
    for hour in range(12):
        feed.send(100 + noise(hour, 20))

    assert [kind for kind in feed.kinds() if kind != "updated"] == ["opened", "resolved"]
    assert feed.changes[0].finding.reason == FLATLINE
    assert feed.changes[0].at == START + 451 * HOUR


def test_a_series_that_never_changed_is_no_flat_line():
    feed = Feed()

    for _ in range(300):
        feed.send(4.0)

    assert feed.changes == []


def test_a_late_reading_opens_nothing_and_is_not_learned():
    feed = trained()
    mean = feed.state.rex.mean

    score, changes = engine.observe_late(feed.state, feed.now - HOUR / 2, 400.0, feed.rules)

    assert score > 0.168
    assert changes == []
    assert feed.state.rex.mean == mean


def test_a_late_anomaly_counts_in_the_episode_that_covers_it():
    feed = trained()
    feed.send(250.0)
    feed.send(600.0)

    _, [change] = engine.observe_late(feed.state, feed.now - HOUR / 2, 300.0, feed.rules)

    assert (change.kind, change.occurrences) == ("updated", 3)


def test_readings_older_than_a_day_are_stale():
    feed = trained()

    assert engine.is_stale(feed.state, feed.now - 25 * HOUR)
    assert not engine.is_stale(feed.state, feed.now - 23 * HOUR)


def test_quiet_readings_are_learned_and_open_nothing():
    feed = trained()
    n = feed.state.rex.n

    _, changes = engine.observe(feed.state, feed.now + HOUR, 300.0, feed.rules, quiet=True)

    assert changes == []
    assert feed.state.rex.n == n + 1
    assert feed.state.rex.peak == 0.0


def test_a_doubtful_unit_is_not_learned_quietly_either():
    feed = trained()
    mean = feed.state.rex.mean

    engine.observe(feed.state, feed.now + HOUR, 90_000.0, feed.rules, quiet=True)

    assert feed.state.rex.mean == mean


def test_absurd_values_leave_a_memory_of_finite_numbers():
    feed = trained()

    for value in (1.7e308, -1.7e308, 1.7e308, -1.7e308, 5e-324):
        feed.send(value)
    feed.usual(50)

    assert isfinite(feed.result.expected)
    assert isfinite(feed.result.upper - feed.result.lower)
    assert all(isfinite(change.score) for change in feed.changes)


def test_silence_opens_after_three_intervals_and_the_next_reading_resolves_it():
    feed = trained()

    assert engine.silence(feed.state, feed.now + 2 * HOUR) == []
    [opened] = engine.silence(feed.state, feed.now + 4 * HOUR)
    feed.hour += 4
    [resolved] = feed.usual(1)

    assert (opened.severity, resolved.kind) == (Severity.INFO, "resolved")
    assert resolved.labels == ("silent",)


def with_an_excess_at_noon():
    """A feed with an episode of ratio 1.35 at the top of its day, and what followed until night."""
    feed = trained(rules=Rules(score_steps=(20.0, 30.0)))
    feed.usual(5)
    feed.send(feed.usual_value() * 1.35)
    return feed


def test_while_the_old_normal_is_kept_a_worse_ratio_raises_the_severity():
    frozen, learning = with_an_excess_at_noon(), with_an_excess_at_noon()
    engine.freeze(frozen.state, frozen.now + 7 * DAY)
    for feed in (frozen, learning):
        feed.usual(11)
        feed.send(feed.usual_value() * 1.7)

    assert frozen.changes[0].severity == learning.changes[0].severity == Severity.WARN
    assert (frozen.result.score, learning.result.score) == (0.0, 0.0)
    assert (frozen.changes[-1].kind, frozen.changes[-1].severity) == (
        "escalated",
        Severity.CRITICAL,
    )
    assert learning.changes[-1].severity == Severity.WARN


def test_a_frozen_series_stays_open_at_its_new_level_and_resolves_at_the_old_one():
    feed = trained()
    feed.send(feed.usual_value() + 150)
    engine.freeze(feed.state, feed.now + 7 * DAY)

    for _ in range(100):
        feed.send(feed.usual_value() + 150)
    at_the_new_level = set(feed.kinds())
    feed.usual(12)

    assert at_the_new_level == {"opened", "updated"}
    assert feed.kinds()[-1] == "resolved"
    assert feed.changes[-1].labels == ()


def test_a_policy_episode_is_no_level_shift():
    feed = Feed(targets={"reading": 100.0})
    for _ in range(120):
        feed.send(160.0)

    feed.send(79.0)

    assert feed.changes[-1].labels == ()
    assert "resolved" not in feed.kinds()


def test_a_correction_of_the_day_takes_its_total_back():
    feed = Feed(targets={"day": 100.0})
    for value in (30.0, 40.0, 45.0):
        feed.send(value)

    too_little = engine.revise(feed.state, feed.now, 10.0, 45.0)
    exactly = engine.revise(feed.state, feed.now - HOUR, 40.0, 40.0)
    [resolved] = engine.revise(feed.state, feed.now - HOUR, 39.0, 40.0)

    assert (too_little, exactly, feed.state.used_day) == ([], [], 79.0)
    assert (resolved.kind, resolved.labels) == ("resolved", ("corrected",))


def test_a_correction_of_yesterday_leaves_the_total_of_today():
    feed = Feed(targets={"day": 100.0})
    feed.send(90.0)
    feed.hour += 24
    feed.send(115.0)

    assert engine.revise(feed.state, feed.now - 24 * HOUR, 0.0, 90.0) == []
    assert feed.state.used_day == 115.0


def test_a_correction_to_the_first_step_of_a_target_is_a_finding_still():
    feed = Feed(targets={"reading": 100.0})
    feed.send(160.0)

    assert engine.revise(feed.state, feed.now, 80.0, 160.0) == []
    assert [c.kind for c in engine.revise(feed.state, feed.now, 79.9, 80.0)] == ["resolved"]
