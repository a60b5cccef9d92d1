"""Teaching a series over REST: a new normal, the old one for longer, or all of it anew."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from hotspots.memory import replaying
from hotspots.models import Hotspot, Series
from hotspots.series import teaching
from streams.models import StreamEvent
from tests.ingest.batches import reading, readings, take, train, usual

pytestmark = pytest.mark.django_db
CALLS = ("accept", "freeze", "unfreeze", "rebuild")


@pytest.fixture
def series(db):
    """A trained series with an open hotspot."""
    train()
    take(reading(300))
    return Series.objects.get()


@pytest.fixture
def teach(api, analyst, series):
    """A function that asks for one lesson."""
    client = api(analyst)

    def ask(name, body=None, **headers):
        path = f"/api/series/{series.pk}/{name}"
        return client.post(path, body, format="json", headers=headers)

    return ask


def image():
    """Everything that a refused lesson must leave as it is."""
    return (
        list(Series.objects.values()),
        list(Hotspot.objects.values()),
        (Series.history.count(), StreamEvent.objects.count()),
    )


def test_accepting_resolves_the_hotspot_and_answers_the_row(teach, api, analyst, series):
    answer = teach("accept")

    assert answer.status_code == 200
    assert answer.json()["hotspot_id"] is None
    assert answer.json() == api(analyst).get(f"/api/series/{series.pk}").json()
    assert answer["ETag"] == f'"{answer.json()["version"]}"'
    assert Hotspot.objects.get().status == "resolved"


def test_a_freeze_is_shown_until_it_is_lifted_or_past(teach, series):
    row = teach("freeze", {"days": 2}).json()
    assert row["frozen_until"]

    assert teach("unfreeze").json()["frozen_until"] is None
    assert teach("unfreeze").json()["code"] == "illegal_state"

    teach("freeze")
    Series.objects.update(last_time=timezone.now() + timedelta(days=8))
    assert teach("rebuild").json()["frozen_until"] is None


def test_a_rebuild_says_the_same_of_readings_that_came_in_order(teach, series):
    take(readings(usual(1, 5)))
    before = list(Hotspot.objects.values())

    answer = teach("rebuild")

    assert (answer.status_code, answer.json()["learning"]) == (200, False)
    assert list(Hotspot.objects.values()) == before


def test_late_readings_offer_a_rebuild_that_takes_them_in(teach, api, analyst, series):
    half_past = timedelta(minutes=30)
    take(readings(usual(0, 60), start=series.last_time - timedelta(hours=60) + half_past))
    path = f"/api/series/{series.pk}"
    assert api(analyst).get(path).json()["rebuild_offered"] is True

    assert teach("rebuild").json()["rebuild_offered"] is False


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("freeze", {"days": 0}, "bad_freeze"),
        ("freeze", {"days": 7.1}, "invalid"),
        ("freeze", {"days": 1e300}, "invalid"),
        ("freeze", {"days": "7"}, "invalid"),
        ("freeze", {"until": "tomorrow"}, "unknown_field"),
        ("accept", {"days": 1}, "unknown_field"),
        ("rebuild", {"days": 1}, "unknown_field"),
        ("unfreeze", {"days": 1}, "unknown_field"),
    ],
)
def test_a_wrong_lesson_changes_nothing(teach, name, body, code):
    before = image()

    answer = teach(name, body)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert image() == before


@pytest.mark.parametrize("name", CALLS)
def test_a_lesson_decided_on_another_version_is_refused(teach, name):
    before = image()

    answer = teach(name, **{"If-Match": '"7"'})

    assert (answer.status_code, answer.json()["code"]) == (412, "version_conflict")
    assert image() == before


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(("role", "status"), [("ingester", 403), (None, 401)])
def test_whoever_may_not_teaches_nothing(api, make_user, series, name, role, status):
    client = api(make_user("somebody", role=role) if role else None)
    before = image()

    assert client.post(f"/api/series/{series.pk}/{name}").status_code == status
    assert image() == before


@pytest.mark.parametrize("name", CALLS)
def test_there_is_no_such_series(api, analyst, name):
    answer = api(analyst).post(f"/api/series/999/{name}")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_the_history_tells_of_each_lesson(teach, api, analyst, series):
    for name in ("freeze", "unfreeze", "accept", "rebuild"):
        teach(name)

    page = api(analyst).get(f"/api/series/{series.pk}/history").json()["results"]

    assert [(row["by"], row["via"]) for row in page[:4]] == [("analyst", "api")] * 4
    assert "rebuilt_at" in page[0]["changes"]
    assert "adapted_at" in page[1]["changes"]
    assert page[2]["changes"]["frozen_until"]["to"] is None
    assert page[3]["changes"]["frozen_until"]["from"] is None


def test_only_so_many_are_rebuilt_at_once(teach, series):
    before = image()
    with replaying.one_of_few(), replaying.one_of_few():
        answer = teach("rebuild")

    assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")
    assert image() == before


def test_a_rebuild_that_takes_too_long_changes_nothing_and_gives_its_place_back(
    teach, series, told, monkeypatch
):
    before = image()
    with monkeypatch.context() as patch:
        patch.setitem(teaching.rebuild.__kwdefaults__, "seconds", -1.0)
        for _ in range(replaying.MAX_CONCURRENT + 1):
            answer = teach("rebuild")
            assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")
            assert "takes too long" in answer.json()["detail"]
            assert answer["Retry-After"] == "5"
    assert (image(), told) == (before, [])

    assert teach("rebuild").status_code == 200


def test_the_command_rebuilds_without_a_limit_of_time(series, told, monkeypatch):
    monkeypatch.setitem(teaching.rebuild.__kwdefaults__, "seconds", -1.0)
    out = StringIO()

    call_command("rebuild_series", "Site A", "energy", stdout=out)

    row = Series.objects.get()
    assert out.getvalue() == "Site A energy: learned anew from 505 readings.\n"
    assert row.rebuilt_at
    assert row.history.latest().history_change_reason == "command"
    assert told == []


@pytest.mark.parametrize("names", [("Site B", "energy"), ("Site A", "co2e")])
def test_the_command_knows_no_other_series(series, names):
    before = image()
    with pytest.raises(CommandError, match=f"{names[1]}.*{names[0]}"):
        call_command("rebuild_series", *names)
    assert image() == before
