"""The back office as a whole: its first page, who sees what, and a policy that nothing breaks."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hotspots.models import Entity, Metric, Target
from tests.factories import make_alert, make_hotspot, make_recommendation, make_series
from tests.hotspots.measurements import measure
from tests.pages import inline_parts, listing, page, words
from tests.recommendations.books import make_playbook

URL = "/admin/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows():
    """One row of every kind that has a page."""
    hotspot = make_hotspot(make_series("Plant"), evidence={"slot": "weekday 09 h"})
    measure(hotspot.series, [1.0, 2.0, 3.0], expected=2.0, lower=1.0, upper=3.0, score=0.0)
    book = make_playbook()
    cited = [{"document": "rail", "quote": "q", "url": "https://example.org"}]
    return [
        hotspot,
        make_alert(hotspot),
        make_recommendation(hotspot, citations=cited, arithmetic="1 + 1 = 2"),
        hotspot.series,
        hotspot.series.measurements.first(),
        hotspot.series.entity,
        Metric.objects.get(name="co2e"),
        Target.objects.create(entity=hotspot.series.entity, metric_id="co2e", value=1),
        book,
        book.passages.get(),
    ]


def addresses(rows) -> list[str]:
    """Every page of every model, and the forms of the two that are added by hand."""
    lists = [listing(model) for model in admin.site._registry]
    pages = [page(row, name) for row in rows for name in ("change", "history")]
    forms = [reverse(f"admin:hotspots_{name}_add") for name in ("entity", "metric", "target")]
    return [URL, "/admin/password_change/", "/admin/hotspots/", *lists, *pages, *forms]


def test_no_page_needs_more_than_the_strict_policy_allows(client, staff, rows):
    client.force_login(staff)
    answers = {url: client.get(url) for url in addresses(rows)}
    assert {url: answer.status_code for url, answer in answers.items()} == dict.fromkeys(
        answers, 200
    )
    blocked = {url: inline_parts(answer.text) for url, answer in answers.items()}
    assert {url: parts for url, parts in blocked.items() if parts} == {}


def test_the_policy_is_sent_with_every_page(client, staff):
    client.force_login(staff)
    for url in (URL, "/admin/login/", "/admin/hotspots/hotspot/"):
        policy = client.get(url).headers["Content-Security-Policy"]
        assert "script-src 'self';" in f"{policy};"
        assert "style-src 'self';" in f"{policy};"
        assert "unsafe" not in policy


def test_the_confirmation_page_is_clean_too(client, staff, rows):
    client.force_login(staff)
    data = {"action": "reject", "_selected_action": [rows[2].pk], "index": "0"}
    html = client.post("/admin/recommendations/recommendation/", data).text
    assert "Reject 1 recommendation?" in words(html)
    assert inline_parts(html) == []


def test_the_first_page_shows_what_waits(client, analyst, rows):
    make_hotspot(make_series("Other"), severity="warn")
    client.force_login(analyst)
    response = client.get(URL)
    numbers = {tile.title: tile.number for tile in response.context["tiles"]}
    assert numbers == {"Open hotspots": 2, "Active alerts": 1, "Pending recommendations": 1}
    parts = [part.number for part in response.context["tiles"][0].parts]
    assert parts == [1, 1, 0]
    assert "Plant co2e" in words(response.text)


def test_its_numbers_lead_to_the_rows_behind_them(client, analyst, rows):
    client.force_login(analyst)
    for tile in client.get(URL).context["tiles"]:
        shown = client.get(tile.url).context["cl"].result_list
        assert len(shown) == tile.number
        for part in tile.parts:
            assert len(client.get(part.url).context["cl"].result_list) == part.number


def test_the_first_page_takes_a_fixed_number_of_queries(client, analyst):
    client.force_login(analyst)

    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get(URL)
        return len(caught)

    make_hotspot(make_series("First"))
    few = count()
    for number in range(30):
        make_alert(make_hotspot(make_series(f"Plant {number}")))
    assert count() == few <= 10


def test_an_empty_house_says_so(client, analyst):
    client.force_login(analyst)
    assert "Nothing found yet" in words(client.get(URL).text)


def test_who_may_see_nothing_is_shown_nothing(client, make_user, rows):
    client.force_login(make_user("guest", is_staff=True))
    text = words(client.get(URL).text)
    assert "Open hotspots" not in text
    assert "Plant" not in text


def test_people_without_staff_rights_are_asked_to_sign_in(client, make_user, rows):
    client.force_login(make_user("ana", role="analyst"))
    for url in (URL, listing(Entity), page(rows[0])):
        assert client.get(url).status_code == 302


def test_an_analyst_sees_our_lists_and_no_more(client, analyst):
    client.force_login(analyst)
    seen = [
        model["object_name"]
        for app in client.get(URL).context["app_list"]
        for model in app["models"]
    ]
    assert seen == [
        "Entity", "Hotspot", "Measurement", "Metric", "Series", "Silence", "Target", "Alert",
        "Document", "Passage", "Playbook", "Recommendation",
    ]  # fmt: skip


def test_apps_stand_in_the_order_of_the_work(client, staff):
    client.force_login(staff)
    apps = [app["app_label"] for app in client.get(URL).context["app_list"]]
    assert apps[:5] == ["hotspots", "alerts", "recommendations", "ingest", "streams"]
