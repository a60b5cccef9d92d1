"""Signing in and out in a browser."""

import pytest
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_wrong_password_is_told_and_opens_nothing(open_desk):
    desk = await open_desk()
    await desk.visit()

    await desk.sign_in("analyst", "wrong")

    await desk.shows(desk.page.get_by_role("alert"), "password")
    await expect(desk.page.get_by_test_id("login-form")).to_be_visible()
    await expect(desk.page.get_by_test_id("pane-hotspots")).to_have_count(0)
    await desk.is_in("signed-out")
    desk.expect_problem("401")


async def test_the_right_password_opens_the_live_dashboard_and_stays_after_a_reload(open_desk):
    desk = await open_desk()
    await desk.visit()

    await desk.sign_in("analyst", "analyst")

    for pane in ("hotspots", "alerts", "recommendations"):
        await desk.shows(desk.page.get_by_test_id(f"pane-{pane}"))
    await desk.is_in("live")
    await desk.page.reload()
    await desk.is_in("live")


async def test_the_keyboard_is_enough_to_sign_in(open_desk):
    desk = await open_desk()
    await desk.visit()
    await expect(desk.page.get_by_test_id("username")).to_be_focused()

    await desk.page.keyboard.type("analyst")
    await desk.page.keyboard.press("Tab")
    await desk.page.keyboard.type("analyst")
    await desk.page.keyboard.press("Enter")

    await desk.is_in("live")


async def test_who_signs_out_sees_nothing_any_more(open_desk):
    desk = await open_desk()
    await desk.visit()
    await desk.sign_in("analyst", "analyst")

    await desk.page.get_by_label("Signed in as analyst").click()
    await desk.page.get_by_role("button", name="Sign out").click()

    await desk.shows(desk.page.get_by_test_id("login-form"))
    await desk.page.reload()
    await desk.shows(desk.page.get_by_test_id("login-form"))
    await expect(desk.page.get_by_test_id("pane-hotspots")).to_have_count(0)


async def test_the_next_user_of_the_window_may_only_do_what_is_theirs(open_desk, program):
    incident = await program.incident("Quarry 1")
    desk = await open_desk()
    await desk.visit()
    await desk.sign_in("approver", "approver")
    await desk.shows(desk.row("recommendation", incident.recommendation).get_by_test_id("approve"))
    await desk.page.get_by_label("Signed in as approver").click()
    await desk.page.get_by_role("button", name="Sign out").click()

    await desk.sign_in("analyst", "analyst")

    await desk.is_in("live")
    await desk.shows(desk.row("recommendation", incident.recommendation), "Pending")
    await expect(desk.page.get_by_test_id("approve")).to_have_count(0)


async def test_what_was_being_decided_waits_for_who_signs_in_again(open_desk, program):
    incident = await program.incident("Quarry 2")
    desk = await open_desk("approver")
    page = desk.page
    await page.get_by_test_id(f"tick-{incident.recommendation}").check()
    await page.get_by_test_id("bulk-approve").click()
    await page.get_by_test_id("decision-note").fill("Seen by the shift.")
    await desk.context.clear_cookies(name="sessionid")

    await page.get_by_test_id("bulk-confirm").click()

    await desk.shows(page.get_by_test_id("login-form"))
    await expect(page.get_by_test_id("pane-hotspots")).to_be_hidden()
    desk.expect_problem("401")
    assert (await program.get(incident.path))["status"] == "pending"
    await desk.sign_in("approver", "approver")
    await page.get_by_test_id("bulk-again").click()
    await desk.shows(page.get_by_test_id("bulk-summary"), "1 approved.")
    assert (await program.get(incident.path))["note"] == "Seen by the shift."
