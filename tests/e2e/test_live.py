"""What happens at the server is on the screen at once, without a reload."""

import pytest
from playwright.async_api import expect

from tests.faults.clients import spike

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_hotspot_alert_and_recommendation_appear_without_a_reload(open_desk, program):
    desk = await open_desk("approver")
    await desk.page.evaluate("window.marker = 'still the same page'")

    incident = await program.incident("Foundry 1")

    await desk.shows(desk.row("hotspot", incident.hotspot), "400 kg")
    await desk.shows(desk.row("alert", incident.alert), "Foundry 1")
    await desk.shows(desk.row("recommendation", incident.recommendation), "Pending")
    assert await desk.page.evaluate("window.marker") == "still the same page"


async def test_a_critical_hotspot_is_announced_and_opens_from_there(open_desk, program):
    desk = await open_desk("analyst")

    await program.strike("Foundry 2")

    toast = desk.page.get_by_test_id("toast").filter(has_text="Foundry 2")
    await desk.shows(toast)
    await toast.get_by_role("link").click()
    await desk.shows(desk.page.get_by_test_id("hotspot-detail"), "Foundry 2")


async def test_a_row_that_gets_worse_changes_where_it_stands(open_desk, program):
    desk = await open_desk("analyst")
    reading = spike("Foundry 3", 110) | {"baseline": 100}
    [hotspot] = (await program.send(reading))["hotspots"]
    await desk.shows(desk.row("hotspot", hotspot), "110 kg")

    await program.send(spike("Foundry 3", 180, seconds=60) | {"baseline": 100})

    await desk.shows(desk.row("hotspot", hotspot), "180 kg")
    await expect(desk.row("hotspot", hotspot)).to_have_attribute("data-severity", "critical")
    await expect(desk.row("hotspot", hotspot)).to_have_count(1)


async def test_the_detail_shows_the_chart_the_alert_and_the_advice(open_desk, program):
    incident = await program.incident("Foundry 4")
    desk = await open_desk("analyst")

    await desk.row("hotspot", incident.hotspot).click()

    detail = desk.page.get_by_test_id("hotspot-detail")
    await desk.shows(detail, "Foundry 4")
    chart = detail.get_by_role("img", name="readings of co2e at Foundry 4")
    await desk.shows(chart.locator("canvas"))
    drawn = """(canvas) => canvas.getContext('2d')
        .getImageData(0, 0, canvas.width, canvas.height).data.some((part) => part > 0)"""
    assert await chart.locator("canvas").evaluate(drawn)
    await desk.shows(chart, "400")
    await desk.shows(detail.get_by_test_id(f"detail-alert-{incident.alert}"))
    card = detail.get_by_test_id(f"card-recommendation-{incident.recommendation}")
    await desk.shows(card.locator("blockquote").first)


async def test_the_address_of_a_detail_can_be_sent_to_somebody(open_desk, program):
    hotspot = await program.strike("Foundry 5")
    desk = await open_desk("analyst")

    await desk.visit(f"/?hotspot={hotspot}")

    await desk.shows(desk.page.get_by_test_id("hotspot-detail"), "Foundry 5")


async def test_one_acknowledges_and_the_other_sees_it(open_desk, program):
    incident = await program.incident("Foundry 6")
    desk, other = await open_desk("analyst"), await open_desk("approver")

    await desk.row("hotspot", incident.hotspot).click()
    await desk.page.get_by_test_id("acknowledge").click()

    await desk.shows(desk.row("hotspot", incident.hotspot), "Acknowledged")
    await other.shows(other.row("hotspot", incident.hotspot), "Acknowledged")


async def test_what_is_resolved_takes_its_alert_and_pending_advice_along(open_desk, program):
    incident = await program.incident("Foundry 7")
    desk = await open_desk("approver")
    await desk.visit("/?entity=Foundry+7")  # what is over stands below all that is pending
    await desk.is_in("live")

    await program.call("analyst", "POST", f"/api/hotspots/{incident.hotspot}/resolve")

    await desk.shows(desk.row("hotspot", incident.hotspot), "Resolved")
    await desk.shows(desk.row("alert", incident.alert), "Resolved")
    recommendation = desk.row("recommendation", incident.recommendation)
    await desk.shows(recommendation, "Expired")
    await expect(recommendation.get_by_test_id("approve")).to_have_count(0)
