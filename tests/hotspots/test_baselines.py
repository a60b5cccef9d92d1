"""An event's own baseline is kept with its reading: the past can be judged as it was."""

from dataclasses import replace

import pytest

from hotspots.batch.registry import sources_by_id
from hotspots.detection.episode import OPEN, SeriesState
from hotspots.detection.findings import RULES
from hotspots.detection.state import load
from hotspots.memory.relearning import replay
from hotspots.models import Hotspot, Measurement, Series, Target
from tests.ingest.batches import HOUR, LIVE, reading, take, train, usual

pytestmark = pytest.mark.django_db

DAYS = 10
#: hours of readings that are as usual, and twice what their sender expected; so far apart that
#: the second is no relapse of the first
EXCESSES = (20, 170)


def event(value, hour, **fields):
    """A reading as a client posts it."""
    at = (LIVE + hour * HOUR).isoformat()
    return {"entity": "Site A", "metric": "energy", "value": value, "time": at, **fields}


@pytest.fixture
def post(api, analyst, ingester):
    """A function that sends events as the sender of a feed does."""

    def send(events):
        answer = api(ingester).post("/api/events", events, format="json")
        assert answer.status_code in (200, 201), answer.json()
        assert not answer.json()["rejected"]
        return answer.json()

    return send


@pytest.fixture
def ask(api, analyst):
    """A function that asks for a back-test of the one series."""

    def backtest(**wanted):
        path = f"/api/series/{Series.objects.get().pk}/backtest"
        answer = api(analyst).post(path, {"days": DAYS} | wanted, format="json")
        assert answer.status_code == 200, answer.json()
        return answer.json()

    return backtest


@pytest.fixture
def excesses(db, post):
    """Ten days as usual, of which two hours are twice what their sender expected."""
    train()
    post(
        [
            event(value, hour, baseline=value / 2 if hour in EXCESSES else value * 2)
            for hour, value in enumerate(usual(0, DAYS * 24))
        ]
    )


def test_a_backtest_with_what_holds_now_finds_what_baselines_found(excesses, ask):
    stored = list(Hotspot.objects.order_by("opened_at"))
    assert [row.opened_at for row in stored] == [LIVE + hour * HOUR for hour in EXCESSES]
    assert {row.rule for row in stored} == {"policy"}

    answer = ask()

    assert answer["current"] == answer["proposed"]
    assert answer["current"]["hotspots"] == answer["stored"] == answer["kept"] == len(EXCESSES)
    assert answer["current"]["by_rule"]["policy"] == len(EXCESSES)
    assert answer["current"]["by_severity"]["critical"] == len(EXCESSES)
    assert {row.severity for row in stored} == {"critical"}


def test_a_baseline_comes_before_a_target_that_is_tried(excesses, ask):
    """No reading is near the target that is tried, and each baseline still is a reading's own."""
    answer = ask(target={"period": "reading", "value": 1e6})

    assert (answer["gone"], answer["added"], answer["kept"]) == ([], [], len(EXCESSES))


def test_a_baseline_is_stored_in_the_metrics_own_unit(post):
    post([event(0.09, 0, unit="MWh", baseline=0.06), event(50, 1), event(60, 2, baseline=0)])

    kept = Measurement.objects.order_by("time").values_list("baseline", flat=True)
    metric = Series.objects.get().metric
    assert (metric.unit, list(kept)) == ("kWh", [pytest.approx(60.0), None, 0.0])


def test_a_late_reading_keeps_its_baseline_for_the_replay(post, ask):
    train()
    post([event(value, hour) for hour, value in enumerate(usual(0, 30)) if hour != 20])
    post([event(value := usual(20, 1)[0], 20, baseline=value / 2)])
    assert not Hotspot.objects.exists()  # what comes late opens none

    assert ask()["current"]["by_rule"]["policy"] == 1


@pytest.mark.parametrize("together", [False, True], ids=["later", "in one batch"])
@pytest.mark.parametrize(
    ("correction", "kept"), [({"baseline": 70.0}, 70.0), ({}, 60.0)], ids=["new", "as it was"]
)
def test_a_correction_brings_its_baseline(post, correction, kept, together):
    events = [event(50, 0, baseline=60.0), event(55, 0, **correction)]

    for batch in [events] if together else [[one] for one in events]:
        post(batch)

    row = Measurement.objects.get()
    assert (row.value, row.previous_value, row.baseline) == (55, 50, kept)


def test_what_is_learned_anew_finds_what_baselines_found(db):
    train()
    take([reading(value, hour, baseline=value / 2) for hour, value in enumerate(usual(0, 3))])
    series = Series.objects.get()
    fresh, live = SeriesState(), load(bytes(series.state))

    replay(fresh, sources_by_id([series.pk])[series.pk])

    assert (fresh.episode.phase, RULES[fresh.episode.rule]) == (OPEN, "policy")
    told = {"hotspot": live.episode.hotspot, "written_at": live.episode.written_at}
    assert replace(fresh.episode, **told) == live.episode


def test_a_target_holds_for_readings_without_a_baseline(ask):
    train()
    series = Series.objects.get()
    Target.objects.create(entity=series.entity, metric=series.metric, period="reading", value=60)
    first, second = usual(0, 2)
    take([reading(first, 0, baseline=1000.0), reading(second, 1)])
    assert [row.opened_at for row in Hotspot.objects.all()] == [LIVE + HOUR]

    # the target is there now, so the weeks of training are judged by it, too; taken back, the
    # second reading opens nothing
    answer = ask(target={"period": "reading", "value": None})

    assert answer["proposed"]["hotspots"] == 0
