"""The made-up world: the same for the same seed, and its incidents are found."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pytest

from hotspots.models import Hotspot
from ingest.pipeline import ingest
from ingest.simulation import (
    KINDS,
    NOISE,
    PLACES,
    Incident,
    history_times,
    incidents,
    reading,
    readings,
    usual,
)

SECOND = timedelta(seconds=1)
NOW = datetime(2026, 11, 23, 9, 47, tzinfo=UTC)
PLANT = PLACES[0]
BOTH_CRITICAL = {("co2e", "high", "critical"), ("energy", "high", "critical")}
# Kind -> what the plant's hotspots say in the end.
FOUND = {
    "spike": BOTH_CRITICAL,
    "level_shift": BOTH_CRITICAL,
    "drift": BOTH_CRITICAL,
    "drop": {("co2e", "low", "warn"), ("energy", "low", "warn")},
    "unit_error": {("energy", "high", "warn")},
    "stuck": {("energy", "high", "info")},
}


def test_the_same_seed_gives_the_same_values():
    assert readings(NOW, 3) == readings(NOW, 3)
    assert readings(NOW, 3) != readings(NOW, 4)
    assert readings(NOW, 3) != readings(NOW + SECOND, 3)


def test_the_same_seed_gives_the_same_incidents():
    assert list(islice(incidents(3, NOW, SECOND), 50)) == list(
        islice(incidents(3, NOW, SECOND), 50)
    )
    assert list(islice(incidents(3, NOW, SECOND), 50)) != list(
        islice(incidents(4, NOW, SECOND), 50)
    )


def test_a_known_value_stays_what_it_is():
    assert usual(PLANT, PLANT.meters[0], NOW, 1) == 423.946


def test_every_meter_is_read_once():
    assert [(r.entity, r.metric) for r in readings(NOW, 1)] == [
        (place.name, meter.metric) for place in PLACES for meter in place.meters
    ]


def test_days_and_weeks_have_a_rhythm():
    meter = PLANT.meters[0]
    day, night = (usual(PLANT, meter, NOW.replace(hour=hour), 1) for hour in (10, 3))
    sunday = usual(PLANT, meter, NOW.replace(hour=10) - timedelta(days=1), 1)

    assert day > 2 * night
    assert day > 2 * sunday


def test_noise_is_bounded():
    meter = PLANT.meters[0]
    level = meter.level * PLANT.share(NOW)
    values = [usual(PLANT, meter, NOW + n * SECOND, 1) / level - 1 for n in range(2000)]

    assert max(map(abs, values)) < NOISE + 0.0101
    assert max(values) > 0.9 * NOISE
    assert min(values) < -0.9 * NOISE


def test_limits_are_well_above_what_is_usual():
    limited = [r for n in range(500) for r in readings(NOW + n * SECOND, 1) if r.baseline]

    assert len(limited) == 500 * len(PLACES)
    assert max(r.value / r.baseline for r in limited) < 0.8


def test_history_has_the_full_half_hours():
    after, until = datetime(2026, 1, 1, 0, 30, tzinfo=UTC), datetime(2026, 1, 1, 2, 10, tzinfo=UTC)

    assert [at.strftime("%H:%M") for at in history_times(after, until)] == [
        "01:00",
        "01:30",
        "02:00",
    ]


def test_the_first_incident_is_a_spike_right_after_the_start():
    first = next(incidents(1, NOW, SECOND))

    assert (first.kind, first.began) == ("spike", NOW + SECOND)
    assert len(first.meters) == 2


def test_incidents_keep_coming_at_changing_places():
    coming = list(islice(incidents(1, NOW, SECOND), 200))
    pauses = {(b.began - a.began).total_seconds() for a, b in pairwise(coming)}

    assert min(pauses) >= 20
    assert max(pauses) <= 40
    assert all(a.place is not b.place for a, b in pairwise(coming))
    assert {incident.kind for incident in coming} == {kind.name for kind in KINDS}


def test_incidents_last_as_many_readings_at_any_speed():
    for slow, fast in zip(
        islice(incidents(1, NOW, SECOND), 20),
        islice(incidents(1, NOW, SECOND / 10), 20),
        strict=True,
    ):
        assert (slow.ends - slow.began) == 10 * (fast.ends - fast.began)


def train(meters):
    times = list(history_times(NOW - timedelta(days=28), NOW))
    batch = [reading(PLANT, meter, at, 1) for meter in meters for at in times]
    ingest(batch, received_at=NOW, simulated=True, quiet=True)


def play(meters, going_on, *, first, count):
    """Send live readings of the plant, a second apart."""
    for n in range(first, first + count, 10):
        seconds = [NOW + k * SECOND for k in range(n, min(n + 10, first + count))]
        batch = [reading(PLANT, meter, at, 1, going_on) for at in seconds for meter in meters]
        ingest(batch, received_at=NOW, simulated=True)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_an_incident_is_found_and_ends_by_itself(kind):
    meters = PLANT.meters if kind.whole_place else PLANT.meters[:1]
    began = NOW + 30 * SECOND
    ends = began + kind.readings[1] * SECOND
    size = sum(kind.size) / 2
    train(meters)

    play(meters, [], first=1, count=29)
    assert not Hotspot.objects.exists()
    play(meters, [Incident(kind.name, PLANT, meters, size, began, ends)], first=30, count=200)

    rows = Hotspot.objects.values_list("series__metric", "side", "severity")
    assert set(rows) == FOUND[kind.name]
    assert all(h.simulated and began <= h.opened_at for h in Hotspot.objects.all())
    assert not Hotspot.objects.active().exists()


@pytest.mark.django_db
def test_without_incidents_nothing_is_found():
    train(PLANT.meters)

    play(PLANT.meters, [], first=1, count=600)

    assert not Hotspot.objects.exists()
