"""The back office edits, follows up and decides by list: the rules are those of the services."""

import pytest

from recommendations import services
from recommendations.models import HistoryLink, Recommendation
from streams.models import StreamEvent
from tests.factories import AT, make_hotspot, make_recommendation
from tests.pages import button, inline_parts, listing, page, run_action, told, words

pytestmark = pytest.mark.django_db
FORM = {"title": "Rail first", "action": "Ask for a slot.", "cost": "low", "feasibility": "3"}


@pytest.fixture
def browser(client, approver):
    client.force_login(approver)
    return client


@pytest.fixture
def row(db):
    return make_recommendation()


def form(row, **changes):
    return FORM | {"version": str(row.version)} | changes


def image():
    rows = list(Recommendation.objects.values())
    counts = (StreamEvent, Recommendation.history, HistoryLink)
    return rows, [getattr(c, "objects", c).count() for c in counts]


def test_the_form_shows_what_is_stored_under_a_strict_policy(browser, row):
    html = browser.get(page(row, "edit")).text

    assert page(row, "edit") in browser.get(page(row)).text
    assert f'value="{row.title}"' in html
    assert row.action in html
    assert f'name="version" value="{row.version}"' in html
    assert inline_parts(html) == []


def test_a_saved_form_edits_through_the_service(browser, approver, row):
    response = browser.post(page(row, "edit"), form(row), follow=True)

    row.refresh_from_db()
    stored = {name: str(getattr(row, name)) for name in FORM}
    assert (stored, row.edited_by, row.version) == (FORM, approver, 2)
    assert told(response) == [f"{row}: edited."]
    assert "Edited by approver" in words(response.text)
    record = row.history.first()
    assert (record.history_user, record.history_change_reason) == (approver, "admin")
    history = words(browser.get(page(row, "history")).text)
    assert "title Move long legs to rail → Rail first" in history
    assert "Link When Who" in history


def test_an_unchanged_form_leaves_no_trace(browser, row):
    before = image()
    same = {"title": row.title, "action": row.action, "cost": row.cost, "feasibility": "6"}

    response = browser.post(page(row, "edit"), form(row, **same), follow=True)

    assert told(response) == [f"{row}: nothing was changed."]
    assert image() == before


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"action": "Saves 31 percent."}, "these numbers: 31."),
        ({"title": "Twelve trains"}, "these numbers: 12."),
        ({"title": ""}, "This field is required."),
        ({"title": "x" * 201}, "at most 200 characters"),
        ({"feasibility": "11"}, "less than or equal to 10"),
        ({"cost": "free"}, "not one of the available choices"),
        ({"version": ""}, "the form did not say which version"),
        ({"version": "one"}, "the form did not say which version"),
    ],
)
def test_a_form_that_is_refused_says_why_and_keeps_what_was_typed(browser, row, changes, says):
    before = image()

    response = browser.post(page(row, "edit"), form(row, **changes))

    assert says in words(response.text)
    assert "Ask for a slot." in response.text or "31 percent" in response.text
    assert inline_parts(response.text) == []
    assert image() == before


def test_a_conflict_shows_both_and_saving_again_replaces(browser, row, staff):
    stale = form(row)
    services.edit(row.pk, changes={"title": "Ship first"}, by=staff, at=AT, via="api")
    before = image()

    response = browser.post(page(row, "edit"), stale)

    text = words(response.text)
    assert response.status_code == 409
    assert "Nothing was saved: staff changed it while this form was open." in text
    assert "Title Ship first Rail first" in text
    assert image() == before
    assert 'name="version" value="2"' in response.text
    browser.post(page(row, "edit"), stale | {"version": "2"})
    assert Recommendation.objects.get().title == "Rail first"


def test_what_was_decided_meanwhile_is_not_edited(browser, row, staff):
    services.decide(row.pk, status="rejected", by=staff, at=AT, via="api")
    before = image()

    response = browser.post(page(row, "edit"), form(row))

    assert response.status_code == 409
    assert "Nothing was saved. Already rejected by staff" in words(response.text)
    assert 'value="Rail first"' in response.text
    again = browser.get(page(row, "edit"), follow=True)
    assert told(again) == [f"{row} is rejected: only what nobody has decided yet can be edited."]
    assert page(row, "edit") not in again.text
    assert image() == before


def test_an_analyst_has_no_form(client, analyst, row):
    client.force_login(analyst)
    before = image()

    assert page(row, "edit") not in client.get(page(row)).text
    assert client.get(page(row, "edit")).status_code == 403
    assert client.post(page(row, "edit"), form(row)).status_code == 403
    assert image() == before


def test_a_row_that_is_not_there_has_no_form(browser, row):
    assert browser.get(page(row, "edit").replace(str(row.pk), "999")).status_code == 404


def test_what_was_carried_out_is_noted_with_its_number(browser, approver, row):
    services.decide(row.pk, status="approved", by=approver, at=AT, via="api")
    assert "Realised saving, kg" in words(browser.get(page(row)).text)

    response = browser.post(
        button(row, "implemented"), {"realised_reduction": "12.5", "version": "2"}, follow=True
    )

    row.refresh_from_db()
    assert told(response) == [f"{row}: noted as carried out."]
    assert (row.status, row.realised_reduction) == ("implemented", 12.5)
    assert "Realised saving, kg" not in words(response.text)


@pytest.mark.parametrize("value", ["", None])
def test_a_number_that_nobody_measured_may_be_left_out(browser, approver, row, value):
    services.decide(row.pk, status="approved", by=approver, at=AT, via="api")

    browser.post(button(row, "implemented"), {} if value is None else {"realised_reduction": value})

    row.refresh_from_db()
    assert (row.status, row.realised_reduction) == ("implemented", None)


@pytest.mark.parametrize("value", ["much", "nan", "inf", "1e999"])
def test_what_is_no_number_notes_nothing(browser, approver, row, value):
    services.decide(row.pk, status="approved", by=approver, at=AT, via="api")
    before = image()

    response = browser.post(button(row, "implemented"), {"realised_reduction": value}, follow=True)

    assert "Enter a number" in told(response)[0]
    assert image() == before


def test_only_what_was_approved_can_be_carried_out(browser, row):
    before = image()

    response = browser.post(button(row, "implemented"), {}, follow=True)

    assert "not noted as carried out. Only an approved one" in told(response)[0]
    assert image() == before


def test_a_bulk_decision_is_answered_by_a_table_with_a_line_for_each_row(browser, approver):
    hotspot = make_hotspot()
    made = [
        make_recommendation(hotspot, playbook=name, title=title, four_eyes=True)
        for name, title in (("a", "Free"), ("b", "Edited <b>"), ("c", "Decided"))
    ]
    given = {"by": approver, "at": AT, "via": "api"}
    services.edit(made[1].pk, changes={"cost": "low"}, **given)
    services.decide(made[2].pk, status="rejected", **given)
    data = {"action": "approve", "_selected_action": [one.pk for one in made], "confirmed": "yes"}

    response = browser.post(f"{listing(Recommendation)}?q=", data | {"index": "0"})

    text = words(response.text)
    assert "Approve: 1 of 3 approved" in text
    assert f"Recommendation {made[0].pk}: Free done Approved." in text
    assert "Edited &lt;b&gt; refused Not approved. You edited it" in text
    assert "Decided refused Not approved. Already rejected by approver" in text
    assert page(made[0]) in response.text
    assert inline_parts(response.text) == []
    assert [r.status for r in Recommendation.objects.order_by("pk")] == [
        "approved", "pending", "rejected",
    ]  # fmt: skip


def test_one_row_is_answered_by_a_message(browser, row):
    assert run_action(browser, Recommendation, "approve", [row], confirmed="yes") == [
        f"{row}: approved."
    ]
