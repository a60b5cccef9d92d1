"""A storm ends, by itself or by hand: its alert is resolved, and what is open calls for itself."""

from datetime import timedelta

import orjson
import pytest
from django.utils import timezone

from alerts import services, storms
from alerts.models import Alert
from hotspots import services as hotspots
from hotspots.models import Hotspot
from hotspots.silences import service as silences
from hotspots.silences import silencing
from streams.models import StreamEvent
from tests.alerts.striking import age, calling, image, storm, strike
from tests.ingest.batches import HOUR, LIVE, readings, take

pytestmark = pytest.mark.django_db
LATER = timedelta(seconds=61)


@pytest.fixture(autouse=True)
def cap(settings):
    """More than three hotspots within a minute are a storm."""
    settings.ALERT_STORM_HOTSPOTS, settings.ALERT_STORM_SECONDS = 3, 60


def test_it_is_over_when_few_join_and_the_next_call_for_themselves():
    strike(1, 4)
    age(61)

    assert storms.tend(timezone.now()) == 1
    strike(5)

    assert not storm().storm_running
    assert calling() == ["storm", "Plant 5"]


def test_one_that_nobody_ended_is_over_all_the_same():
    strike(1, 4)
    age(61)

    strike(5, 6)
    assert calling() == ["storm", "Plant 5", "Plant 6"]
    strike(7, 8)

    first, second = Alert.objects.storms().order_by("pk")
    assert (first.storm_running, second.storm_running) == (False, True)
    assert second.members.count() == 4


def test_it_is_resolved_with_the_last_of_its_hotspots_once_it_is_over(analyst):
    strike(1, 4)
    rows = list(Hotspot.objects.order_by("pk"))
    for row in rows[:-1]:
        hotspots.resolve(row.pk, by=analyst, at=LIVE, via="api")
    storms.tend(timezone.now() + LATER)
    assert storm().status == "active"
    hotspots.resolve(rows[-1].pk, by=analyst, at=LIVE, via="api")

    at = timezone.now() + LATER
    assert storms.tend(at) == 1

    assert (storm().status, storm().resolved_at, storm().storm_running) == ("resolved", at, False)
    assert not Alert.objects.exclude(status="resolved").exists()


def test_while_it_goes_on_it_stays_although_all_are_resolved(analyst):
    strike(1, 4)
    for row in Hotspot.objects.all():
        hotspots.resolve(row.pk, by=analyst, at=LIVE, via="api")

    storms.tend(timezone.now())

    assert storm().status == "active"


def test_resolving_it_by_hand_ends_it_and_what_is_open_calls_for_itself_in_the_next_round(analyst):
    strike(1, 5)
    services.acknowledge(storm().members.latest("pk").pk, by=analyst, at=LIVE, via="api")
    resolved = Hotspot.objects.earliest("pk")
    hotspots.resolve(resolved.pk, by=analyst, at=LIVE, via="api")

    services.resolve(storm().pk, by=analyst, at=LIVE, via="api")
    strike(6)
    assert calling() == ["Plant 6"]
    assert storms.tend(timezone.now()) == 4
    strike(7)

    assert calling() == [f"Plant {number}" for number in (2, 3, 4, 6, 7)]
    assert Alert.objects.filter(status="acknowledged", suppressed_by="", storm=None).count() == 1
    assert Hotspot.objects.filter(status="open").count() == 6
    assert resolved.alerts.get().suppressed_by == f"storm {storm().pk}"
    before = image()
    assert storms.tend(timezone.now()) == 0
    assert image() == before


def test_clients_are_told_of_what_calls_again(analyst):
    strike(1, 4)
    services.resolve(storm().pk, by=analyst, at=LIVE, via="api")
    before = StreamEvent.objects.count()

    storms.tend(timezone.now())

    rows = list(StreamEvent.objects.order_by("pk"))[before:]
    told = [(row.event, orjson.loads(row.data)) for row in rows]
    assert [(event, row["suppressed_by"], row["storm_id"]) for event, row in told] == [
        ("alert.updated", "", None)
    ] * 4
    assert Alert.objects.get(pk=told[0][1]["id"]).history.latest().history_change_reason == "engine"


def test_a_round_lets_go_so_many_and_the_next_round_the_others(analyst, monkeypatch):
    monkeypatch.setattr(storms, "RELEASED", 3)
    strike(1, 5)
    services.resolve(storm().pk, by=analyst, at=LIVE, via="api")

    assert [storms.tend(timezone.now()) for _ in range(3)] == [3, 2, 0]
    assert len(calling()) == 5


def test_a_member_under_a_silence_calls_when_that_ends_after_its_storm(analyst):
    strike(1, 4)
    silences.create(
        kind="silence", reason="test", entity="Plant 1", starts_at=LIVE, ends_at=LIVE + HOUR,
        by=None, at=LIVE, via="api",
    )  # fmt: skip
    services.resolve(storm().pk, by=analyst, at=LIVE, via="api")
    storms.tend(timezone.now())
    assert calling() == ["Plant 2", "Plant 3", "Plant 4"]

    silencing.apply_silences(LIVE + HOUR)
    storms.tend(timezone.now())

    assert calling() == ["Plant 1", "Plant 2", "Plant 3", "Plant 4"]


def test_a_member_that_comes_back_after_the_storm_calls_for_itself():
    strike(1, 4)
    age(61)
    storms.tend(timezone.now())
    calm = readings([10] * 12, start=LIVE + HOUR, baseline=100.0, entity="Plant 1")
    take(calm)
    strike(1, hour=14)

    alert = Alert.objects.get(hotspot__series__entity__name="Plant 1")
    assert (alert.status, alert.suppressed_by, alert.storm) == ("active", "", None)
