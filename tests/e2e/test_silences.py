"""What a silence hides is shown, and says by what; a storm is one row."""

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.e2e.desk import Desk, Program, become, installed
from tests.faults.clients import quiet_days, spike

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
STORM = 21  # hotspots that open together: one more than the cap


async def test_a_hotspot_is_silenced_and_wakes_when_that_ends(open_desk, program):
    hotspot = await program.strike("Stack 1")
    desk, other = await open_desk("analyst"), await open_desk("approver")
    await desk.row("hotspot", hotspot).click()
    await desk.page.get_by_test_id("silence").click()
    form = desk.page.get_by_test_id("silence-form")
    await form.get_by_test_id("silence-save").click()
    await desk.shows(form.get_by_role("alert"), "Say why")

    await form.get_by_test_id("silence-reason").fill("boiler service")
    await form.get_by_test_id("silence-save").click()

    await desk.shows(desk.page.get_by_test_id("suppressed-note"), "boiler service")
    await desk.shows(other.row("hotspot", hotspot), "boiler service")
    await expect(other.row("hotspot", hotspot)).to_have_attribute("data-muted", "true")
    await other.page.get_by_label("Show suppressed").uncheck()
    await expect(other.row("hotspot", hotspot)).to_have_count(0)
    await other.page.get_by_label("Show suppressed").check()

    await desk.visit("/?page=silences&state=active")
    silence = desk.page.locator("[data-testid^=row-silence-]", has_text="Stack 1")
    await desk.shows(silence, "Hides 1 now")
    await silence.get_by_test_id("silence-end").click()
    await desk.page.get_by_test_id("confirm").click()

    await expect(silence).to_have_count(0)
    await expect(other.row("hotspot", hotspot)).not_to_contain_text("boiler service")


async def test_a_silence_is_planned_and_called_off(open_desk, program):
    await program.strike("Stack 2")
    desk = await open_desk("analyst")
    await desk.visit("/?page=silences")
    page = desk.page
    await page.get_by_test_id("silence-new").click()
    form = page.get_by_test_id("silence-form")
    await form.get_by_role("button", name="Maintenance").click()
    await form.get_by_test_id("silence-reason").fill("relining")
    await form.get_by_label("Entity", exact=True).fill("Stack 2")
    await form.get_by_label("From (empty: now)").fill("2099-01-01T06:00")
    await form.get_by_role("button", name="24 h").click()
    await form.get_by_test_id("silence-save").click()

    row = page.locator("[data-testid^=row-silence-]", has_text="Stack 2")
    await desk.shows(row, "Planned")
    await row.get_by_test_id("silence-end").click()
    await page.get_by_test_id("confirm").click()
    await desk.shows(row, "Ended early")


async def test_a_label_is_seen_at_once_and_by_everybody(open_desk, program):
    hotspot = await program.strike("Stack 3")
    desk, other = await open_desk("analyst"), await open_desk("approver")
    await desk.row("hotspot", hotspot).click()
    await desk.shows(desk.page.get_by_test_id("hotspot-why"), "Expected between")

    await desk.page.get_by_role("button", name="False positive").click()

    await desk.shows(other.row("hotspot", hotspot), "False positive")
    assert (await program.get(f"/api/hotspots/{hotspot}"))["label"] == "false_positive"


@pytest_asyncio.fixture(loop_scope="session")
async def stormy_desk(browser):
    """A window of the analyst on a server of its own, where four hotspots make a storm."""
    with installed(ALERT_STORM_HOTSPOTS="3") as server:
        desk = await Desk.open(server, await browser.new_context(reduced_motion="reduce"))
        await become("analyst", server, desk.context)
        await desk.visit()
        await desk.is_in("live")
        yield desk
        await desk.context.close()
    assert desk.problems == []


async def test_a_storm_is_one_row_with_its_members_inside(stormy_desk):
    desk, program = stormy_desk, Program(stormy_desk.server)
    names = [f"Gust {number}" for number in range(5)]
    await program.send(*[reading for name in names for reading in quiet_days(name)])
    opened = (await program.send(*[spike(name) for name in names]))["hotspots"]

    row = desk.page.locator("[data-testid^=row-alert-]", has_text="Storm of 5 hotspots")
    await desk.shows(row)
    await expect(desk.page.locator("[data-testid^=row-alert-]")).to_have_count(1)
    await expect(desk.row("hotspot", opened[0])).to_be_visible()
    await row.get_by_test_id("storm-members").click()
    await expect(row.locator("[data-testid^=member-alert-]")).to_have_count(5)

    await row.get_by_role("link", name="Gust 3").click()

    await desk.shows(desk.page.get_by_test_id("hotspot-detail"), "Gust 3")
