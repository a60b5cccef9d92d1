"""The life of a hotspot: hysteresis, coming back, flapping, level shifts, its alerts, as rows."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from alerts.models import Alert
from hotspots import services
from hotspots.models import Hotspot, Series
from streams.models import StreamEvent
from tests.factories import make_hotspot
from tests.ingest.batches import (
    HOUR,
    LIVE,
    NOW,
    only_hotspot,
    reading,
    readings,
    take,
    train,
    usual,
)
from tests.ingest.conftest import followed

__all__ = ["followed"]  # a fixture
pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def send(values, first=0, **fields):
    """Readings against a target of 100 each, from an hour on; each batch in a minute of its own."""
    fields = {"baseline": 100.0, **fields}
    received_at = NOW + timedelta(minutes=first)
    return take(readings(values, start=LIVE + first * HOUR, **fields), received_at=received_at)


def sent():
    return StreamEvent.objects.filter(stream="hotspots").count()


def alerts():
    return list(Alert.objects.order_by("pk").values_list("level", "status"))


def test_the_database_allows_one_active_hotspot_for_a_series():
    hotspot = make_hotspot()

    with pytest.raises(IntegrityError), transaction.atomic():
        make_hotspot(hotspot.series, status="acknowledged")

    make_hotspot(hotspot.series, status="resolved")


@pytest.mark.parametrize(("normal", "status"), [(11, "open"), (12, "resolved")])
def test_it_resolves_after_twelve_normal_readings_in_a_row(normal, status):
    send([160, *[10] * normal])

    assert only_hotspot().status == status


def test_one_departure_in_between_starts_the_count_again():
    send([160, *[10] * 11, 85, *[10] * 11])
    still = only_hotspot().status

    send([10], first=24)

    assert (still, only_hotspot().status) == ("open", "resolved")


def test_how_many_normal_readings_it_takes_can_be_set(settings):
    settings.HOTSPOT_CLEAR_POINTS = 3

    send([160, 10, 10, 10])

    assert only_hotspot().status == "resolved"


@pytest.mark.parametrize(("normal", "status"), [(1, "open"), (2, "resolved")])
def test_daily_readings_resolve_after_two(normal, status):
    take(readings([10, 160, *[10] * normal], step=DAY, baseline=100.0))

    assert only_hotspot().status == status


def test_a_reading_within_the_present_band_but_outside_the_openings_is_not_normal():
    """The band widens with every anomalous reading that is learned: the opening's holds."""
    train()
    level = [value + 60 for value in usual(1, 30)]

    take(readings([300, *level]))

    assert only_hotspot().status == "open"


def test_severity_only_rises_while_it_is_open():
    for hour, value in enumerate((85, 160, 85, 120)):
        send([value], first=hour)

    row = only_hotspot()
    assert (row.severity, row.value, row.occurrences) == ("critical", 160, 4)


@pytest.mark.parametrize(("apart", "rows"), [(100, 1), (101, 2)])
def test_within_a_hundred_readings_the_same_row_opens_again(apart, rows):
    send([160, *[60] * 12])
    resolved = only_hotspot().resolved_at

    send([*[60] * (apart - 1), 160], first=13)

    assert resolved == LIVE + 12 * HOUR
    assert Hotspot.objects.count() == rows
    assert Hotspot.objects.latest("pk").status == "open"
    if rows == 1:
        assert (only_hotspot().occurrences, only_hotspot().opened_at) == (2, LIVE)


def test_the_other_side_is_another_row():
    train()
    take(readings([300, *usual(1, 104)]))
    since_resolved = LIVE + 105 * HOUR - only_hotspot().resolved_at

    take(reading(15, hour=105), received_at=NOW + HOUR)

    assert since_resolved <= 100 * HOUR

    assert list(Hotspot.objects.order_by("pk").values_list("side", "status")) == [
        ("high", "resolved"),
        ("low", "open"),
    ]


@pytest.mark.parametrize("close", ["resolve", "ignore"])
def test_after_an_analyst_closed_it_another_row_opens(analyst, close):
    send([160])
    getattr(services, close)(only_hotspot().pk, by=analyst, at=NOW, via="api")

    send([160], first=1)

    assert Hotspot.objects.count() == 2


def test_its_alert_wakes_up_again_and_a_new_level_has_a_new_one():
    send([120, *[10] * 12])
    asleep = alerts()

    send([110], first=13)
    awake = alerts()
    send([160], first=14)

    assert (asleep, awake) == ([("warn", "resolved")], [("warn", "active")])
    assert alerts() == [("warn", "active"), ("critical", "active")]
    send([10] * 12, first=15)
    assert alerts() == [("warn", "resolved"), ("critical", "resolved")]


def test_one_batch_raises_an_alert_for_each_level_it_went_through():
    send([85, 120, 160])

    assert [level for level, _ in alerts()] == ["info", "warn", "critical"]
    assert sent() == 1


def test_acknowledging_mutes_alerts_and_not_updates(analyst):
    send([120])
    services.acknowledge(only_hotspot().pk, by=analyst, at=NOW, via="api")

    send([130], first=1)

    row = only_hotspot()
    assert (row.status, row.value, alerts()) == ("acknowledged", 130, [("warn", "acknowledged")])


def comes_back(times, apart=1):
    """An opening and so many returns, each after ``apart`` hours more than it takes to resolve."""
    hour = 0
    send([85])
    for _ in range(times):
        send([10] * (11 + apart), first=hour + 1)
        hour += 12 + apart
        send([85], first=hour)
    return hour


@pytest.mark.parametrize(("returns", "flapping"), [(2, False), (3, True)])
def test_three_returns_are_flapping(returns, flapping):
    comes_back(returns)

    row = only_hotspot()
    assert (row.flapping, row.occurrences) == (flapping, returns + 1)


@pytest.mark.parametrize(
    ("apart", "flapping"), [(38, True), (39, False)], ids=["a hundred readings", "more"]
)
def test_returns_that_are_far_apart_are_not_flapping(apart, flapping):
    comes_back(3, apart)

    assert only_hotspot().flapping == flapping


def test_a_flapping_hotspot_is_sent_again_only_when_it_rises():
    hour = comes_back(3)
    before = sent()

    send([85, *[10] * 12, 90], first=hour + 1)
    quiet = sent() - before
    send([120], first=hour + 30)

    assert (quiet, sent() - before) == (0, 1)
    assert (only_hotspot().severity, only_hotspot().status) == ("warn", "open")


@pytest.mark.parametrize(("further", "shifted"), [(49, False), (50, True)])
def test_fifty_readings_on_one_side_of_the_openings_band_are_a_level_shift(further, shifted):
    train()

    take(readings([value + 600 for value in usual(0, 1 + further)]))

    labels = only_hotspot().evidence["labels"]
    assert ("level_shift" in labels, only_hotspot().status) == (shifted, "open")


def test_a_level_shift_resolves_as_adapted_once_the_present_band_holds():
    train()

    take(readings([value + 150 for value in usual(0, 150)]))

    first = Hotspot.objects.earliest("pk")
    assert first.status == "resolved"
    assert {"level_shift", "adapted"} <= set(first.evidence["labels"])
    assert first.resolved_at > LIVE + 50 * HOUR


def test_measurement_state_and_hotspot_are_one_transaction(followed):
    train()
    before = bytes(Series.objects.get().state), Series.objects.get().count

    def refuse(hotspot, change):
        raise RuntimeError("no")

    followed.append(refuse)
    with pytest.raises(RuntimeError):
        take(reading(300))

    series = Series.objects.get()
    assert (bytes(series.state), series.count) == before
    assert not Hotspot.objects.exists()
    assert not StreamEvent.objects.exists()
