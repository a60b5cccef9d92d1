"""Approvers decide in the back office: by list with a note, or on a recommendation's page."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hotspots.models import Metric
from recommendations import services
from recommendations.models import Recommendation
from streams.models import StreamEvent
from tests.factories import make_hotspot, make_recommendation, make_series
from tests.hotspots.measurements import measure
from tests.pages import button, listing, page, run_action, told, words

URL = "/admin/recommendations/recommendation/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client, approver):
    client.force_login(approver)
    return client


def make_many(count: int, *, first: int = 0) -> list[Recommendation]:
    every = [make_hotspot(make_series(f"Plant {number}")) for number in range(first, first + count)]
    for hotspot in every:
        measure(hotspot.series, [1.0, 2.0])
    return [make_recommendation(hotspot) for hotspot in every]


def test_the_list_takes_a_fixed_number_of_queries_and_counts_nothing(browser):
    def queries() -> list[str]:
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(URL).status_code == 200
        return [query["sql"] for query in caught.captured_queries]

    make_many(2)
    few = queries()
    make_many(60, first=2)
    many = queries()
    assert len(many) == len(few) <= 8
    assert [sql for sql in many if "COUNT(" in sql.upper()] == []


def test_a_bulk_decision_asks_for_a_note_first(browser):
    rows = make_many(2)
    data = {"action": "reject", "_selected_action": [row.pk for row in rows], "index": "0"}
    response = browser.post(URL, data)
    assert "Reject 2 recommendations?" in words(response.text)
    assert set(Recommendation.objects.values_list("status", flat=True)) == {"pending"}


@pytest.mark.parametrize(("name", "status"), [("approve", "approved"), ("reject", "rejected")])
def test_a_confirmed_bulk_decision_decides_each_row_with_the_note(browser, approver, name, status):
    rows = make_many(2)
    fields = {"confirmed": "yes", "note": "Agreed with the plant."}
    messages = run_action(browser, Recommendation, name, rows, **fields)
    assert sorted(messages) == [f"{row}: {status}." for row in rows]
    assert {(row.status, row.note, row.decided_by) for row in Recommendation.objects.all()} == {
        (status, "Agreed with the plant.", approver)
    }


def test_the_confirmation_page_carries_rows_and_action_on(browser):
    rows = make_many(2)
    data = {"action": "approve", "_selected_action": [row.pk for row in rows], "index": "0"}
    html = browser.post(URL, data).text
    for row in rows:
        assert f'name="_selected_action" value="{row.pk}"' in html
    assert 'name="action" value="approve"' in html
    assert 'name="csrfmiddlewaretoken"' in html


def test_one_decided_row_does_not_stop_the_others(browser, approver):
    decided, other = make_many(2)
    at = timezone.now()
    services.decide(decided.pk, status="rejected", by=approver, at=at, via="api")
    before = StreamEvent.objects.filter(stream="recommendations").count()
    messages = run_action(browser, Recommendation, "approve", [decided, other], confirmed="yes")
    assert messages == [
        f"{other}: approved.",
        f"{decided}: not approved. Already rejected by approver on {at:%Y-%m-%d %H:%M} UTC.",
    ]
    assert StreamEvent.objects.filter(stream="recommendations").count() == before + 1


def test_a_note_that_is_too_long_decides_nothing(browser):
    rows = make_many(1)
    fields = {"confirmed": "yes", "note": "x" * 2001, "action": "approve"}
    data = fields | {"_selected_action": [rows[0].pk], "index": "0"}
    assert "at most 2000 characters" in browser.post(URL, data).text
    told_on_page = told(browser.post(button(rows[0], "approve"), {"note": "x" * 2001}, follow=True))
    assert "at most 2000 characters" in told_on_page[0]
    assert Recommendation.objects.get().status == "pending"


@pytest.mark.parametrize(("name", "status"), [("approve", "approved"), ("reject", "rejected")])
def test_a_decision_on_the_page(browser, approver, name, status):
    (row,) = make_many(1)
    browser.post(button(row, name), {"note": "  Yes.  ", "version": row.version})
    row.refresh_from_db()
    assert (row.status, row.note, row.decided_by) == (status, "Yes.", approver)
    record = row.history.latest()
    assert (record.history_user, record.history_change_reason) == (approver, "admin")


def test_a_decision_on_what_has_changed_since_is_refused(browser):
    (row,) = make_many(1)
    seen = row.version
    row.save()
    messages = told(browser.post(button(row, "approve"), {"version": seen}, follow=True))
    assert "look at it again" in messages[0]
    assert Recommendation.objects.get().status == "pending"


def test_the_first_decision_stands(browser):
    (row,) = make_many(1)
    browser.post(button(row, "approve"))
    before = StreamEvent.objects.count()
    messages = told(browser.post(button(row, "reject"), follow=True))
    assert "not rejected. Already approved by approver" in messages[-1]
    assert Recommendation.objects.get().status == "approved"
    assert StreamEvent.objects.count() == before


def test_a_fresh_decision_can_be_taken_back_on_the_page(browser):
    (row,) = make_many(1)
    browser.post(button(row, "approve"))
    assert "Undo decision" in words(browser.get(page(row)).text)
    browser.post(button(row, "undo"))
    assert Recommendation.objects.get().status == "pending"


def test_an_old_decision_offers_no_undo(browser, approver):
    (row,) = make_many(1)
    at = timezone.now() - timedelta(hours=1)
    services.decide(row.pk, status="approved", by=approver, at=at, via="api")
    assert "Undo decision" not in words(browser.get(page(row)).text)
    assert "not taken back" in told(browser.post(button(row, "undo"), follow=True))[0]


def test_an_analyst_does_not_see_and_cannot_use_decisions(client, analyst):
    client.force_login(analyst)
    (row,) = make_many(1)
    assert "Approve" not in client.get(page(row)).text
    assert "approve" not in [action for action, _ in choices(client)]
    assert client.post(button(row, "approve")).status_code == 403
    run_action(client, Recommendation, "approve", [row], confirmed="yes")
    assert Recommendation.objects.get().status == "pending"


def choices(client) -> list[tuple[str, str]]:
    form = client.get(URL).context["action_form"]
    return form.fields["action"].choices if form else []


def test_the_page_shows_what_a_proposal_rests_on(browser):
    make_recommendation(
        arithmetic="122 kg x 20 % = 24.4 kg",
        co2_reduction=24.4,
        citations=[
            {
                "document": "rail-freight",
                "title": "Freight on rail",
                "section": "Effect",
                "quote": "Rail saves 20 percent.",
                "url": "https://example.org/rail",
            }
        ],
    )
    row = Recommendation.objects.get()
    html = browser.get(page(row)).text
    text = words(html)
    assert "Rail saves 20 percent." in text
    assert 'href="https://example.org/rail"' in html
    assert "122 kg x 20 % = 24.4 kg" in text
    assert row.hotspot.explanation in text
    assert "Saving 24.4 kg" in text


@pytest.mark.parametrize(
    ("effect", "shown"),
    [
        ({"predicted_reduction": 126.0}, "126 kWh"),
        ({"predicted_reduction": 0.0}, "0 kWh"),
        ({}, "80 to 90 %"),
        ({"reduction_pct_low": 90.0}, "90 %"),
        ({"reduction_pct_low": None}, "—"),
    ],
)
def test_a_saving_is_an_amount_and_without_one_a_percentage(make_user, client, effect, shown):
    client.force_login(make_user("chief", is_superuser=True, is_staff=True))
    Metric.objects.update_or_create(name="energy", defaults={"unit": "kWh"})
    hotspot = make_hotspot(make_series(metric="energy"))
    percent = {"reduction_pct_low": 80.0, "reduction_pct_high": 90.0}
    row = make_recommendation(hotspot, title="Switch it off", **percent | effect)

    [cell] = re.findall(r'<td class="field-saving[^"]*">(.*?)</td>', client.get(URL).text)

    assert cell == shown
    assert f"Saving {shown}" in words(client.get(page(row)).text)
    amount = shown if "kWh" in shown else "—"
    assert f"Switch it off {amount} " in words(client.get(page(hotspot)).text)


def test_what_was_barely_near_enough_is_marked(browser):
    hotspot = make_hotspot()
    sure = make_recommendation(hotspot, playbook="sure", confidence=0.7)
    unsure = make_recommendation(hotspot, playbook="unsure", confidence=0.01)

    assert "low confidence" not in words(browser.get(page(sure)).text)
    assert "low confidence" in words(browser.get(page(unsure)).text)
    assert words(browser.get(URL).text).count("low confidence") == 1
    assert "Confidence 1 %" in words(browser.get(page(unsure)).text)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", " javascript:alert(1)"]
)
def test_only_addresses_of_the_web_become_links(browser, url):
    row = make_recommendation(citations=[{"title": "<b>t</b>", "quote": "<i>q</i>", "url": url}])
    html = browser.get(page(row)).text
    assert url not in html
    assert "&lt;i&gt;q&lt;/i&gt;" in html
    assert "<b>t</b>" not in html


def test_recommendations_are_never_deleted_or_made_by_hand(client, staff):
    client.force_login(staff)
    (row,) = make_many(1)
    assert client.post(page(row, "delete"), {"post": "yes"}).status_code == 403
    assert client.get(listing(Recommendation) + "add/").status_code == 403
    assert Recommendation.objects.exists()
