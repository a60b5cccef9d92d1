"""Recommendations at an approver's desk: edited, decided as they were seen, traced to passages."""

import asyncio
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from tests.e2e.desk import told
from tests.faults.clients import quiet_days, spike

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
MAKE_SECOND = """
from django.contrib.auth.models import Group, User
user = User.objects.create_user("second", password="second")
user.groups.set(Group.objects.filter(name="approver"))
"""


@pytest.fixture(scope="session")
def second_approver(common_server):
    """The name of another approver."""
    common_server.manage("shell", "-v0", "-c", MAKE_SECOND)
    return "second"


def path_of(incident):
    """Where its recommendation is over REST."""
    return f"/api/recommendations/{incident.recommendation}"


async def change_elsewhere(program, incident, **wording):
    """Edit it as a program does, for the approver."""
    status, answer = await program.call("approver", "PATCH", path_of(incident), wording)
    assert status == 200, answer


async def open_card(desk, incident):
    """The card of its recommendation in the detail of its hotspot."""
    await desk.visit(f"/?hotspot={incident.hotspot}")
    card = desk.page.get_by_test_id(f"card-recommendation-{incident.recommendation}")
    await desk.shows(card)
    return card


async def test_an_approval_of_what_changed_is_refused_until_the_change_was_seen(open_desk, program):
    incident = await program.incident("Wharf 1")
    desk = await open_desk("approver")
    row = desk.row("recommendation", incident.recommendation)
    await row.get_by_test_id("approve").click()
    await change_elsewhere(program, incident, title="Another title")

    await desk.page.get_by_test_id("decision-note").fill("Agreed.")
    await desk.page.get_by_test_id("decision-confirm").click()

    await desk.shows(desk.page.get_by_test_id("changed-meanwhile"), "Another title")
    desk.expect_problem("412")
    assert (await program.get(path_of(incident)))["status"] == "pending"
    await desk.page.get_by_role("button", name="Approve as it is now").click()
    await desk.shows(row, "Approved")
    decided = await program.get(path_of(incident))
    assert (decided["status"], decided["note"]) == ("approved", "Agreed.")


async def test_many_are_decided_at_once_and_one_that_is_refused_says_why(open_desk, program):
    incidents = [await program.incident(f"Quay {n}") for n in range(3)]
    first, late, last = (incident.recommendation for incident in incidents)
    desk, other = await open_desk("approver"), await open_desk("analyst")
    for recommendation in (first, late, last):
        await desk.page.get_by_test_id(f"tick-{recommendation}").check()
    page, sent = desk.page, commands(desk)
    await page.get_by_test_id("bulk-approve").click()
    await desk.shows(page.get_by_test_id("bulk-confirm"), "Approve 3")
    await program.call("approver", "POST", f"{path_of(incidents[1])}/reject", {"note": "Not now."})

    await page.get_by_test_id("decision-note").fill("All of them.")
    await page.get_by_test_id("bulk-confirm").click()

    await desk.shows(page.get_by_test_id("bulk-summary"), "2 approved, 1 refused.")
    assert sent == ["/api/recommendations/decide"]
    refused = page.get_by_test_id(f"bulk-result-{late}")
    await desk.shows(refused, "Rejected")
    await desk.shows(refused, "Refused: Already rejected by approver")
    for recommendation in (first, last):
        await other.shows(other.row("recommendation", recommendation), "Approved")
    assert (await program.get(path_of(incidents[0])))["note"] == "All of them."
    assert (await program.get(path_of(incidents[1])))["note"] == "Not now."

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
    await change_elsewhere(program, incidents[0], title="Another title")

    await desk.page.get_by_test_id("bulk-confirm").click()

    await desk.shows(desk.page.get_by_test_id("bulk-summary"), "1 rejected, 1 refused.")
    await desk.shows(desk.page.get_by_test_id(f"bulk-result-{changed}"), "Pending")
    await desk.page.get_by_role("button", name="Close", exact=True).last.click()
    await expect(desk.page.get_by_test_id(f"tick-{changed}")).to_be_checked()
    await desk.shows(desk.row("recommendation", changed), "Another title")
    assert (await program.get(path_of(incidents[0])))["status"] == "pending"
    assert (await program.get(path_of(incidents[1])))["status"] == "rejected"


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
        decided_row = await program.get(path_of(incident))
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


async def test_an_edit_with_a_number_of_its_own_is_refused_at_the_field(open_desk, program):
    incident = await program.incident("Wharf 2")
    desk = await open_desk("approver")
    card = await open_card(desk, incident)
    before = await program.get(path_of(incident))

    await card.get_by_test_id("edit").click()
    action = desk.page.get_by_test_id("edit-action")
    await action.fill(f"{before['action']} It saves 98765 kg.")
    await desk.page.get_by_test_id("edit-save").click()

    problem = desk.page.locator("#problem-action")
    await desk.shows(problem, "98765")
    await expect(action).to_have_attribute("aria-invalid", "true")
    await expect(action).to_have_value(f"{before['action']} It saves 98765 kg.")
    desk.expect_problem("400")
    assert await program.get(path_of(incident)) == before

    await action.fill(f"Ask the shift first. {before['action']}")
    await desk.page.get_by_test_id("edit-cost").select_option("high")
    await desk.page.get_by_test_id("edit-save").click()

    await desk.shows(card.get_by_test_id("edited"), "Edited by approver")
    await desk.shows(card, "Ask the shift first.")
    after = await program.get(path_of(incident))
    assert (after["cost"], after["title"]) == ("high", before["title"])


async def test_what_a_measure_brought_stands_beside_what_was_predicted(open_desk, program):
    incident = await program.incident("Wharf 3")
    desk, other = await open_desk("approver"), await open_desk("analyst")
    await program.call("approver", "POST", f"{path_of(incident)}/approve", {})
    card = await open_card(desk, incident)

    await card.get_by_test_id("implement").click()
    await desk.page.get_by_test_id("realised").fill("12,5")
    await desk.page.get_by_test_id("implement-confirm").click()

    await desk.shows(card.get_by_test_id("realised-outcome"), "12.5 kg")
    theirs = await open_card(other, incident)
    await other.shows(theirs.get_by_test_id("realised-outcome"), "12.5 kg")
    assert (await program.get(path_of(incident)))["realised_reduction"] == 12.5
    await theirs.get_by_text("History", exact=True).click()
    newest = theirs.locator(".timeline > li").first
    await other.shows(newest, "approver")
    await other.shows(newest, "status: approved → implemented")
    await other.shows(newest, "of the chain")


async def test_the_arithmetic_is_told_in_steps(open_desk, program):
    follower = await program.follow("recommendations")
    note = {"attributes": {"note": "The trucks on this lane leave half empty."}}
    await program.send(*(reading | {"entity_type": "route"} for reading in quiet_days("Wharf 6")))
    [hotspot] = (await program.send(spike("Wharf 6") | note))["hotspots"]
    advice = await told(
        follower,
        lambda row: row["hotspot_id"] == hotspot and row["predicted_reduction"] is not None,
    )
    await follower.leave()
    desk = await open_desk("analyst")

    await desk.visit(f"/?hotspot={hotspot}")

    steps = desk.page.get_by_test_id(f"card-recommendation-{advice['id']}").locator(".steps > li")
    await desk.shows(steps.first, "400 kg")
    await desk.shows(steps.nth(1), f"{advice['reduction_pct_low']:g} %")
    await desk.shows(steps.nth(2), f"{advice['predicted_reduction']:g}")
    await desk.shows(steps.nth(3), "Holds only if")


async def test_a_quote_leads_to_its_passage_where_it_is_marked(open_desk, program):
    incident = await program.incident("Wharf 4")
    quoted = (await program.get(path_of(incident)))["citations"][0]
    desk = await open_desk("analyst")
    card = await open_card(desk, incident)

    await card.locator("blockquote .passage-link").first.click()

    mark = desk.page.locator("[data-cited] mark")
    await desk.shows(mark, quoted["quote"])
    await expect(mark).to_be_in_viewport()
    await expect(desk.page.locator("[data-cited]")).to_be_focused()
    await expect(desk.page.locator("[data-cited] h4")).to_contain_text(quoted["section"])
    await expect(desk.page.get_by_test_id("quote-gone")).to_have_count(0)
    await desk.page.reload()
    await desk.shows(mark, quoted["quote"])
    await desk.page.go_back()
    await desk.shows(card)


async def test_of_two_approvers_at_once_one_decides_and_the_other_hears_of_it(
    open_desk, program, second_approver
):
    incident = await program.incident("Wharf 5")
    desks = [await open_desk("approver"), await open_desk(second_approver)]
    for desk, verdict in zip(desks, ("approve", "reject"), strict=True):
        await desk.row("recommendation", incident.recommendation).get_by_test_id(verdict).click()
        await desk.page.get_by_test_id("decision-note").fill(verdict)

    await asyncio.gather(*(desk.page.get_by_test_id("decision-confirm").click() for desk in desks))

    stands = await decided(desks[0], program, incident)
    names = ("approver", second_approver)
    loser = desks[1 - names.index(stands["decided_by"])]
    notice = loser.page.get_by_test_id("already-decided")
    await loser.shows(notice, f"Already {stands['status']} by {stands['decided_by']}")
    loser.expect_problem("409")
    assert (
        stands["note"] == {"approver": "approve", second_approver: "reject"}[stands["decided_by"]]
    )
    for desk in desks:
        row = desk.row("recommendation", incident.recommendation)
        await desk.shows(row, stands["status"].capitalize())


async def decided(desk, program, incident):
    """The row once a window shows that it was decided."""
    row = desk.row("recommendation", incident.recommendation)
    await expect(row.get_by_test_id("approve")).to_have_count(0)
    return await program.get(path_of(incident))


async def test_playbooks_are_narrowed_and_opened(open_desk):
    desk = await open_desk("analyst")
    await desk.visit("/?page=playbooks")
    rows = desk.page.locator("[data-testid^=row-playbook-]")
    await desk.shows(rows.first)
    every = await rows.count()

    await desk.page.get_by_label("Entity type").select_option("route")
    await expect(desk.page.get_by_test_id("row-playbook-steam-traps")).to_have_count(0)
    await desk.page.get_by_test_id("playbook-search").fill("empty")

    await desk.shows(desk.page.get_by_test_id("row-playbook-cut-empty-miles"))
    assert 0 < await rows.count() < every
    await desk.page.get_by_test_id("row-playbook-cut-empty-miles").click()
    detail = desk.page.get_by_test_id("playbook-detail")
    await desk.shows(detail, "cut-empty-miles")
    await desk.shows(detail.get_by_role("region", name="Sources").get_by_role("link").first)
