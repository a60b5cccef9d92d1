"""Learning a series anew: what came late counts, nobody is told, and readings come in meanwhile."""

import random
from dataclasses import replace

import pytest

from hotspots import services
from hotspots.batch.registry import sources_by_id
from hotspots.detection.engine import offers_rebuild
from hotspots.detection.episode import Episode
from hotspots.detection.state import dump, load
from hotspots.memory import relearning
from hotspots.models import Hotspot, Measurement, Series, Target
from hotspots.series import teaching
from streams.models import StreamEvent
from tests.ingest.batches import (
    HOUR,
    LIVE,
    START,
    TRAINED_HOURS,
    only_hotspot,
    reading,
    readings,
    rhythm,
    take,
    train,
    usual,
)
from tests.ingest.test_pipeline_concurrency import at_once

pytestmark = pytest.mark.django_db

CLOCK = LIVE + HOUR


def state():
    """What is remembered of the one series."""
    return load(bytes(Series.objects.get().state))


def by(user):
    return {"by": user, "at": CLOCK, "via": "api", "series_id": Series.objects.get().pk}


@pytest.fixture
def shifted(db):
    """A trained series with an open hotspot, five hours into a higher level."""
    train()
    take(readings([value + 150 for value in usual(0, 5)]), received_at=CLOCK)
    return only_hotspot()


def history_of(values, order):
    """Hand the values over one batch after the other in some order of time."""
    batch = readings(values, start=START)
    for i in order:
        take(batch[i : i + 1], received_at=CLOCK)


def test_a_rebuilt_series_is_what_it_had_been_with_its_readings_in_order(analyst):
    values = [rhythm(hour) for hour in range(240)]
    values[150] = 400
    shuffled = list(range(240))
    random.Random(7).shuffle(shuffled)  # noqa: S311 - no secret
    take(readings(values, start=START), received_at=CLOCK)
    in_order = state()
    Hotspot.objects.all().delete()
    Measurement.objects.all().delete()
    Series.objects.all().delete()
    history_of(values, shuffled)
    disordered = state()

    teaching.rebuild(**by(analyst))

    rebuilt = state()
    assert disordered.rex.n < 240
    assert dump(replace(rebuilt, episode=Episode())) == dump(replace(in_order, episode=Episode()))


def test_a_rebuild_tells_nobody_and_an_active_hotspot_goes_on(shifted, analyst):
    before = list(Hotspot.objects.values()), StreamEvent.objects.count()

    series = teaching.rebuild(**by(analyst))

    assert (list(Hotspot.objects.values()), StreamEvent.objects.count()) == before
    assert (series.rebuilt_at, series.history.latest().history_user) == (CLOCK, analyst)
    take(readings(usual(5, 60), start=LIVE + 5 * HOUR), received_at=CLOCK)
    assert only_hotspot().status == "resolved"


def test_a_rebuild_reads_page_after_page(shifted, analyst, monkeypatch):
    whole = dump(relearning.relearn(source := sources()))
    monkeypatch.setattr(relearning, "PAGE", 7)

    assert dump(relearning.relearn(source)) == whole


def sources():
    series = Series.objects.get()
    return sources_by_id([series.pk])[series.pk]


@pytest.mark.parametrize(("late", "offered"), [(49, False), (50, True)])
def test_fifty_late_readings_offer_a_rebuild(analyst, late, offered):
    train()
    take(reading(100, hour=100), received_at=CLOCK)

    take(readings(usual(0, late)), received_at=CLOCK)

    assert (state().late, offers_rebuild(state())) == (late, offered)
    teaching.rebuild(**by(analyst))
    assert (state().late, offers_rebuild(state())) == (0, False)
    assert state().n_seen == TRAINED_HOURS + late + 1


def test_a_rebuild_keeps_what_was_used_of_the_day(analyst):
    train()
    series = Series.objects.get()
    Target.objects.create(entity=series.entity, metric=series.metric, value=1e6, period="day")
    take(readings([100, 110, 120]), received_at=CLOCK)
    used = state().used_day

    teaching.rebuild(**by(analyst))

    assert used == state().used_day == 330


def test_a_rebuild_does_not_learn_what_a_freeze_kept_out(analyst):
    train()
    teaching.keep_old_normal(until=LIVE + 2 * HOUR, **by(analyst))
    take(readings(usual(0, 6)), received_at=CLOCK)
    n = state().rex.n

    teaching.rebuild(**by(analyst))

    assert state().rex.n == n == TRAINED_HOURS + 3
    assert state().frozen_until == (LIVE + 2 * HOUR).timestamp()


def test_a_state_of_another_version_is_rebuilt(shifted, analyst):
    Series.objects.update(state=b"\x00 written by somebody else")

    teaching.rebuild(**by(analyst))

    assert state().n_seen == TRAINED_HOURS + 5
    take(readings(usual(5, 60), start=LIVE + 5 * HOUR), received_at=CLOCK)
    assert only_hotspot().status == "resolved"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_rebuilding_while_readings_come_in_loses_none():
    train()
    pk = Series.objects.get().pk

    def feed():
        for hour in range(60):
            take(reading(usual(hour, 1)[0], hour=hour), received_at=CLOCK)

    def rebuild():
        for _ in range(4):
            teaching.rebuild(series_id=pk, by=None, at=CLOCK, via="command")

    def close():
        for row in Hotspot.objects.active():
            services.resolve(row.pk, by=None, at=CLOCK, via="api")

    at_once(feed, rebuild, rebuild, close)

    assert (state().n_seen, state().late) == (TRAINED_HOURS + 60, 0)
    assert state().rex.n == TRAINED_HOURS + 60
    assert Series.objects.get().count == TRAINED_HOURS + 60
