"""Alerts in the back office: a list of fixed cost, a page with the series, two actions."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts.models import Alert
from hotspots.models import Hotspot
from streams.models import StreamEvent
from tests.factories import make_alert, make_hotspot, make_series
from tests.hotspots.measurements import measure
from tests.pages import button, listing, page, run_action, told, words

URL = "/admin/alerts/alert/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client, analyst):
    client.force_login(analyst)
    return client


def make_many(count: int, *, first: int = 0) -> list[Alert]:
    hotspots = [
        make_hotspot(make_series(f"Plant {number}")) for number in range(first, first + count)
    ]
    for hotspot in hotspots:
        measure(hotspot.series, [1.0, 2.0])
    return [make_alert(hotspot) for hotspot in hotspots]


def queries(client) -> list[str]:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(URL).status_code == 200
    return [query["sql"] for query in caught.captured_queries]


def test_the_list_takes_a_fixed_number_of_queries_and_counts_nothing(browser):
    make_many(2)
    few = queries(browser)
    make_many(60, first=2)
    many = queries(browser)
    assert len(many) == len(few) <= 8
    assert [sql for sql in many if "COUNT(" in sql.upper()] == []


def test_alerts_are_filtered_and_found_by_entity(browser):
    wanted, other = make_many(2)
    Alert.objects.filter(pk=other.pk).update(level="info")
    response = browser.get(f"{URL}?status__exact=active&level__exact=critical&q=plant 0")
    assert [row.pk for row in response.context["cl"].result_list] == [wanted.pk]


def test_the_page_shows_message_series_and_hotspot(browser):
    (alert,) = make_many(1)
    html = browser.get(page(alert)).text
    assert alert.message in words(html)
    assert '<svg class="chart"' in html
    assert page(alert.hotspot) in html


@pytest.mark.parametrize(
    ("name", "status"), [("acknowledge", "acknowledged"), ("resolve", "resolved")]
)
def test_actions_and_buttons_call_the_services(browser, analyst, name, status):
    by_list, by_page = make_many(2)
    run_action(browser, Alert, name, [by_list])
    browser.post(button(by_page, name))
    assert set(Alert.objects.values_list("status", flat=True)) == {status}
    records = [alert.history.latest() for alert in (by_list, by_page)]
    assert {(one.history_user, one.history_change_reason) for one in records} == {
        (analyst, "admin")
    }
    assert set(Hotspot.objects.values_list("status", flat=True)) == {"open"}


def test_a_refused_alert_says_why_and_sends_nothing(browser):
    alert, other = make_many(2)
    run_action(browser, Alert, "resolve", [alert])
    before = StreamEvent.objects.count()
    messages = run_action(browser, Alert, "resolve", [alert])
    assert messages == [
        f"{alert}: not resolved."
        f" Only an unresolved alert can be resolved: alert {alert.pk} is resolved."
    ]
    assert StreamEvent.objects.count() == before
    assert Alert.objects.get(pk=other.pk).status == "active"


def test_who_may_not_change_alerts_changes_none(client, make_user):
    client.force_login(make_user("guest", is_staff=True))
    (alert,) = make_many(1)
    assert client.get(URL).status_code == 403
    assert client.post(button(alert, "resolve")).status_code == 403
    assert Alert.objects.get().status == "active"


def test_history_shows_who_acknowledged(browser):
    (alert,) = make_many(1)
    assert told(browser.post(button(alert, "acknowledge"), follow=True))
    text = words(browser.get(page(alert, "history")).text)
    assert "analyst admin status active → acknowledged" in text


def test_alerts_are_never_deleted_or_made_by_hand(client, staff):
    client.force_login(staff)
    (alert,) = make_many(1)
    assert client.post(page(alert, "delete"), {"post": "yes"}).status_code == 403
    assert client.get(listing(Alert) + "add/").status_code == 403
    assert Alert.objects.exists()
