"""The checker of rt_check by itself: whatever is wrong with a history, it says so, and no more."""

from hypothesis import given
from hypothesis import strategies as st

from streams.check.checker import (
    FOREIGN,
    LOST,
    REORDERED,
    REPEATED,
    Log,
    Problem,
    check,
    count,
    missing,
)
from streams.check.histories import UNREADABLE, History, digest, plain_events, session_events

AFTER = 100


def make_log(events: int) -> Log:
    """A log with so many events after number 100."""
    log = Log(AFTER)
    for seq in range(AFTER + 1, AFTER + events + 1):
        log.add(seq, seq * 7919)
    return log


def make_history(*seqs: int, position: int = AFTER) -> History:
    """A history of a client that got these numbers, each with the log's content."""
    history = History("client", "hotspots")
    history.join(position)
    for seq in seqs:
        history.add(seq, seq * 7919)
    return history


def kinds(history: History, log: Log, head: int | None = None) -> dict[str, list[int]]:
    """The numbers with a problem, by kind."""
    found: dict[str, list[int]] = {}
    for problem in check(history, log, log.head if head is None else head):
        found.setdefault(problem.kind, []).append(problem.seq)
    return {kind: sorted(seqs) for kind, seqs in found.items()}


@st.composite
def logs(draw):
    """A log, and its numbers."""
    log = make_log(draw(st.integers(1, 40)))
    return log, list(log.digests)


@given(logs())
def test_a_history_that_equals_the_log_has_no_problem(given_log):
    log, seqs = given_log
    assert kinds(make_history(*seqs), log) == {}


@given(logs(), st.data())
def test_every_gap_is_seen_wherever_it_is(given_log, data):
    log, seqs = given_log
    gone = data.draw(st.sets(st.sampled_from(seqs), min_size=1))
    history = make_history(*(seq for seq in seqs if seq not in gone))
    assert kinds(history, log) == {LOST: sorted(gone)}


@given(logs(), st.data())
def test_every_repeat_is_seen_however_late_it_comes(given_log, data):
    log, seqs = given_log
    place = data.draw(st.integers(0, len(seqs) - 1))
    later = data.draw(st.integers(place + 1, len(seqs)))
    history = make_history(*seqs[:later], seqs[place], *seqs[later:])
    assert kinds(history, log) == {REPEATED: [seqs[place]]}


@given(logs(), st.data())
def test_an_event_that_comes_late_is_out_of_order_and_not_lost(given_log, data):
    log, seqs = given_log
    if len(seqs) < 2:
        return
    place = data.draw(st.integers(0, len(seqs) - 2))
    later = data.draw(st.integers(place + 1, len(seqs) - 1))
    late = seqs.pop(place)
    seqs.insert(later, late)
    assert kinds(make_history(*seqs), log) == {REORDERED: [late]}


@given(logs(), st.data())
def test_content_that_is_not_the_logs_is_foreign(given_log, data):
    log, seqs = given_log
    history = make_history(*seqs)
    place = data.draw(st.integers(0, len(seqs) - 1))
    history.digests[place] += 1
    assert kinds(history, log) == {FOREIGN: [seqs[place]]}


@given(logs(), st.sampled_from([UNREADABLE, 1, AFTER, AFTER + 41, 2**63, 2**64, -1]), st.data())
def test_a_number_that_the_log_does_not_have_is_foreign_and_changes_nothing_else(
    given_log, foreign, data
):
    log, seqs = given_log
    place = data.draw(st.integers(0, len(seqs)))
    history = make_history(*seqs[:place])
    history.add(foreign, 1)
    for seq in seqs[place:]:
        history.add(seq, log.digests[seq])
    noted = foreign if 0 <= foreign < 2**64 else UNREADABLE
    assert kinds(history, log) == {FOREIGN: [noted]}


@given(logs(), st.data())
def test_gaps_and_repeats_together_are_told_apart(given_log, data):
    log, seqs = given_log
    gone = data.draw(st.sets(st.sampled_from(seqs)))
    kept = [seq for seq in seqs if seq not in gone]
    twice = data.draw(st.sets(st.sampled_from(kept))) if kept else set()
    history = make_history(*(again for seq in kept for again in [seq] * (1 + (seq in twice))))
    expected = {LOST: sorted(gone), REPEATED: sorted(twice)}
    assert kinds(history, log) == {kind: seqs for kind, seqs in expected.items() if seqs}


def test_only_what_came_up_to_the_head_is_owed():
    log = make_log(10)
    assert kinds(make_history(101, 102, 103), log, head=103) == {}
    assert kinds(make_history(101, 102, 103), log, head=104) == {LOST: [104]}
    assert kinds(make_history(), log, head=102) == {LOST: [101, 102]}


def test_a_client_is_owed_what_came_after_it_joined():
    log = make_log(10)
    assert kinds(make_history(106, 107, 108, 109, 110, position=105), log) == {}
    assert kinds(make_history(107, 108, 109, 110, position=105), log) == {LOST: [106]}
    assert kinds(make_history(105, *range(106, 111), position=105), log) == {REPEATED: [105]}


def test_what_a_resync_leaves_out_is_lost_if_the_log_still_has_it():
    log = make_log(10)
    history = make_history(101, 102)
    history.join(105)
    for seq in range(106, 111):
        history.add(seq, log.digests[seq])
    assert kinds(history, log) == {LOST: [103, 104, 105]}
    assert history.position == 110

    at_the_end = make_history(101, 102)
    at_the_end.join(110)
    assert kinds(at_the_end, log) == {LOST: list(range(103, 111))}
    assert at_the_end.position == 110


def test_a_hole_in_the_log_itself_is_lost_to_everyone():
    log = make_log(5)
    del log.digests[103]
    assert kinds(make_history(101, 102, 104, 105), log) == {LOST: [103]}


def test_a_problem_says_where_in_the_history_it_is():
    log = make_log(5)
    history = make_history(101, 102, 104, 104, 105)
    assert check(history, log, 105) == [Problem(REPEATED, 104, 3), Problem(LOST, 103, 2)]
    assert count(check(history, log, 105)) == {
        LOST: 1, REPEATED: 1, REORDERED: 0, FOREIGN: 0,
    }  # fmt: skip


def test_a_publish_that_was_acknowledged_and_is_not_in_the_log_is_missing():
    assert missing([1, 2, 3], {1, 3, 4}) == [2]


def test_both_modes_give_an_event_the_same_digest_and_any_change_another():
    row = {"id": 7, "entity": "Kiln 1", "evidence": {"n": 1, "a": None}, "version": 2}
    event = {"seq": 5, "event": "hotspot.created", "at": "2026-11-23T04:00:00.123Z", "data": row}
    plain = row | {name: event[name] for name in ("at", "seq", "event")}

    (from_plain,) = plain_events(plain)
    (from_session,) = session_events({"type": "events", "events": [event]})

    assert digest(from_plain) == digest(from_session)
    changed = [event | {"seq": 6}, event | {"at": ""}, event | {"data": row | {"version": 3}}]
    assert len({digest(one) for one in (event, *changed)}) == 4
