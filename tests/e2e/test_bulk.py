"""Many recommendations decided in one request, as they were seen."""

from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_many_are_decided_at_once_and_one_that_is_refused_says_why(open_desk, program):
    incidents = [await program.incident(f"Quay {n}") for n in range(3)]
    first, late, last = (incident.recommendation for incident in incidents)
    desk, other = await open_desk("approver"), await open_desk("analyst")
    for recommendation in (first, late, last):
        await desk.page.get_by_test_id(f"tick-{recommendation}").check()
    page, sent = desk.page, commands(desk)
    await page.get_by_test_id("bulk-approve").click()
    await desk.shows(page.get_by_test_id("bulk-confirm"), "Approve 3")
    await program.call("approver", "POST", f"{incidents[1].path}/reject", {"note": "Not now."})

    await page.get_by_test_id("decision-note").fill("All of them.")
    await page.get_by_test_id("bulk-confirm").click()

    await desk.shows(page.get_by_test_id("bulk-summary"), "2 approved, 1 refused.")
    assert sent == ["/api/recommendations/decide"]
    refused = page.get_by_test_id(f"bulk-result-{late}")
    await desk.shows(refused, "Rejected")
    await desk.shows(refused, "Refused: Already rejected by approver")
    for recommendation in (first, last):
        await other.shows(other.row("recommendation", recommendation), "Approved")
    assert (await program.get(incidents[0].path))["note"] == "All of them."
    assert (await program.get(incidents[1].path))["note"] == "Not now."

    await page.get_by_test_id("bulk-undo").click()

    await desk.shows(page.get_by_test_id("bulk-summary"), "2 taken back, 1 refused.")
    for recommendation in (first, last):
        await other.shows(other.row("recommendation", recommendation), "Pending")
    await other.shows(other.row("recommendation", late), "Rejected")


async def test_what_changed_since_it_was_ticked_is_left_and_the_others_are_decided(
    open_desk, program
):
    incidents = [await program.incident(f"Quay {n}") for n in (4, 5)]
    changed, other = (incident.recommendation for incident in incidents)
    desk = await open_desk("approver")
    for recommendation in (changed, other):
        await desk.page.get_by_test_id(f"tick-{recommendation}").check()
    await desk.page.get_by_test_id("bulk-reject").click()
    await desk.shows(desk.page.get_by_test_id("bulk-confirm"), "Reject 2")
    await program.edit(incidents[0], title="Another title")

    await desk.page.get_by_test_id("bulk-confirm").click()

    await desk.shows(desk.page.get_by_test_id("bulk-summary"), "1 rejected, 1 refused.")
    await desk.shows(desk.page.get_by_test_id(f"bulk-result-{changed}"), "Pending")
    await desk.page.get_by_role("button", name="Close", exact=True).last.click()
    await expect(desk.page.get_by_test_id(f"tick-{changed}")).to_be_checked()
    await desk.shows(desk.row("recommendation", changed), "Another title")
    assert (await program.get(incidents[0].path))["status"] == "pending"
    assert (await program.get(incidents[1].path))["status"] == "rejected"


async def test_many_whose_answer_was_lost_are_tried_again_and_decided_once(open_desk, program):
    incidents = [await program.incident(f"Quay {n}") for n in (6, 7)]
    desk = await open_desk("approver")
    page, follower = desk.page, await program.follow("recommendations")
    await page.route("**/api/recommendations/decide", lose_the_answer, times=1)
    for incident in incidents:
        await page.get_by_test_id(f"tick-{incident.recommendation}").check()
    await page.get_by_test_id("bulk-approve").click()
    await page.get_by_test_id("decision-note").fill("Both.")
    await page.get_by_test_id("bulk-confirm").click()
    await desk.shows(page.get_by_test_id("bulk-summary"), "2 not known.")
    desk.expect_problem("ERR_FAILED")

    await page.get_by_test_id("bulk-again").click()

    await desk.shows(page.get_by_test_id("bulk-summary"), "2 approved.")
    for incident in incidents:
        decided_row = await program.get(incident.path)
        assert (decided_row["status"], decided_row["note"]) == ("approved", "Both.")
    ids = [incident.recommendation for incident in incidents]
    listed = await program.get("/api/recommendations?page_size=1")
    await follower.until(listed["seq"])
    told_of = [event["id"] for event in follower.history if event["id"] in ids]
    assert sorted(told_of) == ids
    await follower.leave()


async def lose_the_answer(route):
    """Let a request through to the server, and its answer not back."""
    await route.fetch()
    await route.abort()


def commands(desk):
    """The paths of what the window sends to change something; the list grows."""
    paths = []
    desk.page.on(
        "request",
        lambda request: request.method == "POST" and paths.append(urlsplit(request.url).path),
    )
    return paths
