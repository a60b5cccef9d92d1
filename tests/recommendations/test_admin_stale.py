"""Pages that were open for a while: rows decided, edited or gone meanwhile, and forged requests."""

import pytest

from recommendations import services
from recommendations.models import Recommendation
from streams.models import StreamEvent
from tests.factories import AT, make_hotspot, make_recommendation
from tests.pages import button, inline_parts, listing, page, run_action, told, words

pytestmark = pytest.mark.django_db
LIST = listing(Recommendation)


@pytest.fixture
def browser(client, approver):
    client.force_login(approver)
    return client


@pytest.fixture
def rows(db):
    hotspot = make_hotspot()
    return [make_recommendation(hotspot, playbook=name, title=name) for name in ("a", "b")]


def image():
    return list(Recommendation.objects.order_by("pk").values()), StreamEvent.objects.count()


def send(browser, keys, address=LIST, **fields):
    """Approve what a list's checkboxes say."""
    data = {"action": "approve", "_selected_action": keys, "index": "0", **fields}
    return browser.post(address, data, follow=True)


@pytest.mark.parametrize("confirmed", [{}, {"confirmed": "yes"}])
@pytest.mark.parametrize("key", ["abc", "9" * 30, "-1", "99999999", "1\x00", "²"])
def test_what_is_no_row_is_told_and_changes_nothing(browser, rows, key, confirmed):
    before = image()

    answer = send(browser, [key], **confirmed)

    assert answer.status_code == 200
    assert told(answer) == ["1 of the 1 rows that were ticked cannot be found any more."]
    assert image() == before


def test_a_row_that_is_gone_does_not_stop_the_others(browser, rows):
    answer = send(browser, ["99999999", rows[0].pk], confirmed="yes")

    assert told(answer) == [
        "1 of the 2 rows that were ticked cannot be found any more.",
        f"{rows[0]}: approved.",
    ]


def test_a_row_that_left_the_filtered_list_meanwhile_is_answered_for(browser, rows, staff):
    services.decide(rows[0].pk, status="rejected", by=staff, at=AT, via="api")
    keys = [row.pk for row in rows]

    asked = send(browser, keys, f"{LIST}?status__exact=pending")
    assert "Approve 2 recommendations?" in words(asked.text)
    answer = send(browser, keys, f"{LIST}?status__exact=pending", confirmed="yes")

    assert "Approve: 1 of 2 approved" in words(answer.text)
    assert "Already rejected by staff" in words(answer.text)


def test_one_row_is_asked_about_in_the_singular(browser, rows):
    assert "Approve 1 recommendation?" in words(send(browser, [rows[0].pk]).text)


def test_what_was_edited_while_it_was_asked_about_is_not_decided(browser, rows, staff):
    asked = send(browser, [row.pk for row in rows]).text
    seen = {f"version_{row.pk}": str(row.version) for row in rows}
    for name, version in seen.items():
        assert f'name="{name}" value="{version}"' in asked
    services.edit(rows[0].pk, changes={"title": "Other"}, by=staff, at=AT, via="api")

    answer = send(browser, [row.pk for row in rows], confirmed="yes", **seen)

    assert "Approve: 1 of 2 approved" in words(answer.text)
    assert "The row is at version 2, not 1: look at it again." in words(answer.text)
    assert Recommendation.objects.get(pk=rows[0].pk).status == "pending"


def test_a_version_that_is_no_number_is_none_of_the_row(browser, rows):
    before = image()
    answer = send(browser, [rows[0].pk], confirmed="yes", **{f"version_{rows[0].pk}": "new"})
    assert "not approved. The row is at version 1" in told(answer)[0]
    assert image() == before


def test_who_may_only_look_is_told_so(client, analyst, rows):
    client.force_login(analyst)
    before = image()
    assert run_action(client, Recommendation, "approve", rows) == [
        "Nothing was done: you may only look."
    ]
    assert image() == before


def test_a_note_on_what_has_changed_is_shown_again_in_its_form(browser, rows, staff):
    row = rows[0]
    services.edit(row.pk, changes={"title": "Other"}, by=staff, at=AT, via="api")
    before = image()

    answer = browser.post(button(row, "approve"), {"note": "Because <b>", "version": "1"})

    assert answer.status_code == 409
    assert "not approved. The row is at version 2, not 1" in told(answer)[0]
    assert "Because &lt;b&gt;</textarea>" in answer.text
    assert 'name="version" value="2"' in answer.text
    assert inline_parts(answer.text) == []
    assert image() == before


def test_a_note_on_what_was_decided_is_not_lost(browser, rows, staff):
    row = rows[0]
    services.decide(row.pk, status="approved", by=staff, at=AT, via="api")

    answer = browser.post(button(row, "reject"), {"note": "Too dear."})

    assert answer.status_code == 409
    assert "not rejected. Already approved by staff" in told(answer)[0]
    assert told(answer)[1] == "You wrote: Too dear."


def test_a_number_that_cannot_be_read_is_shown_again(browser, rows, approver):
    row = rows[0]
    services.decide(row.pk, status="approved", by=approver, at=AT, via="api")

    answer = browser.post(button(row, "implemented"), {"realised_reduction": "1.2.3"})

    assert told(answer) == [f"{row}: realised reduction: Enter a number."]
    assert 'value="1.2.3"' in answer.text


def test_the_address_of_a_button_leads_back_to_its_row(browser, rows):
    before = image()

    answer = browser.get(button(rows[0], "approve"))

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "Nothing was done" in words(answer.text)
    assert f'href="{page(rows[0])}"' in answer.text
    assert inline_parts(answer.text) == []
    assert image() == before
