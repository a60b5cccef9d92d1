"""Analysts handle hotspots from the list and from the page: one result a row, by the services."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from hotspots.models import Hotspot
from streams.models import StreamEvent
from tests.factories import make_alert, make_hotspot, make_series
from tests.pages import button, listing, page, run_action, told, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client, analyst):
    client.force_login(analyst)
    return client


@pytest.fixture
def guest(client, make_user):
    """Somebody who may look but not act."""
    user = make_user("guest", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_hotspot"))
    client.force_login(user)
    return client


def make_some(*statuses: str) -> list[Hotspot]:
    return [
        make_hotspot(make_series(f"Supplier {number}"), status=status)
        for number, status in enumerate(statuses)
    ]


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("acknowledge", "status", "acknowledged"),
        ("resolve", "status", "resolved"),
        ("ignore", "status", "ignored"),
        ("true_positive", "label", "true_positive"),
        ("false_positive", "label", "false_positive"),
    ],
)
def test_an_action_does_what_it_says_to_each_row(browser, analyst, name, field, value):
    rows = make_some("open", "open")
    messages = run_action(browser, Hotspot, name, rows)
    assert {getattr(row, field) for row in Hotspot.objects.all()} == {value}
    assert len(messages) == 2
    record = rows[0].history.latest()
    assert (record.history_user, record.history_change_reason) == (analyst, "admin")


def test_each_row_gets_its_own_result(browser):
    rows = make_some("open", "resolved", "open")
    messages = run_action(browser, Hotspot, "acknowledge", rows)
    assert sorted(messages) == sorted(
        [
            f"Hotspot {rows[0].pk}: Supplier 0 co2e critical: acknowledged.",
            f"Hotspot {rows[1].pk}: Supplier 1 co2e critical: not acknowledged."
            " The hotspot is resolved: it cannot be acknowledged now.",
            f"Hotspot {rows[2].pk}: Supplier 2 co2e critical: acknowledged.",
        ]
    )


def test_a_refused_row_stays_as_it_was_and_sends_nothing(browser):
    (row,) = make_some("resolved")
    before = StreamEvent.objects.count()
    run_action(browser, Hotspot, "resolve", [row])
    assert Hotspot.objects.get().version == row.version
    assert StreamEvent.objects.count() == before


def test_a_change_is_sent_to_every_client(browser):
    (row,) = make_some("open")
    run_action(browser, Hotspot, "acknowledge", [row])
    assert StreamEvent.objects.latest("seq").event == "hotspot.updated"


def test_alerts_follow_their_hotspot(browser):
    (row,) = make_some("open")
    alert = make_alert(row)
    run_action(browser, Hotspot, "resolve", [row])
    alert.refresh_from_db()
    assert alert.status == "resolved"


def test_no_rows_chosen_changes_nothing(browser):
    make_some("open")
    assert "Items must be selected" in run_action(browser, Hotspot, "resolve", [])[0]
    assert Hotspot.objects.get().status == "open"


def test_select_across_takes_no_more_than_a_bounded_number(browser, monkeypatch):
    monkeypatch.setattr("streams.backoffice.rows.BULK_LIMIT", 2)
    rows = make_some("open", "open", "open")
    run_action(browser, Hotspot, "acknowledge", rows[:1], select_across="1")
    assert Hotspot.objects.filter(status="acknowledged").count() == 2


def test_a_button_acts_on_its_row_and_comes_back(browser):
    (row,) = make_some("open")
    response = browser.post(button(row, "acknowledge"), follow=True)
    assert response.redirect_chain == [(page(row), 302)]
    assert told(response) == [f"{row}: acknowledged."]
    assert Hotspot.objects.get().status == "acknowledged"


def test_a_button_that_comes_too_late_says_why(browser):
    (row,) = make_some("ignored")
    messages = told(browser.post(button(row, "resolve"), follow=True))
    assert messages == [f"{row}: not resolved. The hotspot is ignored: it cannot be resolved now."]


@pytest.mark.parametrize("name", ["acknowledge", "resolve", "nonsense"])
def test_looking_changes_nothing(browser, name):
    (row,) = make_some("open")
    assert browser.get(button(row, name)).status_code == 405
    assert Hotspot.objects.get().status == "open"


def test_the_page_itself_saves_nothing(browser):
    (row,) = make_some("open")
    assert browser.post(page(row), {"status": "resolved"}).status_code == 405
    assert Hotspot.objects.get().status == "open"


def test_an_action_that_does_not_exist_is_refused(browser):
    (row,) = make_some("open")
    assert browser.post(button(row, "nonsense")).status_code == 403


def test_a_foreign_form_is_refused(analyst):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(analyst)
    (row,) = make_some("open")
    assert strict.post(button(row, "resolve")).status_code == 403
    assert Hotspot.objects.get().status == "open"


def test_who_may_only_look_gets_no_buttons_and_no_actions(guest):
    (row,) = make_some("open")
    assert "Acknowledge" not in words(guest.get(page(row)).text)
    assert guest.get(listing(Hotspot)).context["action_form"] is None


def test_who_may_only_look_changes_nothing(guest):
    (row,) = make_some("open")
    assert guest.post(button(row, "resolve")).status_code == 403
    run_action(guest, Hotspot, "resolve", [row])
    assert Hotspot.objects.get().status == "open"


def test_only_what_makes_sense_is_offered(browser):
    done, fresh = make_some("resolved", "open")
    assert "Acknowledge" not in words(browser.get(page(done)).text)
    assert "Acknowledge" in words(browser.get(page(fresh)).text)
