"""Many hotspots at once make one call: the others are kept, sent, and call nobody."""

from datetime import timedelta

import orjson
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from alerts import services, storms
from alerts.models import Alert
from hotspots.models import Entity, Hotspot
from hotspots.silences import service as silences
from hotspots.silences import silencing
from streams.models import StreamEvent
from tests.alerts.striking import age, calling, image, storm, strike
from tests.ingest.batches import HOUR, LIVE, reading, readings, take
from tests.pages import inline_parts, listing, page, words

pytestmark = pytest.mark.django_db
LATER = timedelta(seconds=61)


@pytest.fixture(autouse=True)
def cap(settings):
    """More than three hotspots within a minute are a storm."""
    settings.ALERT_STORM_HOTSPOTS, settings.ALERT_STORM_SECONDS = 3, 60


def test_up_to_the_cap_every_hotspot_calls_for_itself():
    strike(1, 3)

    assert calling() == ["Plant 1", "Plant 2", "Plant 3"]
    assert not Alert.objects.storms().exists()


def test_what_opened_and_was_over_in_one_load_makes_no_storm():
    for number in range(1, 7):
        values = [160, *[50] * 20]
        take(readings(values, baseline=100.0, entity=f"Plant {number}"))

    assert Hotspot.objects.filter(status="resolved").count() == 6
    assert not Alert.objects.storms().exists()
    strike(7, 9)
    assert calling() == ["Plant 7", "Plant 8", "Plant 9"]


@pytest.mark.parametrize("batches", [[(1, 6)], [(1, 3), (4, 6)], [(n, n) for n in range(1, 7)]])
def test_beyond_it_one_alert_calls_for_all_and_none_is_lost(batches):
    for first, last in batches:
        strike(first, last)

    assert calling() == ["storm"]
    members = Alert.objects.filter(hotspot__isnull=False)
    assert set(members.values_list("suppressed_by", "storm")) == {
        (f"storm {storm().pk}", storm().pk)
    }
    assert members.count() == Hotspot.objects.count() == 6
    assert not Hotspot.objects.exclude(suppressed_by="").exists()


def test_the_storms_alert_says_how_many_where_and_how_bad():
    strike(1, 2)
    strike(1, 2, metric="co2e", unit="kg", value=120)

    storms.tend(timezone.now())

    alert = storm()
    assert (alert.hotspot, alert.hotspots, alert.level) == (None, 4, "critical")
    assert (alert.status, alert.suppressed_by, alert.simulated) == ("active", "", False)
    assert alert.message == "Storm: 4 hotspots on 2 entities, the worst critical."


def test_every_client_is_told_in_order():
    strike(1, 5)

    rows = StreamEvent.objects.filter(stream="alerts").order_by("seq")
    told = [(row.event, orjson.loads(row.data)) for row in rows]
    name = f"storm {storm().pk}"
    assert [(event, row["hotspots"], row["suppressed_by"]) for event, row in told] == [
        *[("alert.created", 1, "")] * 3,
        ("alert.created", 4, ""),
        *[("alert.updated", 1, name)] * 3,
        *[("alert.created", 1, name)] * 2,
    ]
    summary = told[3][1]
    assert (summary["hotspot_id"], summary["entity"], summary["metric"]) == (None, "", "")
    assert {row["storm_id"] for _, row in told[4:]} == {storm().pk}


def test_a_cap_of_zero_turns_it_off(settings):
    settings.ALERT_STORM_HOTSPOTS = 0

    strike(1, 10)

    assert len(calling()) == 10


def test_history_that_is_loaded_quietly_is_no_storm():
    take(
        [reading(160, baseline=100.0, entity=f"Plant {number}") for number in range(10)],
        quiet=True,
    )

    assert not Alert.objects.exists()


def test_more_slowly_than_that_is_no_storm():
    strike(1, 3)
    age(61)

    strike(4, 6)

    assert len(calling()) == 6


def test_several_rises_of_one_hotspot_count_once():
    strike(1, 2, value=90)
    strike(1, 2, value=120, hour=1)
    strike(1, 2, value=160, hour=2)

    assert Alert.objects.count() == len(calling()) == 6
    assert not StreamEvent.objects.filter(event="alert.updated").exists()


def test_what_a_silence_hides_makes_no_storm():
    Entity.objects.create(name="Plant 1", entity_type="site")
    silences.create(
        kind="silence", reason="test", everything=True, starts_at=LIVE, ends_at=LIVE + HOUR,
        by=None, at=LIVE, via="api",
    )  # fmt: skip

    strike(1, 9)

    assert not Alert.objects.storms().exists()
    assert calling() == []


def test_the_end_of_a_silence_may_make_one():
    strike(1)
    made = silences.create(
        kind="silence", reason="test", everything=True, starts_at=LIVE, ends_at=LIVE + HOUR,
        by=None, at=LIVE, via="api",
    )  # fmt: skip
    strike(2, 9)

    silences.end(made.pk, by=None, at=LIVE, via="api")

    assert calling() == ["storm"]
    assert Alert.objects.filter(storm=storm()).count() == 9


def test_a_member_under_a_silence_says_so_and_comes_back_to_its_storm():
    strike(1, 4)
    made = silences.create(
        kind="silence", reason="test", entity="Plant 1", starts_at=LIVE, ends_at=LIVE + HOUR,
        by=None, at=LIVE, via="api",
    )  # fmt: skip
    member = Alert.objects.get(hotspot__series__entity__name="Plant 1")
    assert member.suppressed_by == f"silence {made.pk}: test"
    age(61)
    storms.tend(timezone.now())

    silencing.apply_silences(LIVE + HOUR)

    member.refresh_from_db()
    assert member.suppressed_by == f"storm {storm().pk}"
    assert calling() == ["storm"]


def test_it_grows_with_each_round_and_asks_again_when_it_gets_worse(analyst):
    strike(1, 4, value=120)
    services.acknowledge(storm().pk, by=analyst, at=LIVE, via="api")
    assert storm().level == "warn"

    strike(5, 6, value=120)
    assert storms.tend(timezone.now()) == 1
    assert (storm().hotspots, storm().status) == (6, "acknowledged")
    strike(7, value=160)
    assert storms.tend(timezone.now()) == 1

    assert (storm().hotspots, storm().level, storm().status) == (7, "critical", "active")
    assert (storm().acknowledged_by, storm().acknowledged_at) == (None, None)


def test_a_round_with_nothing_new_changes_and_sends_nothing():
    strike(1, 4)
    storms.tend(timezone.now())
    before = image()

    assert storms.tend(timezone.now()) == 0
    assert image() == before


def test_simulated_hotspots_make_a_simulated_storm():
    take(
        [reading(160, baseline=100.0, entity=f"Plant {number}") for number in range(4)],
        simulated=True,
    )

    assert storm().simulated


def test_a_batch_that_is_rolled_back_leaves_no_storm():
    strike(1, 3)
    before = image()

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        strike(4, 5)
        _ = 1 / 0

    assert image() == before


@pytest.mark.parametrize(
    "fields",
    [
        {"hotspot": None, "storm_running": True},
        {"hotspot": None, "storm_id": 1},
        {"hotspots": 2},
        {"storm_running": True},
    ],
    ids=str,
)
def test_the_database_knows_what_an_alert_can_be(fields):
    strike(1, 4)
    member = Alert.objects.filter(hotspot__isnull=False).latest("pk")
    values = {"hotspot": member.hotspot, "level": "info", "message": "x"} | fields
    if values.get("storm_id"):
        values["storm_id"] = storm().pk

    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.create(**values)


def test_the_members_are_found_over_rest(api, analyst):
    strike(1, 5)
    client = api(analyst)

    def found(query):
        return [row["id"] for row in client.get(f"/api/alerts?{query}").json()["results"]]

    members = list(storm().members.order_by("-pk").values_list("pk", flat=True))
    assert found(f"storm_id={storm().pk}") == found("suppressed=true") == members
    assert found("suppressed=false") == [storm().pk]
    assert len(found("")) == 6
    row = client.get(f"/api/alerts/{storm().pk}").json()
    assert (row["hotspot_id"], row["hotspots"], row["entity"], row["metric"]) == (None, 4, "", "")
    assert client.get(f"/api/alerts/{storm().pk}/history").json()["results"][0]["via"] == "engine"


def test_the_storms_alert_is_handled_like_any_other(api, analyst):
    strike(1, 4)
    client = api(analyst)
    path = f"/api/alerts/{storm().pk}"

    assert client.post(f"{path}/acknowledge").json()["status"] == "acknowledged"
    assert client.post(f"{path}/resolve").json()["status"] == "resolved"
    again = client.post(f"{path}/resolve")
    assert (again.status_code, again.json()["code"]) == (409, "illegal_state")


def test_the_counts_tell_what_calls_from_what_is_hidden(api, analyst):
    strike(1, 5)

    counts = api(analyst).get("/api/stats").json()

    assert (counts["active_alerts"], counts["suppressed_alerts"]) == (1, 5)
    assert counts["alerts"]["by_status"]["active"] == 6


def test_the_back_office_shows_a_storm_and_its_members(client, analyst):
    strike(1, 5)
    client.force_login(analyst)
    member = storm().members.latest("pk")

    listed, shown, inside = (
        client.get(url).text for url in (listing(Alert), page(storm()), page(member))
    )

    assert "Storm 4 hotspots" in words(listed)
    assert all(page(alert) in shown for alert in storm().members.all())
    assert page(storm()) in inside
    assert inline_parts(shown) == []
