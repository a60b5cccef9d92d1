"""Recommendations at an approver's desk: edited, decided as they were seen, traced to passages."""

import asyncio

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
    await program.edit(incident, title="Another title")

    await desk.page.get_by_test_id("decision-note").fill("Agreed.")
    await desk.page.get_by_test_id("decision-confirm").click()

    await desk.shows(desk.page.get_by_test_id("changed-meanwhile"), "Another title")
    desk.expect_problem("412")
    assert (await program.get(incident.path))["status"] == "pending"
    await desk.page.get_by_role("button", name="Approve as it is now").click()
    await desk.shows(row, "Approved")
    decided = await program.get(incident.path)
    assert (decided["status"], decided["note"]) == ("approved", "Agreed.")


async def test_an_edit_with_a_number_of_its_own_is_refused_at_the_field(open_desk, program):
    incident = await program.incident("Wharf 2")
    desk = await open_desk("approver")
    card = await open_card(desk, incident)
    before = await program.get(incident.path)

    await card.get_by_test_id("edit").click()
    action = desk.page.get_by_test_id("edit-action")
    await action.fill(f"{before['action']} It saves 98765 kg.")
    await desk.page.get_by_test_id("edit-save").click()

    problem = desk.page.locator("#problem-action")
    await desk.shows(problem, "98765")
    await expect(action).to_have_attribute("aria-invalid", "true")
    await expect(action).to_have_value(f"{before['action']} It saves 98765 kg.")
    desk.expect_problem("400")
    assert await program.get(incident.path) == before

    await action.fill(f"Ask the shift first. {before['action']}")
    await desk.page.get_by_test_id("edit-cost").select_option("high")
    await desk.page.get_by_test_id("edit-save").click()

    await desk.shows(card.get_by_test_id("edited"), "Edited by approver")
    await desk.shows(card, "Ask the shift first.")
    after = await program.get(incident.path)
    assert (after["cost"], after["title"]) == ("high", before["title"])


async def test_what_a_measure_brought_stands_beside_what_was_predicted(open_desk, program):
    incident = await program.incident("Wharf 3")
    desk, other = await open_desk("approver"), await open_desk("analyst")
    await program.call("approver", "POST", f"{incident.path}/approve", {})
    card = await open_card(desk, incident)

    await card.get_by_test_id("implement").click()
    await desk.page.get_by_test_id("realised").fill("12,5")
    await desk.page.get_by_test_id("implement-confirm").click()

    await desk.shows(card.get_by_test_id("realised-outcome"), "12.5 kg")
    theirs = await open_card(other, incident)
    await other.shows(theirs.get_by_test_id("realised-outcome"), "12.5 kg")
    assert (await program.get(incident.path))["realised_reduction"] == 12.5
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
    quoted = (await program.get(incident.path))["citations"][0]
    desk = await open_desk("analyst")
    card = await open_card(desk, incident)
    link = card.locator("blockquote .passage-link").first

    await link.click()

    mark = desk.page.locator("[data-cited] mark")
    await desk.shows(mark, quoted["quote"])
    await expect(mark).to_be_in_viewport()
    await expect(desk.page.locator("[data-cited]")).to_be_focused()
    await expect(desk.page.locator("[data-cited] h4")).to_contain_text(quoted["section"])
    await expect(desk.page.get_by_test_id("quote-gone")).to_have_count(0)
    await desk.page.reload()
    await desk.shows(mark, quoted["quote"])
    await desk.page.go_back()
    await expect(link).to_be_focused()
    await expect(link).to_be_in_viewport()


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
    return await program.get(incident.path)


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
