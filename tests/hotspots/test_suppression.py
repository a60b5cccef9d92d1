"""What opens under a silence is stored and sent as always, hidden; the end of it releases it."""

from datetime import timedelta

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from alerts.models import Alert
from hotspots import services
from hotspots.models import Entity, Hotspot, Metric, Silence
from hotspots.silences import service as silences
from hotspots.silences import silencing
from recommendations.tasks import generate_recommendations
from streams.models import StreamEvent
from tests.ingest.batches import HOUR, LIVE, NOW, only_hotspot, reading, readings, take

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def plant(db):
    """What there is before the first reading, so that silences can name it."""
    Metric.objects.get_or_create(name="energy", defaults={"unit": "kWh"})
    return Entity.objects.create(name="Site A", entity_type="site")


def silence(hours=2, *, at=LIVE, start=0, **fields):
    """A silence around the time of the readings; ``start`` is in hours from then."""
    fields = fields or {"entity": "Site A"}
    return silences.create(
        kind="silence", reason="boiler service", starts_at=LIVE + start * HOUR,
        ends_at=LIVE + hours * HOUR, by=None, at=at, via="api", **fields,
    )  # fmt: skip


def strike(hour=0, value=160, **fields):
    """A reading far above its target, and the hotspot that shows it."""
    take(reading(value, hour=hour, baseline=100.0, **fields))
    return Hotspot.objects.latest("pk")


def shown():
    """What hides the hotspot and its alerts, by level."""
    alerts = Alert.objects.order_by("pk").values_list("level", "suppressed_by")
    return only_hotspot().suppressed_by, list(alerts)


def told(stream):
    """What the clients of a stream were told about hiding, in order."""
    rows = StreamEvent.objects.filter(stream=stream).order_by("seq")
    return [(row.event, orjson.loads(row.data)["suppressed_by"]) for row in rows]


def image():
    """Everything that nothing may change."""
    rows = Hotspot.objects, Alert.objects, Silence.objects
    return [list(row.order_by("pk").values()) for row in rows], StreamEvent.objects.count()


def test_what_opens_under_a_silence_says_by_what_it_is_hidden(plant):
    label = f"silence {silence().pk}: boiler service"

    strike()

    assert shown() == (label, [("critical", label)])
    assert told("hotspots") == [("hotspot.created", label)]
    assert told("alerts") == [("alert.created", label)]
    assert Alert.objects.get().status == "active"


def test_recommendations_come_all_the_same(plant):
    silence()

    pk = strike().pk

    assert DBTaskResult.objects.ready().count() == 1
    generate_recommendations.func(pk)
    assert only_hotspot().advice in {"ready", "none"}


@pytest.mark.parametrize(
    ("hour", "hidden"), [(-0.01, False), (0, True), (1.99, True), (2, False), (3, False)]
)
def test_the_time_of_the_reading_decides_whenever_it_came_in(plant, hour, hidden):
    silence()

    assert bool(strike(hour).suppressed_by) == hidden


@pytest.mark.parametrize(
    ("scope", "hidden"),
    [
        ({"entity": "Site A"}, True),
        ({"entity": "Site A", "metric": "energy"}, True),
        ({"entity": "Site A", "metric": "co2e"}, False),
        ({"entity": "Site B"}, False),
        ({"entity_type": "site"}, True),
        ({"entity_type": "supplier"}, False),
        ({"metric": "energy"}, True),
        ({"metric": "co2e"}, False),
        ({"entity_type": "site", "metric": "energy"}, True),
        ({"entity_type": "supplier", "metric": "energy"}, False),
        ({"everything": True}, True),
    ],
    ids=str,
)
def test_only_what_it_covers_is_hidden(plant, scope, hidden):
    Entity.objects.create(name="Site B", entity_type="site")
    silence(**scope)

    assert bool(strike().suppressed_by) == hidden


@pytest.mark.parametrize(("hour", "hidden"), [(0.5, True), (1.5, False)])
def test_one_that_was_ended_early_hides_what_happened_before(plant, hour, hidden):
    made = silence()
    silences.end(made.pk, by=None, at=LIVE + HOUR, via="api")

    assert bool(strike(hour).suppressed_by) == hidden


def test_readings_of_one_batch_are_judged_each_by_its_own_time(plant):
    made = silence(everything=True)
    silences.end(made.pk, by=None, at=LIVE + HOUR, via="api")

    hours = {"Site B": -1, "Site C": 0.5, "Site D": 1.5, "Site E": 1}
    take([reading(160, hour=hour, baseline=100.0, entity=name) for name, hour in hours.items()])

    rows = Hotspot.objects.exclude(suppressed_by="").values_list("series__entity__name")
    assert list(rows) == [("Site C",)]


def test_of_several_the_one_that_lasts_longest_is_named(plant):
    silence(2)
    longest = silence(5, metric="energy")
    silence(3)

    assert strike().silence == longest


def test_a_rise_under_a_silence_hides_every_alert(plant):
    made = silence(start=1)
    strike(0, 120)
    assert shown() == ("", [("warn", "")])

    strike(1, 160)

    label = f"silence {made.pk}: boiler service"
    assert shown() == (label, [("warn", label), ("critical", label)])


def test_a_rise_after_it_is_released_by_the_round_and_not_by_the_reading(plant):
    label = f"silence {silence().pk}: boiler service"
    strike(0, 120)

    strike(2.5, 160)

    assert shown() == (label, [("warn", label), ("critical", label)])
    assert silencing.apply_silences(LIVE + 3 * HOUR) == 1
    assert shown() == ("", [("warn", ""), ("critical", "")])


def test_one_that_comes_back_after_the_silence_asks(plant):
    silence()
    strike()
    take(readings([10] * 12, start=LIVE + HOUR / 10, step=MINUTE, baseline=100.0))
    assert only_hotspot().status == "resolved"
    assert only_hotspot().suppressed_by

    strike(3)

    assert only_hotspot().status == "open"
    assert shown() == ("", [("critical", "")])


def test_one_that_is_over_is_not_touched_any_more(plant):
    silence()
    hotspot = strike()
    services.resolve(hotspot.pk, by=None, at=LIVE + HOUR, via="api")
    before = image()

    assert silencing.apply_silences(LIVE + 3 * HOUR) == 0
    assert image() == before


def test_making_one_hides_what_is_open_at_once(plant, analyst):
    hotspot = strike()

    made = silences.create(
        kind="silence", reason="later", entity="Site A", ends_at=NOW + HOUR,
        by=analyst, at=NOW, via="api",
    )  # fmt: skip

    label = f"silence {made.pk}: later"
    assert shown() == (label, [("critical", label)])
    assert told("hotspots")[-1] == ("hotspot.updated", label)
    assert told("alerts")[-1] == ("alert.updated", label)
    for record in (hotspot.history.latest(), Alert.objects.get().history.latest()):
        assert (record.history_user, record.history_change_reason) == (analyst, "api")


def test_a_planned_one_hides_what_is_open_when_its_time_comes(plant):
    strike()
    made = silence(start=1)
    assert silencing.apply_silences(LIVE + HOUR - MINUTE) == 0
    assert shown()[0] == ""

    assert silencing.apply_silences(LIVE + HOUR) == 1

    assert shown()[0] == f"silence {made.pk}: boiler service"
    assert only_hotspot().history.latest().history_change_reason == "engine"


@pytest.mark.parametrize("early", [True, False], ids=["early", "by the clock"])
def test_its_end_releases_what_is_open_and_the_alert_asks(plant, analyst, early):
    made = silence()
    strike()

    if early:
        silences.end(made.pk, by=analyst, at=LIVE + HOUR, via="api")
    else:
        silencing.apply_silences(LIVE + 2 * HOUR)

    assert shown() == ("", [("critical", "")])
    assert only_hotspot().silence_id is None
    assert told("hotspots")[-1] == ("hotspot.updated", "")
    assert told("alerts")[-1] == ("alert.updated", "")
    assert Alert.objects.get().raised_at is not None


def test_what_another_one_covers_is_handed_over(plant):
    silence(2)
    strike()
    second = silence(1.5, metric="energy")

    first = Silence.objects.earliest("pk")
    silences.end(first.pk, by=None, at=LIVE + HOUR, via="api")

    label = f"silence {second.pk}: boiler service"
    assert shown() == (label, [("critical", label)])


def test_an_acknowledged_alert_is_released_acknowledged(plant, analyst):
    silence()
    services.acknowledge(strike().pk, by=analyst, at=LIVE, via="api")

    silencing.apply_silences(LIVE + 2 * HOUR)

    assert shown() == ("", [("critical", "")])
    assert Alert.objects.get().status == "acknowledged"


def test_a_round_with_nothing_to_do_changes_and_sends_nothing(plant):
    silence()
    strike()
    before = image()

    with CaptureQueriesContext(connection) as caught:
        assert silencing.apply_silences(LIVE + HOUR) == 0

    assert image() == before
    assert len(caught) == 3


def test_many_are_hidden_and_released_page_by_page(plant, monkeypatch):
    monkeypatch.setattr("hotspots.silences.silencing.PAGE", 2)
    for number in range(5):
        strike(entity=f"Site {number}")
    made = silence(everything=True)
    assert Hotspot.objects.exclude(suppressed_by="").count() == 2

    assert silencing.apply_silences(LIVE + HOUR) == 3
    silences.end(made.pk, by=None, at=LIVE + HOUR, via="api")
    assert Hotspot.objects.exclude(suppressed_by="").count() == 3
    assert silencing.apply_silences(LIVE + HOUR) == 3
    assert not Alert.objects.exclude(suppressed_by="").exists()


def reads_of_silences(batch):
    """The statements about silences that taking a batch in costs."""
    with CaptureQueriesContext(connection) as caught:
        take(batch)
    return [query["sql"] for query in caught if "hotspots_silence" in query["sql"]]


def test_silences_are_read_once_and_only_if_something_begins(plant):
    silence()
    many = [reading(160, baseline=100.0, entity=f"Site {number}") for number in range(3)]

    assert reads_of_silences(readings([10, 11, 12], baseline=100.0)) == []
    assert len(reads_of_silences(many)) == 1
    assert reads_of_silences(readings([10] * 3, start=LIVE + 3 * HOUR, baseline=100.0)) == []


def test_a_quiet_load_shows_nothing_and_reads_no_silence(plant):
    silence()

    with CaptureQueriesContext(connection) as caught:
        take(readings([160] * 3, baseline=100.0), quiet=True)

    assert not Hotspot.objects.exists()
    assert [query for query in caught if "hotspots_silence" in query["sql"]] == []


def test_a_long_reason_is_cut(plant):
    made = silences.create(
        kind="silence", reason="x" * 200, entity="Site A", starts_at=LIVE,
        ends_at=LIVE + HOUR, by=None, at=LIVE, via="api",
    )  # fmt: skip

    assert strike().suppressed_by == f"silence {made.pk}: {'x' * 200}"[:100]


def test_hidden_ones_and_incidents_are_found_over_rest(api, analyst, plant):
    silence(metric="energy")
    hidden = strike()
    bare = strike(metric="co2e", unit="kg")
    strike(entity="Site B", metric="co2e", unit="kg")
    client = api(analyst)

    def found(query):
        return [row["id"] for row in client.get(f"/api/hotspots?{query}").json()["results"]]

    assert found("suppressed=true") == [hidden.pk]
    assert bare.pk in found("suppressed=false")
    assert bare.incident_id == hidden.pk
    assert found(f"incident_id={hidden.pk}") == [bare.pk, hidden.pk]
    assert found(f"incident_id={hidden.pk}&suppressed=true") == [hidden.pk]
    assert len(found("")) == 3
    for query in ("suppressed=perhaps", "incident_id=x", "incident_id=0"):
        assert client.get(f"/api/hotspots?{query}").status_code == 400
