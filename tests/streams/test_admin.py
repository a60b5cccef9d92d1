"""The event log can be read in the back office, and nothing in it can be changed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from streams.models import StreamEvent, StreamHead
from tests.factories import make_alert, make_hotspot
from tests.pages import listing, page, words

URL = "/admin/streams/streamevent/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client, staff):
    client.force_login(staff)
    return client


def test_events_are_listed_newest_first_without_their_rows(browser):
    make_alert(make_hotspot())
    with CaptureQueriesContext(connection) as caught:
        response = browser.get(URL)
    assert [event.stream for event in response.context["cl"].result_list] == ["alerts", "hotspots"]
    queries = [query["sql"] for query in caught.captured_queries]
    assert not [sql for sql in queries if "COUNT(" in sql.upper() or '"data"' in sql]


def test_the_list_goes_on_page_by_page(browser):
    hotspot = make_hotspot()
    for _ in range(60):
        hotspot.save()
    first = browser.get(URL)
    second = browser.get(URL + first.context["cl"].older_url)
    seqs = [row.seq for shown in (first, second) for row in shown.context["cl"].result_list]
    assert seqs == list(range(61, 0, -1))


def test_events_are_filtered_by_stream(browser):
    make_alert(make_hotspot())
    response = browser.get(f"{URL}?stream=hotspots")
    assert [event.event for event in response.context["cl"].result_list] == ["hotspot.created"]


def test_an_event_shows_the_row_that_clients_got(browser):
    make_hotspot(explanation="<b>122</b>")
    html = browser.get(page(StreamEvent.objects.get())).text
    assert "&quot;explanation&quot;: &quot;&lt;b&gt;122&lt;/b&gt;&quot;" in html


def test_heads_show_the_last_number(browser):
    make_hotspot()
    assert "hotspots 1" in words(browser.get(listing(StreamHead)).text)


@pytest.mark.parametrize("model", [StreamEvent, StreamHead])
def test_nobody_changes_the_log(browser, model):
    make_hotspot()
    row = model.objects.first()
    assert browser.post(page(row), {"seq": "9"}).status_code == 403
    assert browser.post(page(row, "delete"), {"post": "yes"}).status_code == 403
    assert browser.get(listing(model) + "add/").status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


def test_an_analyst_sees_no_log(client, analyst):
    client.force_login(analyst)
    assert client.get(URL).status_code == 403
