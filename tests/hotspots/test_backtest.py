"""What other settings would have changed, asked over REST; nothing is stored by asking."""

from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission

from hotspots import services
from hotspots.backtest import comparison as backtest
from hotspots.memory import replaying
from hotspots.models import Hotspot, Series, Silence, Target
from streams.models import StreamEvent
from tests.factories import make_series
from tests.hotspots.measurements import measure
from tests.ingest.batches import HOUR, LIVE, NOW, reading, readings, take, train, usual

pytestmark = pytest.mark.django_db
DAYS = 10
#: hours after the training: what is found there with the default threshold, and how high
SPIKES = {30: 300.0, 160: 175.0}


@pytest.fixture
def series(db):
    """Ten live days after three weeks of training, with a high and a smaller spike."""
    train()
    values = usual(0, DAYS * 24)
    for hour, value in SPIKES.items():
        values[hour] = value
    take(readings(values))
    return Series.objects.select_related("entity", "metric").get()


@pytest.fixture
def client(api, analyst):
    return api(analyst)


def ask(client, series, **wanted):
    """The answer to what these settings would have changed."""
    path = f"/api/series/{series.pk}/backtest"
    answer = client.post(path, {"days": DAYS} | wanted, format="json")
    assert answer.status_code == 200, answer.json()
    return answer.json()


def image():
    """Everything that a back-test must leave as it is."""
    return (
        list(Series.objects.order_by("pk").values()),
        list(Hotspot.objects.order_by("pk").values()),
        list(Target.objects.order_by("pk").values()),
        (Series.history.count(), Hotspot.history.count(), StreamEvent.objects.count()),
    )


def hours(found):
    """The hours after the training at which these hotspots opened."""
    return [iso(LIVE + hour * HOUR) for hour in found]


def iso(moment):
    return moment.isoformat().replace("+00:00", ".000Z")


def test_what_holds_now_finds_what_was_found(client, series):
    answer = ask(client, series)

    stored = list(Hotspot.objects.order_by("opened_at"))
    assert [iso(hotspot.opened_at) for hotspot in stored] == hours(SPIKES)
    assert answer["current"] == answer["proposed"]
    assert answer["current"]["hotspots"] == answer["stored"] == answer["kept"] == 2
    assert sum(answer["current"]["by_severity"].values()) == 2
    assert {name for name, n in answer["current"]["by_severity"].items() if n} == {
        hotspot.severity for hotspot in stored
    }
    assert (answer["gone"], answer["added"], answer["hidden"]) == ([], [], [])
    assert (answer["readings"], answer["truncated"]) == (DAYS * 24 + 1, False)
    assert (answer["from"], answer["to"]) == (
        iso(LIVE - HOUR),
        iso(LIVE + (DAYS * 24 - 1) * HOUR),
    )


def test_a_higher_threshold_loses_hotspots_and_names_them(client, series):
    stored = Hotspot.objects.order_by("opened_at").last()

    answer = ask(client, series, threshold=1.0)

    assert [found["opened_at"] for found in answer["gone"]] == hours([160])
    gone = answer["gone"][0]
    assert gone == {
        "opened_at": iso(stored.opened_at),
        "resolved_at": iso(stored.resolved_at),
        "severity": stored.severity,
        "rule": "anomaly",
        "reason": stored.reason,
        "side": "high",
        "score": pytest.approx(stored.score),
        "label": "",
        "suppressed": False,
    }
    assert (answer["added"], answer["kept"]) == ([], 1)
    assert (answer["current"]["hotspots"], answer["proposed"]["hotspots"]) == (2, 1)
    assert answer["proposed"]["anomalous_readings"] < answer["current"]["anomalous_readings"]


def test_a_lower_threshold_adds_hotspots(client, series):
    client.patch(f"/api/series/{series.pk}", {"threshold": 1.0}, format="json")

    answer = ask(client, series, threshold=0.2)

    assert [found["opened_at"] for found in answer["added"]] == hours([160])
    assert (answer["gone"], answer["kept"]) == ([], 1)
    assert (answer["current"]["hotspots"], answer["proposed"]["hotspots"]) == (1, 2)


def test_null_is_the_threshold_that_holds_without_one_of_its_own(client, series):
    client.patch(f"/api/series/{series.pk}", {"threshold": 1.0}, format="json")

    answer = ask(client, series, threshold=None)

    assert (answer["current"]["hotspots"], answer["proposed"]["hotspots"]) == (1, 2)
    assert [found["opened_at"] for found in answer["added"]] == hours([160])


def test_the_ladder_changes_the_severity(client, series):
    severities = ask(client, series, ladder="score")

    assert severities["current"]["by_severity"]["critical"] == 2
    assert severities["proposed"]["by_severity"]["critical"] == 1
    assert severities["proposed"]["hotspots"] == 2


def test_clear_points_decide_when_a_hotspot_ends(client, series):
    answer = ask(client, series, threshold=1.0, clear_points=12)
    sooner = ask(client, series, clear_points=1, threshold=1.0)

    assert answer["kept"] == sooner["kept"] == 1
    last = ask(client, series, clear_points=500)
    assert last["proposed"]["hotspots"] == 1  # the first one is open when the second spike comes


def test_a_target_is_tried(client, series):
    answer = ask(client, series, target={"period": "reading", "value": 170})

    policy = answer["proposed"]["by_rule"]["policy"]
    assert (answer["current"]["by_rule"]["policy"], policy > 0) == (0, True)
    assert not Target.objects.exists()


def test_taking_a_target_back_is_tried(client, series):
    Target.objects.create(entity=series.entity, metric=series.metric, period="reading", value=170)

    answer = ask(client, series, target={"period": "reading", "value": None})

    assert answer["current"]["by_rule"]["policy"] > 0
    assert answer["proposed"]["by_rule"]["policy"] == 0
    assert Target.objects.count() == 1


@pytest.mark.parametrize(("value", "found"), [(2900, 1), (3300, 0)])
def test_a_target_of_a_day_counts_from_its_midnight(client, value, found):
    """100 an hour are 2,400 a day: 0.83 of one target, 0.73 of the other."""
    series = make_series("Site A", "energy")
    end = LIVE + 23 * HOUR
    for hour in range(72):
        measure(series, [100.0], end=end - hour * HOUR)
    Series.objects.filter(pk=series.pk).update(last_time=end, count=72)

    answer = ask(client, series, days=1, target={"period": "day", "value": value})

    assert answer["proposed"]["by_rule"]["policy"] == found


def test_a_silence_that_is_tried_hides(client, series):
    start = LIVE + 29 * HOUR
    silence = {"starts_at": iso(start), "ends_at": iso(start + 100 * HOUR)}

    answer = ask(client, series, silence=silence)

    assert (answer["current"]["suppressed"], answer["proposed"]["suppressed"]) == (0, 1)
    assert [found["opened_at"] for found in answer["hidden"]] == hours([30])
    assert (answer["gone"], answer["added"], answer["kept"]) == ([], [], 2)


def test_what_outlasts_a_silence_asks_in_the_end(client, series):
    silence = {"starts_at": iso(LIVE + 29 * HOUR), "ends_at": iso(LIVE + 31 * HOUR)}

    assert ask(client, series, silence=silence)["proposed"]["suppressed"] == 0


@pytest.mark.parametrize(("metric", "suppressed"), [("energy", 1), ("co2e", 0)])
def test_silences_that_exist_count_in_both(client, series, metric, suppressed):
    make_series("Site A", metric)
    Silence.objects.create(
        reason="service", metric_id=metric, starts_at=LIVE, ends_at=LIVE + 100 * HOUR
    )

    answer = ask(client, series)

    assert answer["current"]["suppressed"] == answer["proposed"]["suppressed"] == suppressed


@pytest.mark.parametrize("label", ["true_positive", "false_positive"])
def test_labels_of_analysts_are_matched(client, analyst, series, label):
    small = Hotspot.objects.order_by("opened_at").last()
    services.label(small.pk, label=label, by=analyst, at=NOW, via="test")

    answer = ask(client, series, threshold=1.0)

    expected = {"true_positive": 0, "false_positive": 0}
    assert answer["current"]["labelled"] == expected | {label: 1}
    assert answer["proposed"]["labelled"] == expected
    assert answer["gone"][0]["label"] == label


def test_nothing_is_stored_and_nobody_is_told(client, series, told):
    before = image()

    ask(client, series, threshold=0.001, target={"period": "day", "value": 1})

    assert image() == before
    assert told == []


def test_few_readings_are_points_as_they_are(client, series):
    answer = ask(client, series)

    assert (len(answer["points"]), answer["resolution_seconds"]) == (DAYS * 24 + 1, 0)
    point = answer["points"][31]
    assert (point["time"], point["value"]) == (iso(LIVE + 30 * HOUR), 300.0)
    assert (point["count"], point["low"], point["high"]) == (1, 300.0, 300.0)
    assert point["lower"] < point["expected"] < point["upper"] < 300
    assert point["score"] > 1


def test_many_readings_are_at_most_500_points(client, series):
    answer = ask(client, series, days=90)

    assert answer["readings"] == 504 + DAYS * 24
    assert 300 < len(answer["points"]) <= 500
    assert sum(point["count"] for point in answer["points"]) == answer["readings"]
    assert max(point["high"] for point in answer["points"]) == 300.0
    assert all(p["low"] <= p["value"] <= p["high"] for p in answer["points"])


def test_what_came_before_the_window_is_known_in_it(client, series):
    """The last day alone holds too few readings to know anything by itself."""
    take(reading(500, hour=DAYS * 24))

    answer = ask(client, series, days=1)

    assert answer["readings"] == 25
    assert answer["current"]["hotspots"] == 1


def test_what_was_known_before_a_long_pause_is_known_after_it(client):
    """Three weeks, a year of nothing, and one day in which a reading tops all before."""
    train()
    later = LIVE + timedelta(days=364)
    take(readings([*usual(0, 20), 300, *usual(21, 4)], start=later))
    series = Series.objects.get()

    answer = ask(client, series, days=30)

    assert (answer["readings"], answer["stored"]) == (25, 1)
    assert answer["current"]["hotspots"] == 1


@pytest.mark.parametrize(
    ("wanted", "code", "field"),
    [
        ({"days": 0}, "invalid", "days"),
        ({"days": 91}, "invalid", "days"),
        ({"threshold": 0}, "bad_threshold", "threshold"),
        ({"threshold": 11}, "bad_threshold", "threshold"),
        ({"threshold": "high"}, "invalid", "threshold"),
        ({"ladder": "rope"}, "invalid", "ladder"),
        ({"clear_points": 0}, "invalid", "clear_points"),
        ({"clear_points": 1001}, "invalid", "clear_points"),
        ({"target": {"period": "day"}}, "invalid", "target.value"),
        ({"target": {"period": "week", "value": 1}}, "invalid", "target.period"),
        ({"target": {"period": "day", "value": -1}}, "bad_target", "value"),
        ({"target": 5}, "invalid", "target"),
        ({"silence": {"starts_at": iso(NOW)}}, "invalid", "silence.ends_at"),
        ({"silence": {"starts_at": iso(NOW), "ends_at": iso(NOW)}}, "invalid", "silence.ends_at"),
        ({"save": True}, "unknown_field", "save"),
    ],
)
def test_what_cannot_be_tried(client, series, wanted, code, field):
    before = image()

    answer = client.post(f"/api/series/{series.pk}/backtest", wanted, format="json")

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert list(answer.json()["errors"]) == [field]
    assert image() == before


def test_a_series_without_readings_has_nothing_to_replay(client):
    answer = client.post(f"/api/series/{make_series().pk}/backtest", {}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_replay")


def test_readings_that_are_no_longer_stored(client):
    series = make_series()
    Series.objects.filter(pk=series.pk).update(last_time=NOW, count=1000)

    answer = client.post(f"/api/series/{series.pk}/backtest", {}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_replay")


def test_only_so_many_run_at_once(client, series):
    path = f"/api/series/{series.pk}/backtest"
    with ExitStack() as busy:
        for _ in range(replaying.MAX_CONCURRENT):
            busy.enter_context(replaying.one_of_few())
        answer = client.post(path, {}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")
    assert answer["Retry-After"] == "5"
    assert client.post(path, {}, format="json").status_code == 200


def test_a_replay_that_takes_too_long_ends_and_gives_its_place_back(series):
    setup = backtest.present_setup(series)
    for _ in range(replaying.MAX_CONCURRENT + 1):
        with pytest.raises(replaying.OverloadedError, match="fewer days"):
            backtest.compare(series, setup, seconds=-1)
    assert backtest.compare(series, setup).readings


def test_more_readings_than_are_replayed_are_said_to_lack(series):
    found = backtest.compare(series, backtest.present_setup(series), most=400)

    assert (found.truncated, found.readings) == (True, 400)
    assert found.span.end - found.span.start == 399 * 3600


def test_only_the_last_days_count(client):
    series = make_series()
    measure(series, [1.0], end=NOW - timedelta(days=400))
    measure(series, [1.0] * 10, end=NOW)
    Series.objects.filter(pk=series.pk).update(last_time=NOW, count=11)

    assert ask(client, series, days=90)["readings"] == 10


@pytest.mark.parametrize(("role", "status"), [("ingester", 403), (None, 401)])
def test_whoever_may_not_look_may_not_ask(api, make_user, series, role, status):
    client = api(make_user("somebody", role=role) if role else None)

    answer = client.post(f"/api/series/{series.pk}/backtest", {}, format="json")

    assert answer.status_code == status


def test_whoever_may_look_may_ask(api, make_user, series):
    reader = make_user("reader")
    reader.user_permissions.add(Permission.objects.get(codename="view_series"))

    assert ask(api(reader), series)["current"]["hotspots"] == 2


def test_there_is_no_such_series(client):
    answer = client.post("/api/series/999/backtest", {}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
