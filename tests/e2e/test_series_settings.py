"""What a setting would have changed is seen before it is saved."""

import pytest
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def open_series(open_desk, program, entity, name="analyst"):
    """The page of a series that has a hotspot; returns the window and the series' row."""
    await program.strike(entity)
    [series] = (await program.get(f"/api/series?search={entity.replace(' ', '%20')}"))["results"]
    desk = await open_desk(name)
    await desk.visit(f"/?page=series&series={series['id']}")
    await desk.shows(desk.page.get_by_test_id("series-detail"), entity)
    return desk, series


async def test_a_threshold_is_saved_once_its_back_test_was_seen(open_desk, program):
    desk, series = await open_series(open_desk, program, "Mill 1")
    page, path = desk.page, f"/api/series/{series['id']}"
    save = page.get_by_test_id("tuning-save")
    await expect(save).to_be_disabled()

    await page.get_by_test_id("threshold").fill("9.5")
    await expect(save).to_be_disabled()
    await page.get_by_test_id("backtest").click()
    result = page.get_by_test_id("backtest-result")
    await desk.shows(result, "1 hotspot would be gone, 0 added, 0 kept")
    await desk.shows(result.locator("canvas"))
    await expect(save).to_be_enabled()

    await page.get_by_test_id("threshold").fill("10")
    await expect(save).to_be_disabled()
    assert (await program.get(path))["threshold"] is None
    await page.get_by_test_id("threshold").fill("9.5")
    await save.click()

    await desk.shows(page.get_by_test_id("series-detail"), "9.5, its own")
    assert (await program.get(path))["threshold"] == 9.5
    await desk.shows(page.get_by_role("region", name="History of its settings"), "9.5")


async def test_a_target_is_tried_saved_and_taken_away(open_desk, program):
    desk, series = await open_series(open_desk, program, "Mill 2")
    page, path = desk.page, f"/api/series/{series['id']}"
    await page.get_by_test_id("tune-target").click()
    await page.get_by_test_id("target-period").select_option("reading")

    for value, targets in (("300", {"reading": 300}), ("", {})):
        await page.get_by_test_id("target-value").fill(value)
        await page.get_by_test_id("backtest").click()
        await desk.shows(page.get_by_test_id("backtest-result"), "Proposed")
        await page.get_by_test_id("tuning-save").click()
        await desk.shows(page.get_by_test_id("toast"), "Saved")
        await page.get_by_role("button", name="Dismiss").click()
        assert (await program.get(path))["targets"] == targets


async def test_learning_rests_and_goes_on_once_that_is_confirmed(open_desk, program):
    desk, series = await open_series(open_desk, program, "Mill 3")
    page, path = desk.page, f"/api/series/{series['id']}"

    await page.get_by_test_id("freeze").click()
    await page.get_by_label("For how long").select_option("3")
    assert (await program.get(path))["frozen_until"] is None
    await page.get_by_test_id("confirm").click()
    await desk.shows(page.get_by_test_id("unfreeze"))
    assert (await program.get(path))["frozen_until"] is not None

    await page.get_by_test_id("unfreeze").click()
    await page.get_by_test_id("confirm").click()
    await desk.shows(page.get_by_test_id("freeze"))
    assert (await program.get(path))["frozen_until"] is None


async def test_a_new_normal_ends_the_hotspot(open_desk, program):
    desk, series = await open_series(open_desk, program, "Mill 4")
    page = desk.page

    await page.get_by_test_id("accept").click()
    await page.get_by_test_id("confirm").click()

    await desk.shows(page.get_by_test_id("toast"), "Accept as new normal")
    assert (await program.get(f"/api/hotspots/{series['hotspot_id']}"))["status"] == "resolved"


async def test_a_series_is_found_by_a_part_of_its_entity(open_desk, program):
    await program.strike("Mill Alpha")
    await program.strike("Mill Beta")
    desk = await open_desk("analyst")
    await desk.visit("/?page=series")

    await desk.page.get_by_test_id("series-search").fill("ill alph")

    rows = desk.page.locator("[data-testid^=row-series-]")
    await expect(rows).to_have_count(1)
    await rows.click()
    await desk.shows(desk.page.get_by_test_id("series-detail"), "Mill Alpha")
