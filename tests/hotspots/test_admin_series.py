"""A series in the back office: what it learned, what is set, teaching, and trying a threshold."""

import pytest
from django.contrib.auth.models import Permission

from hotspots.memory import replaying
from hotspots.models import Hotspot, Metric, Series, Target
from streams.models import StreamEvent
from tests.factories import make_series
from tests.hotspots.measurements import measure
from tests.ingest.batches import reading, readings, take, train, usual
from tests.pages import inline_parts, page, told, words

pytestmark = pytest.mark.django_db
ENERGY = "/admin/hotspots/metric/energy/change/"
RULES = {"ladder": "both", "floor": "0", "minimum": "0"}


@pytest.fixture
def series(db):
    """A trained series with one hotspot."""
    train()
    take(reading(300))
    take(readings(usual(1, 30), start=reading(0, hour=1).time))
    return Series.objects.get()


@pytest.fixture
def reader(client, analyst):
    client.force_login(analyst)
    return client


@pytest.fixture
def admin(client, staff):
    client.force_login(staff)
    return client


def at(series, name):
    """The address of one of the series' own pages."""
    return page(series).replace("change/", f"{name}/")


def image():
    """Everything that looking must leave as it is."""
    return (
        list(Series.objects.values()),
        list(Metric.objects.order_by("pk").values()),
        list(Hotspot.objects.values()),
        (Series.history.count(), Metric.history.count(), StreamEvent.objects.count()),
    )


def test_the_page_shows_readings_memory_settings_and_hotspots(reader, series):
    Target.objects.create(entity=series.entity, metric=series.metric, period="day", value=5000)

    html = reader.get(page(series)).text
    text = words(html)

    assert "Memory State knows its rhythm Readings learned 535 A reading every 1 h" in text
    assert "Threshold 0.168 (the default)" in text
    assert "5,000 kWh" in text
    assert page(Hotspot.objects.get()) in html
    assert "Usual on weekdays" in text
    assert html.count('class="chart"') == 4  # readings and memory, wide and narrow
    assert inline_parts(html) == []


@pytest.mark.parametrize(
    ("metric", "series", "told"),
    [
        (None, None, "0.168 (the default)"),
        (0.3, None, "0.3 (the metric&#x27;s)"),
        (0.3, 0.4, "0.4 (its own)"),
    ],
)
def test_it_says_whose_threshold_holds(reader, metric, series, told):
    row = make_series()
    Metric.objects.filter(pk=row.metric_id).update(threshold=metric)
    Series.objects.update(threshold=series)

    assert f"Threshold {told}" in words(reader.get(page(row)).text)


def test_a_series_without_readings_has_a_page(reader):
    text = words(reader.get(page(make_series())).text)

    assert "Too few readings for a chart." in text
    assert "Nothing to show yet." in text
    assert "None: only anomalies are found." in text
    assert "Accept as new normal" not in text


def test_a_state_of_another_version_has_a_page(reader, series):
    Series.objects.update(state=b"\x00 written by somebody else")

    assert "learned anew with the next reading" in words(reader.get(page(series)).text)


@pytest.mark.parametrize(("days", "heads"), [(1, "Monday"), (31, "January")])
def test_slow_series_show_their_own_slots(reader, days, heads):
    series = make_series("Plant", "energy")
    start = reading(0).time
    step = (reading(0, hour=24 * days).time - start).days
    values = [float(place % 7 + 1) for place in range(30)]
    hours = [reading(v, hour=24 * step * place, entity="Plant") for place, v in enumerate(values)]
    take(hours, quiet=True)

    text = words(reader.get(page(series)).text)

    assert heads in text
    assert "Usual on weekdays" not in text


def test_trying_a_threshold_shows_what_it_would_change_and_saves_nothing(reader, series):
    before = image()

    html = reader.get(at(series, "threshold"), {"threshold": "9"}).text
    text = words(html)

    assert "Hotspots 1 0 -1" in text
    assert "No longer found: 1" in text
    assert "Save threshold 9" in text
    assert inline_parts(html) == []
    assert image() == before


def test_a_threshold_that_is_tried_can_be_saved(reader, analyst, series):
    answer = reader.post(at(series, "threshold"), {"threshold": "9", "version": "0"}, follow=True)

    assert told(answer) == ["Site A energy: threshold saved."]
    series.refresh_from_db()
    assert series.threshold == 9
    record = series.history.latest()
    assert (record.history_user, record.history_change_reason) == (analyst, "admin")
    assert "threshold — → 9" in words(reader.get(page(series, "history")).text)


def test_an_empty_threshold_is_that_of_the_metric(reader, series):
    Series.objects.update(threshold=9)

    text = words(reader.get(at(series, "threshold"), {"threshold": ""}).text)
    assert "Hotspots 0 1 +1" in text
    assert "Save: no threshold of its own" in text

    reader.post(at(series, "threshold"), {"threshold": ""})
    assert Series.objects.get().threshold is None


@pytest.mark.parametrize("threshold", ["0", "-1", "11", "nan", "x"])
def test_what_is_no_threshold_is_neither_tried_nor_saved(reader, series, threshold):
    before = image()

    tried = reader.get(at(series, "threshold"), {"threshold": threshold})
    saved = reader.post(at(series, "threshold"), {"threshold": threshold}, follow=True)

    assert "threshold" in tried.context["form"].errors
    assert "Side by side" not in tried.text
    assert told(saved)[0].startswith("Nothing was saved.")
    assert image() == before


def test_a_threshold_decided_on_an_older_state_is_refused(reader, series):
    reader.post(at(series, "threshold"), {"threshold": "9", "version": "0"})
    before = image()

    answer = reader.post(at(series, "threshold"), {"threshold": "5", "version": "0"}, follow=True)

    assert "look at it again" in told(answer)[-1]
    assert image() == before


def test_what_cannot_be_replayed_now_says_so(reader, series):
    with replaying.one_of_few(), replaying.one_of_few():
        text = words(reader.get(at(series, "threshold"), {"threshold": "1"}).text)

    assert "Other series are being replayed" in text
    assert "Save threshold 1" in text


@pytest.mark.parametrize("lesson", ["accept", "freeze", "rebuild"])
def test_a_lesson_is_explained_and_given_once_confirmed(reader, analyst, series, lesson):
    before = image()
    asked = reader.get(at(series, f"teach/{lesson}"))
    assert asked.status_code == 200
    assert inline_parts(asked.text) == []
    assert image() == before

    answer = reader.post(at(series, f"teach/{lesson}"), {"version": "0"}, follow=True)

    assert told(answer)[0].startswith("Site A energy: ")
    record = Series.objects.get().history.latest()
    assert (record.history_user, record.history_change_reason) == (analyst, "admin")


def test_only_the_lesson_that_fits_is_offered(reader, series):
    assert "Learn again" not in words(reader.get(page(series)).text)
    reader.post(at(series, "teach/freeze"))

    text = words(reader.get(page(series)).text)
    assert "Learn again" in text
    assert "Keep the old normal" not in text

    reader.post(at(series, "teach/unfreeze"))
    assert Series.objects.get().frozen_until is None


def test_a_lesson_decided_on_an_older_state_is_refused(reader, series):
    reader.post(at(series, "teach/accept"), {"version": "0"})
    before = image()

    answer = reader.post(at(series, "teach/freeze"), {"version": "0"}, follow=True)

    assert "nothing was changed" in told(answer)[-1]
    assert image() == before


@pytest.mark.parametrize("place", ["threshold", "teach/accept", "teach/rebuild"])
def test_whoever_may_only_look_sets_and_teaches_nothing(client, make_user, series, place):
    user = make_user("guest", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_series"))
    client.force_login(user)
    before = image()

    text = words(client.get(page(series)).text)
    assert "Change threshold" not in text
    assert "Accept as new normal" not in text
    assert "5,000 kWh" not in text
    assert client.get(at(series, place)).status_code == 403
    assert client.post(at(series, place), {"threshold": "5"}).status_code == 403
    assert image() == before


@pytest.mark.parametrize("place", ["teach/dance", "teach/accept", "threshold"])
def test_what_does_not_exist_is_not_found(reader, place):
    path = at(make_series(), place)
    assert reader.get(path.replace(f"/{make_series().pk}/", "/999/")).status_code == 404


def test_rules_of_a_metric_show_what_they_would_change_before_they_are_saved(admin, series):
    before = image()

    shown = admin.post(ENERGY, RULES | {"threshold": "9"})

    text = words(shown.text)
    assert "Save the rules of energy (kWh)?" in text
    assert "You change: threshold." in text
    assert "Site A energy 1 0 1 0 0" in text
    assert inline_parts(shown.text) == []
    assert image() == before

    kept = dict(shown.context["kept"])
    assert kept == RULES | {"threshold": "9", "_confirmed": "yes"}
    assert admin.post(ENERGY, kept).status_code == 302
    assert Metric.objects.get(name="energy").threshold == 9
    assert "threshold — → 9" in words(admin.get(ENERGY.replace("change", "history")).text)


def test_several_series_are_counted_together(admin, series):
    train(entity="Site B")
    take(reading(300, entity="Site B"))

    text = words(admin.post(ENERGY, RULES | {"threshold": "9"}).text)

    assert "Together Now Proposed Change Hotspots 2 0 -2" in text


def test_the_most_active_series_count(admin, series):
    for place in range(6):
        small = make_series(f"Small {place}", "energy")
        measure(small, [1.0] * 5)
        Series.objects.filter(pk=small.pk).update(count=6 - place, last_time=reading(0).time)

    text = words(admin.post(ENERGY, RULES | {"threshold": "9"}).text)

    assert "The 5 most active of its 7 series" in text
    assert "Small 0" in text
    assert "Small 4" not in text


@pytest.mark.parametrize("changed", [{}, {"is_emission": "on"}, {"threshold": "x"}])
def test_there_is_no_step_where_nothing_can_be_compared(admin, series, changed):
    answer = admin.post(ENERGY, RULES | {"threshold": ""} | changed)

    assert "Save the rules" not in (answer.text if answer.status_code == 200 else "")


def test_a_metric_that_cannot_be_replayed_now_says_so(admin, series):
    with replaying.one_of_few(), replaying.one_of_few():
        text = words(admin.post(ENERGY, RULES | {"threshold": "9"}).text)

    assert "Other series are being replayed" in text


def test_whoever_may_not_set_rules_is_shown_no_step(reader, series):
    before = image()

    assert reader.post(ENERGY, RULES | {"threshold": "9"}).status_code == 403
    assert image() == before
