"""What people teach a series: accept the new normal, keep the old one, learn it anew."""

from datetime import timedelta

import pytest

from alerts.models import Alert
from hotspots.detection.engine import ADAPTED_COUNT
from hotspots.detection.state import load
from hotspots.models import Hotspot, Measurement, Series
from hotspots.series import teaching
from hotspots.updates import flush_pending
from streams.errors import IllegalStateError, NotFoundError, VersionConflictError
from streams.models import StreamEvent
from tests.ingest.batches import (
    HOUR,
    LIVE,
    only_hotspot,
    reading,
    readings,
    take,
    train,
    usual,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
#: the clock of these tests: the readings are live
CLOCK = LIVE + HOUR


def state():
    """What is remembered of the one series."""
    return load(bytes(Series.objects.get().state))


def by(user, at=CLOCK):
    return {"by": user, "at": at, "via": "api", "series_id": Series.objects.get().pk}


def image():
    """Everything that a refusal must leave as it is."""
    rows = [list(model.objects.order_by("pk").values()) for model in (Series, Hotspot, Alert)]
    return rows, StreamEvent.objects.count(), Series.history.count(), Hotspot.history.count()


@pytest.fixture
def shifted(db):
    """A trained series with an open hotspot, five hours into a higher level."""
    train()
    take(readings([value + 150 for value in usual(0, 5)]), received_at=CLOCK)
    return only_hotspot()


def test_accepting_the_new_normal_resolves_as_adapted(shifted, analyst):
    series = teaching.accept_as_normal(**by(analyst))

    row = only_hotspot()
    assert (row.status, row.resolved_at) == ("resolved", CLOCK)
    assert row.evidence["labels"][-1] == "adapted"
    assert not Alert.objects.exclude(status="resolved").exists()
    latest = row.history.latest()
    assert (latest.history_user, latest.history_change_reason) == (analyst, "api")
    kept = series.history.latest()
    assert (kept.adapted_at, kept.history_user) == (CLOCK, analyst)


def test_accepting_cuts_the_slots_counts_and_keeps_the_departures(shifted, analyst):
    before = state().rex

    teaching.accept_as_normal(**by(analyst))

    after = state().rex
    assert max(before.counts) > ADAPTED_COUNT
    assert list(after.counts) == [min(count, ADAPTED_COUNT) for count in before.counts]
    assert (after.above, after.below) == (before.above, before.below)
    assert (after.n, after.offsets, after.mean) == (before.n, before.offsets, before.mean)


def test_an_accepted_level_is_expected_sooner(analyst):
    surprise = {}
    for name in ("accepted", "left alone"):
        train(entity=name)
        take(readings([v + 150 for v in usual(0, 5)], entity=name), received_at=CLOCK)
        if name == "accepted":
            teaching.accept_as_normal(**by(analyst))
        level = [v + 150 for v in usual(5, 96)]
        take(readings(level, start=LIVE + 5 * HOUR, entity=name), received_at=CLOCK)
        last_day = Measurement.objects.filter(series__entity__name=name).order_by("-time")[:24]
        surprise[name] = sum(abs(row.expected - row.value) for row in last_day)

    assert surprise["accepted"] < 0.8 * surprise["left alone"]


def test_after_accepting_the_next_finding_opens_another(shifted, analyst):
    teaching.accept_as_normal(**by(analyst))

    take(reading(2000, hour=5), received_at=CLOCK)

    assert list(Hotspot.objects.order_by("pk").values_list("status", flat=True)) == [
        "resolved",
        "open",
    ]


def test_accepting_shows_what_waited_for_its_row(shifted, analyst):
    take(reading(400, hour=5), received_at=CLOCK)
    waiting = only_hotspot().last_seen_at

    teaching.accept_as_normal(**by(analyst))

    assert (waiting, only_hotspot().last_seen_at) == (LIVE + 4 * HOUR, LIVE + 5 * HOUR)
    assert flush_pending(CLOCK + DAY) == []


def test_accepting_values_in_a_doubtful_unit_learns_the_one_shown(analyst):
    train()
    take(reading(1000 * usual(0, 1)[0]), received_at=CLOCK)
    before = state().rex.n

    teaching.accept_as_normal(**by(analyst))

    assert (state().rex.n, only_hotspot().status) == (before + 1, "resolved")


def test_accepting_without_a_hotspot_tells_nobody(analyst):
    train()

    teaching.accept_as_normal(**by(analyst))

    assert max(state().rex.counts) == ADAPTED_COUNT
    assert not StreamEvent.objects.exists()


def test_a_frozen_series_is_judged_by_what_was_known_and_learns_nothing(shifted, analyst):
    before = state().rex

    teaching.keep_old_normal(until=CLOCK + 7 * DAY, **by(analyst))
    take(readings([v + 150 for v in usual(5, 160)], start=LIVE + 5 * HOUR), received_at=CLOCK)

    after = state().rex
    assert (after.n, after.mean, after.offsets) == (before.n, before.mean, before.offsets)
    assert (after.counts, after.above, after.centers) == (
        before.counts, before.above, before.centers,
    )  # fmt: skip
    assert only_hotspot().status == "open"
    assert state().newest == (LIVE + 164 * HOUR).timestamp()


def test_without_freezing_the_same_readings_become_normal(shifted):
    take(readings([v + 150 for v in usual(5, 160)], start=LIVE + 5 * HOUR), received_at=CLOCK)

    assert "adapted" in Hotspot.objects.earliest("pk").evidence["labels"]


def test_the_ratio_ladder_goes_on_while_a_series_is_frozen(analyst):
    train()
    take(readings([usual(0, 1)[0] + 35]), received_at=CLOCK)
    first = only_hotspot().evidence["severity_ratio"]
    teaching.keep_old_normal(until=CLOCK + 7 * DAY, **by(analyst))

    take(reading(usual(1, 1)[0] + 150, hour=1), received_at=CLOCK)

    row = only_hotspot()
    assert (first, row.evidence["severity_ratio"]) == ("warn", "critical")
    assert row.severity == "critical"


def test_the_policy_rule_goes_on_while_a_series_is_frozen(analyst):
    train()
    teaching.keep_old_normal(until=CLOCK + 7 * DAY, **by(analyst))

    take(reading(usual(0, 1)[0], baseline=50.0), received_at=CLOCK)

    assert only_hotspot().rule == "policy"


def test_a_reading_of_the_last_moment_is_not_learned_and_the_next_one_is(analyst):
    train()
    teaching.keep_old_normal(until=LIVE + 2 * HOUR, **by(analyst))
    n = state().rex.n

    take(readings(usual(0, 3)), received_at=CLOCK)
    frozen = state().rex.n
    take(reading(usual(3, 1)[0], hour=3), received_at=CLOCK)

    assert (frozen, state().rex.n) == (n, n + 1)


@pytest.mark.parametrize(
    "span", [timedelta(0), -HOUR, 7 * DAY + timedelta(microseconds=1)], ids=str
)
def test_a_freeze_into_the_past_or_beyond_seven_days_is_refused(shifted, analyst, span):
    before = image()

    with pytest.raises(teaching.BadFreezeError) as refused:
        teaching.keep_old_normal(until=CLOCK + span, **by(analyst))

    assert (refused.value.code, refused.value.status) == ("bad_freeze", 400)
    assert image() == before


@pytest.mark.parametrize("span", [timedelta(microseconds=1), 7 * DAY], ids=str)
def test_a_freeze_of_at_most_seven_days_is_kept_with_who_asked(shifted, analyst, span):
    series = teaching.keep_old_normal(until=CLOCK + span, **by(analyst))

    row = series.history.latest()
    assert (row.frozen_after, row.frozen_until) == (LIVE + 4 * HOUR, CLOCK + span)
    assert (row.history_user, row.history_change_reason) == (analyst, "api")
    assert Series.objects.get().frozen_until == CLOCK + span


def test_readings_of_long_ago_are_frozen_for_as_much_of_their_time(analyst):
    train()

    series = teaching.keep_old_normal(until=CLOCK + 369 * DAY, **by(analyst, CLOCK + 365 * DAY))

    assert series.frozen_until == LIVE - HOUR + 4 * DAY


def test_unfreezing_learns_again(analyst):
    train()
    teaching.keep_old_normal(until=CLOCK + 7 * DAY, **by(analyst))
    n = state().rex.n

    teaching.unfreeze(**by(analyst))
    take(reading(usual(0, 1)[0]), received_at=CLOCK)

    assert state().rex.n == n + 1
    assert Series.objects.get().frozen_until is None


def test_a_series_that_is_not_frozen_cannot_be_unfrozen(shifted, analyst):
    before = image()

    with pytest.raises(IllegalStateError):
        teaching.unfreeze(**by(analyst))

    assert image() == before


def test_accepting_ends_a_freeze(shifted, analyst):
    teaching.keep_old_normal(until=CLOCK + 7 * DAY, **by(analyst))

    teaching.accept_as_normal(**by(analyst))

    assert Series.objects.get().frozen_until is None
    assert state().frozen_until == 0.0


@pytest.mark.parametrize("name", ["accept_as_normal", "keep_old_normal", "unfreeze", "rebuild"])
def test_an_unknown_series_and_an_old_version_are_refused(shifted, analyst, name):
    options = {"until": CLOCK + DAY} if name == "keep_old_normal" else {}
    change, before = getattr(teaching, name), image()

    with pytest.raises(NotFoundError):
        change(**{**by(analyst), **options, "series_id": 0})
    with pytest.raises(VersionConflictError):
        change(**by(analyst), **options, version=99)

    assert image() == before
