"""Views, drawers and dialogs of the dashboard as assistive technology finds them."""

import pytest

from tests.e2e.axe import is_open_to_all

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_sign_in_is_open_to_all(open_desk):
    desk = await open_desk()
    await desk.visit()
    await desk.sign_in("nobody", "wrong")
    await desk.shows(desk.page.get_by_role("alert"))
    desk.expect_problem("401")

    await is_open_to_all(desk)


async def test_panes_and_the_detail_of_a_hotspot_are_open_to_all(open_desk, program):
    incident = await program.incident("Dock 1")
    desk = await open_desk("approver")
    await desk.page.get_by_test_id(f"tick-{incident.recommendation}").check()
    await is_open_to_all(desk)

    await desk.row("hotspot", incident.hotspot).click()
    card = desk.page.get_by_test_id(f"card-recommendation-{incident.recommendation}")
    await card.get_by_text("History", exact=True).click()
    await desk.shows(card.locator(".timeline > li").first)
    await is_open_to_all(desk)


async def test_dialogs_about_recommendations_are_open_to_all(open_desk, program):
    incident = await program.incident("Dock 2")
    desk = await open_desk("approver")
    await desk.visit(f"/?hotspot={incident.hotspot}")
    page = desk.page
    card = page.get_by_test_id(f"card-recommendation-{incident.recommendation}")

    await card.get_by_test_id("edit").click()
    await page.get_by_test_id("edit-action").fill("It saves 98765 kg.")
    await page.get_by_test_id("edit-save").click()
    await desk.shows(page.locator("#problem-action"))
    desk.expect_problem("400")
    await is_open_to_all(desk)
    await page.keyboard.press("Escape")

    await card.get_by_test_id("approve").click()
    await program.edit(incident, title="Another title")
    await page.get_by_test_id("decision-confirm").click()
    await desk.shows(page.get_by_test_id("changed-meanwhile"))
    desk.expect_problem("412")
    await is_open_to_all(desk)

    await page.get_by_test_id("decision-confirm").click()
    await card.get_by_test_id("implement").click()
    await page.get_by_test_id("implement-confirm").click()
    await desk.shows(page.get_by_role("alert"))
    await is_open_to_all(desk)


async def test_deciding_many_is_open_to_all(open_desk, program):
    incident = await program.incident("Dock 3")
    desk = await open_desk("approver")
    page = desk.page
    await page.get_by_test_id(f"tick-{incident.recommendation}").check()

    await page.get_by_test_id("bulk-approve").click()
    await desk.shows(page.get_by_test_id("bulk-confirm"))
    await is_open_to_all(desk)

    await page.get_by_test_id("bulk-confirm").click()
    await desk.shows(page.get_by_test_id("bulk-summary"), "1 approved.")
    await is_open_to_all(desk)


async def test_the_other_pages_are_open_to_all(open_desk, program, sign_in):
    await program.strike("Dock 4")
    [series] = (await program.get("/api/series?search=Dock%204"))["results"]
    desk = await open_desk("approver")
    for path, shown in (
        ("/?page=playbooks&playbook=raise-load-factor", "playbook-detail"),
        (f"/?page=series&series={series['id']}", "series-detail"),
        ("/?page=silences", "page-silences"),
    ):
        await desk.visit(path)
        await desk.shows(desk.page.get_by_test_id(shown))
        await is_open_to_all(desk)

    sender = await open_desk(storage_state=await sign_in("ingester"))
    await sender.visit()
    await sender.shows(sender.page.get_by_test_id("page-uploads"))
    await is_open_to_all(sender)
