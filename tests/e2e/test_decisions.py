"""A decision made anywhere is seen everywhere, and the first one stands."""

import pytest
from playwright.async_api import expect

from tests.e2e.desk import told

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def decided(incident, status):
    """Whether an event is that decision."""
    return lambda row: (row["id"], row["status"]) == (incident.recommendation, status)


async def approve_in_office(page, note):
    """Decide on the recommendation's page in the back office."""
    await page.get_by_role("textbox", name="Note").fill(note)
    await page.get_by_role("button", name="Approve").click()


async def test_an_approval_reaches_a_second_browser_and_a_plain_client(open_desk, program):
    incident = await program.incident("Harbor 1")
    desk, other = await open_desk("approver"), await open_desk("analyst")
    follower = await program.follow("recommendations")

    await desk.decide(incident.recommendation, "approve", "Agreed with the shift.")

    event = await told(follower, decided(incident, "approved"))
    assert (event["decided_by"], event["note"]) == ("approver", "Agreed with the shift.")
    for window in (desk, other):
        row = window.row("recommendation", incident.recommendation)
        await window.shows(row, "Approved")
        await window.shows(row, "by approver")
    await follower.leave()


async def test_a_second_decision_is_refused_and_told_to_nobody(open_desk, program):
    incident = await program.incident("Harbor 2")
    desk = await open_desk("approver")
    await desk.decide(incident.recommendation, "approve")
    await desk.shows(desk.row("recommendation", incident.recommendation), "Approved")
    before = await program.get("/api/recommendations?page_size=1")

    path = f"/api/recommendations/{incident.recommendation}/reject"
    status, answer = await program.call("approver", "POST", path, {"note": "No."})

    assert (status, answer["code"]) == (409, "already_decided")
    after = await program.get("/api/recommendations?page_size=1")
    assert after["seq"] == before["seq"]
    await expect(desk.row("recommendation", incident.recommendation)).to_contain_text("Approved")


async def test_who_decides_too_late_is_told_who_was_first(open_desk, program):
    incident = await program.incident("Harbor 3")
    desk = await open_desk("approver")
    await desk.row("recommendation", incident.recommendation).get_by_test_id("reject").click()
    path = f"/api/recommendations/{incident.recommendation}/approve"
    await program.call("approver", "POST", path, {"note": "I was first."})

    await desk.page.get_by_test_id("decision-confirm").click()

    notice = desk.page.get_by_test_id("already-decided")
    await desk.shows(notice, "Already approved by approver")
    await desk.shows(notice, "I was first.")
    desk.expect_problem("409")
    await desk.page.get_by_role("button", name="Close", exact=True).last.click()
    await desk.shows(desk.row("recommendation", incident.recommendation), "Approved")


async def test_a_rejection_keeps_its_note(open_desk, program):
    incident = await program.incident("Harbor 4")
    desk, other = await open_desk("approver"), await open_desk("analyst")

    await desk.decide(incident.recommendation, "reject", "The line stands still anyway.")

    await other.shows(other.row("recommendation", incident.recommendation), "Rejected")
    await other.row("hotspot", incident.hotspot).click()
    card = other.page.get_by_test_id(f"card-recommendation-{incident.recommendation}")
    await other.shows(card, "The line stands still anyway.")


async def test_a_decision_can_be_taken_back_for_a_while(open_desk, program):
    incident = await program.incident("Harbor 5")
    desk, other = await open_desk("approver"), await open_desk("analyst")
    await desk.decide(incident.recommendation, "approve")

    await desk.row("recommendation", incident.recommendation).get_by_test_id("undo").click()

    for window in (desk, other):
        await window.shows(window.row("recommendation", incident.recommendation), "Pending")


async def test_an_approval_in_the_back_office_reaches_browser_and_plain_client(open_desk, program):
    incident = await program.incident("Harbor 6")
    desk, office = await open_desk("analyst"), await open_desk("approver")
    follower = await program.follow("recommendations")
    await office.visit(f"/admin/recommendations/recommendation/{incident.recommendation}/change/")
    late = await office.context.new_page()
    await late.goto(office.page.url)

    await approve_in_office(office.page, "From the back office.")
    event = await told(follower, decided(incident, "approved"))
    await approve_in_office(late, "Too late.")

    assert (event["decided_by"], event["note"]) == ("approver", "From the back office.")
    await desk.shows(desk.row("recommendation", incident.recommendation), "Approved")
    await office.shows(late.locator(".messagelist .error"), "Already approved by approver")
    listed = await program.get("/api/recommendations?page_size=1")
    assert listed["seq"] == event["seq"]
    await follower.leave()
