"""Silences in the back office: made by a form, looked at, ended after a second question."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from alerts.models import Alert
from hotspots.models import Entity, Hotspot, Silence
from hotspots.silences import service as silences
from streams.models import StreamEvent
from tests.factories import make_alert, make_hotspot, make_series
from tests.pages import button, inline_parts, listing, page, run_action, told, words

pytestmark = pytest.mark.django_db
ADD = "/admin/hotspots/silence/add/"


@pytest.fixture
def browser(client, analyst):
    client.force_login(analyst)
    return client


@pytest.fixture
def guest(client, make_user):
    """Somebody who may look and no more."""
    user = make_user("guest", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_silence"))
    client.force_login(user)
    return client


def silence(entity="Supplier A", **fields):
    """A silence that is in force, of an entity with one open hotspot or of what is named."""
    make_alert(make_hotspot(make_series(entity)))
    now = timezone.now()
    values = {"kind": "maintenance", "reason": "boiler service", "ends_at": now + timedelta(days=1)}
    scope = {} if "everything" in fields else {"entity": entity}
    return silences.create(**values | scope | fields, by=None, at=now, via="api")


def form(**fields):
    """What a browser sends to make a silence."""
    day = timezone.now() + timedelta(days=1)
    return {
        "kind": "maintenance", "reason": "boiler service", "entity": "", "entity_type": "",
        "metric": "", "starts_at_0": "", "starts_at_1": "", "ends_at_0": f"{day:%Y-%m-%d}",
        "ends_at_1": "12:00", **fields,
    }  # fmt: skip


def image():
    """Everything that a refusal must leave as it is."""
    rows = Silence.objects, Hotspot.objects, Alert.objects
    return [list(row.order_by("pk").values()) for row in rows], StreamEvent.objects.count()


def test_it_is_made_by_a_form_and_hides_what_is_open(browser, analyst):
    hotspot = make_hotspot()

    answer = browser.post(ADD, form(entity=hotspot.series.entity_id), follow=True)

    made = Silence.objects.get()
    assert f"Silence {made.pk}: boiler service" in told(answer)[0]
    assert (made.created_by, made.entity, made.everything) == (
        analyst, hotspot.series.entity, False,
    )  # fmt: skip
    record = made.history.get()
    assert (record.history_user, record.history_change_reason) == (analyst, "admin")
    hotspot.refresh_from_db()
    assert hotspot.suppressed_by == f"silence {made.pk}: boiler service"


@pytest.mark.parametrize(
    ("fields", "field", "text"),
    [
        ({}, "entity", "Name an entity, an entity type or a metric"),
        ({"everything": "on", "metric": "co2e"}, "everything", "names nothing else"),
        ({"metric": "co2e", "reason": " "}, "reason", "required"),
        ({"metric": "co2e", "ends_at_0": "2020-01-01"}, "ends_at", "ends after it starts"),
        ({"metric": "co2e", "ends_at_0": "2099-01-01"}, "ends_at", "at most 366 days"),
        ({"metric": "co2e", "ends_at_0": "soon"}, "ends_at", "valid date"),
        ({"entity": "999999"}, "entity", "valid choice"),
    ],
)
def test_a_form_that_makes_no_sense_comes_back_with_the_reason(browser, fields, field, text):
    make_hotspot()
    before = image()

    answer = browser.post(ADD, form(**fields))

    errors = answer.context["adminform"].form.errors
    assert list(errors) == [field]
    assert text in errors[field][0]
    assert image() == before


def test_too_many_are_refused_in_a_sentence(browser, monkeypatch):
    monkeypatch.setattr("hotspots.silences.service.MAX_PENDING", 0)

    answer = browser.post(ADD, form(metric="co2e"))

    assert "end some of them first" in words(answer.text)
    assert not Silence.objects.exists()


def test_the_list_says_what_holds_and_what_it_hides_at_a_fixed_cost(
    browser, django_assert_max_num_queries
):
    silence()
    silence("Supplier B", metric="co2e")
    silence("Supplier C", everything=True)

    with django_assert_max_num_queries(8):
        answer = browser.get(listing(Silence))

    text = words(answer.text)
    assert "everything" in text
    assert "Supplier B co2e" in text
    assert [row.hidden for row in answer.context["cl"].result_list] == [1, 1, 1]
    assert inline_parts(answer.text) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [("state=active", 1), ("state=ended", 1), ("state=planned", 0), ("q=boiler", 2),
     ("q=%22supplier+b%22", 1), ("q=nothing", 0)],
)  # fmt: skip
def test_the_list_is_filtered_and_searched(browser, query, found):
    silence("Supplier B")
    silences.end(silence().pk, by=None, at=timezone.now(), via="api")

    answer = browser.get(f"{listing(Silence)}?{query}")

    assert len(answer.context["cl"].result_list) == found


def test_the_page_shows_scope_and_hidden_hotspots(browser):
    row = silence(metric="co2e")

    answer = browser.get(page(row))

    text = words(answer.text)
    assert "Covers Supplier A co2e" in text
    assert page(Hotspot.objects.get()) in answer.text
    assert inline_parts(answer.text) == []


def test_ending_it_is_asked_about_once_more(browser):
    row, before = silence(), image()

    asked = browser.post(button(row, "end"))

    assert "asks for somebody again" in words(asked.text)
    assert image() == before
    answer = browser.post(button(row, "end"), {"confirmed": "yes", "version": "1"}, follow=True)
    assert answer.redirect_chain == [(page(row), 302)]
    assert told(answer) == [f"Silence {row.pk}: boiler service: ended."]
    assert Hotspot.objects.get().suppressed_by == ""
    assert Alert.objects.get().suppressed_by == ""


def test_one_that_changed_since_it_was_asked_about_stays_as_it_is(browser):
    row = silence()
    before = image()

    answer = browser.post(button(row, "end"), {"confirmed": "yes", "version": "7"}, follow=True)

    assert "not ended. The row is at version 1, not 7" in told(answer)[0]
    assert image() == before


def test_several_are_ended_from_the_list_after_a_question(browser):
    rows = [silence(), silence("Supplier B")]
    before = image()

    run_action_page = browser.post(
        listing(Silence),
        {"action": "end", "_selected_action": [row.pk for row in rows], "index": "0"},
    )
    assert "asks for somebody again" in words(run_action_page.text)
    assert image() == before

    assert len(run_action(browser, Silence, "end", rows, confirmed="yes")) == 2
    assert {row.ended_at is not None for row in Silence.objects.all()} == {True}


def test_who_may_only_look_changes_nothing(guest):
    row = silence()
    before = image()

    assert "End now" not in words(guest.get(page(row)).text)
    assert guest.get(ADD).status_code == 403
    assert guest.post(ADD, form(metric="co2e")).status_code == 403
    assert guest.post(button(row, "end"), {"confirmed": "yes"}).status_code == 403
    assert image() == before


def test_who_may_not_look_sees_nothing(client, make_user):
    client.force_login(make_user("stranger", is_staff=True))
    row = silence()

    assert {client.get(url).status_code for url in (listing(Silence), page(row))} == {403}


def test_the_history_says_who_ended_it(browser, analyst):
    row = silence()
    silences.end(row.pk, by=analyst, at=timezone.now(), via="admin")

    assert "analyst admin ended at" in words(browser.get(page(row, "history")).text)


def test_a_hotspots_page_leads_to_its_silence_or_to_a_new_one(browser):
    row = silence()
    hidden = Hotspot.objects.get()
    bare = make_hotspot(make_series("Supplier B"))

    assert page(row) in browser.get(page(hidden)).text
    html = browser.get(page(bare)).text
    assert f"{ADD}?entity={bare.series.entity_id}&amp;metric=co2e" in html
    filled = browser.get(f"{ADD}?entity={bare.series.entity_id}&metric=co2e")
    assert filled.context["adminform"].form.initial["metric"] == "co2e"


def test_the_lists_tell_what_asks_from_what_is_hidden(browser):
    silence()
    make_alert(make_hotspot(make_series("Supplier B")))

    for model in (Hotspot, Alert):
        for choice, found in (("yes", 1), ("no", 1)):
            answer = browser.get(f"{listing(model)}?suppressed={choice}")
            assert len(answer.context["cl"].result_list) == found


def test_the_first_page_counts_what_calls_for_somebody(browser):
    silence()
    make_alert(make_hotspot(make_series("Supplier B")))

    tiles = {tile.title: tile for tile in browser.get("/admin/").context["tiles"]}

    assert tiles["Active alerts"].number == 1
    assert len(browser.get(tiles["Active alerts"].url).context["cl"].result_list) == 1


def test_the_other_hotspots_of_an_incident_are_on_each_ones_page(browser):
    first = make_hotspot()
    second = make_hotspot(make_series(metric="energy"), incident_id=first.pk)
    other = make_hotspot(make_series("Supplier B"))

    assert page(second) in browser.get(page(first)).text
    assert page(first) in browser.get(page(second)).text
    assert "In the same incident" not in words(browser.get(page(other)).text)


def test_an_entity_with_a_silence_can_still_be_looked_at(browser):
    silence()

    assert browser.get(page(Entity.objects.get())).status_code == 200
