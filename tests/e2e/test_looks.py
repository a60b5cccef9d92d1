"""Pages in light and dark, wide and narrow, under a strict policy; and by keyboard alone.

Every window of these tests also fails on console errors and violations of the policy.
"""

from itertools import product

import pytest
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
NARROW = {"width": 360, "height": 740}
WIDE = {"width": 1440, "height": 900}
OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
BRIGHTNESS = """(() => {
  const canvas = document.createElement('canvas').getContext('2d');
  canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
  canvas.fillRect(0, 0, 1, 1);
  return canvas.getImageData(0, 0, 1, 1).data[0];
})()"""
OFFICE = (
    "/admin/",
    "/admin/hotspots/hotspot/",
    "/admin/hotspots/hotspot/{hotspot}/change/",
    "/admin/hotspots/hotspot/{hotspot}/history/",
    "/admin/alerts/alert/",
    "/admin/alerts/alert/{alert}/change/",
    "/admin/recommendations/recommendation/",
    "/admin/recommendations/recommendation/{recommendation}/change/",
    "/admin/recommendations/recommendation/{recommendation}/edit/",
    "/admin/recommendations/recommendation/{recommendation}/history/",
    "/admin/hotspots/series/",
    "/admin/hotspots/series/1/change/",
    "/admin/hotspots/series/1/history/",
    "/admin/hotspots/series/1/threshold/?threshold=0.5",
    "/admin/hotspots/series/1/teach/accept/",
    "/admin/hotspots/target/",
    "/admin/hotspots/target/add/",
)


async def fits_everywhere(desk):
    """Nothing hangs out of the window at the side, and dark is dark."""
    for scheme, size in product(("light", "dark"), (NARROW, WIDE)):
        await desk.page.emulate_media(color_scheme=scheme)
        await desk.page.set_viewport_size(size)
        assert await desk.page.evaluate(OVERHANG) == 0, (desk.page.url, scheme, size)
        await frame_painted(desk)  # a page that follows the system hears of it with the next frame
        assert await is_dark(desk) == (scheme == "dark"), desk.page.url


async def frame_painted(desk):
    """Wait for what the browser does between two pictures."""
    await desk.page.evaluate("() => new Promise((d) => requestAnimationFrame(() => setTimeout(d)))")


async def is_dark(desk):
    """Whether the page's background is."""
    return await desk.page.evaluate(BRIGHTNESS) < 128


async def test_the_sign_in_fits_in_both_themes(open_desk):
    desk = await open_desk()
    await desk.visit()
    await desk.shows(desk.page.get_by_test_id("login-form"))

    await fits_everywhere(desk)


async def test_dashboard_and_detail_fit_in_both_themes(open_desk, program):
    hotspot = await program.strike("Kiln 1")
    desk = await open_desk("approver")
    await desk.shows(desk.row("hotspot", hotspot))
    await fits_everywhere(desk)

    await desk.row("hotspot", hotspot).click()

    await desk.shows(desk.page.locator("[data-testid=hotspot-detail] canvas"))
    await fits_everywhere(desk)


async def test_series_silences_and_uploads_fit_in_both_themes(open_desk, program, sign_in):
    await program.strike("Kiln 2")
    [series] = (await program.get("/api/series?search=Kiln%202"))["results"]
    desk = await open_desk("analyst")
    for path, shown in (
        (f"/?page=series&series={series['id']}", "series-detail"),
        ("/?page=silences", "page-silences"),
    ):
        await desk.visit(path)
        await desk.shows(desk.page.get_by_test_id(shown))
        await fits_everywhere(desk)

    sender = await open_desk(storage_state=await sign_in("ingester"))
    await sender.visit()
    await sender.shows(sender.page.get_by_test_id("page-uploads"))
    await fits_everywhere(sender)


async def test_playbooks_fit_in_both_themes(open_desk):
    desk = await open_desk("analyst")
    for path, shown in (
        ("/?page=playbooks", "row-playbook-raise-load-factor"),
        ("/?page=playbooks&q=there+is+no+such+word", "page-playbooks"),
    ):
        await desk.visit(path)
        await desk.shows(desk.page.get_by_test_id(shown))
        await fits_everywhere(desk)

    await desk.visit("/?page=playbooks&playbook=raise-load-factor")
    await desk.shows(desk.page.get_by_test_id("playbook-detail"))
    await fits_everywhere(desk)


async def test_advice_for_long_and_right_to_left_names_fits(open_desk, program):
    incident = await program.incident(f"מפעל הפלדה הצפוני {'Annealing' * 12} line")
    desk = await open_desk("approver")
    tick = desk.page.get_by_test_id(f"tick-{incident.recommendation}")
    await tick.check()
    await desk.page.get_by_test_id("bulk-approve").click()
    await desk.shows(desk.page.get_by_test_id("bulk-confirm"))
    await fits_everywhere(desk)

    await desk.visit(f"/?hotspot={incident.hotspot}")
    card = desk.page.get_by_test_id(f"card-recommendation-{incident.recommendation}")
    await desk.shows(card)
    await fits_everywhere(desk)
    await card.get_by_test_id("edit").click()
    await desk.shows(desk.page.get_by_test_id("edit-form"))
    await fits_everywhere(desk)


async def test_on_a_narrow_screen_a_list_gives_way_to_what_is_opened(open_desk, program):
    await program.strike("Kiln 4")
    desk = await open_desk("analyst", viewport=NARROW)
    await desk.visit("/?page=series&q=Kiln 4")
    row, detail = (
        desk.page.locator("[data-pane=series] [data-row]"),
        desk.page.locator(".split-detail"),
    )
    await expect(detail).to_be_hidden()

    await row.focus()
    await desk.page.keyboard.press("Enter")

    await desk.shows(detail, "Kiln 4")
    await expect(row).to_be_hidden()
    await expect(detail).to_be_focused()
    await desk.page.go_back()
    await expect(row).to_be_visible()


async def test_on_a_narrow_screen_a_recommendation_can_be_decided(open_desk, program):
    incident = await program.incident("Kiln 5")
    desk = await open_desk("approver", viewport=NARROW)
    await expect(desk.row("recommendation", incident.recommendation)).to_be_hidden()

    await desk.page.get_by_role("navigation", name="Panes").get_by_text("Advice").click()
    await desk.decide(incident.recommendation, "approve", "Seen on the way.")

    await desk.shows(desk.row("recommendation", incident.recommendation), "Approved")


@pytest.mark.parametrize("menu", [".connection", ".user"])
async def test_on_a_narrow_screen_a_menu_opens_within_it(open_desk, menu):
    desk = await open_desk("analyst", viewport=NARROW)

    await desk.page.locator(f"{menu} summary").click()

    box = await desk.page.locator(f"{menu} .popover-body").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= NARROW["width"]


async def test_the_theme_can_be_chosen_and_stays(open_desk):
    desk = await open_desk("analyst", color_scheme="light")

    await desk.page.get_by_role("button", name="Use the dark theme").click()

    assert await is_dark(desk)
    await desk.page.reload()
    await desk.is_in("live")
    assert await is_dark(desk)


async def test_the_back_office_opens_without_errors_and_fits(open_desk, program):
    incident = await program.incident("Kiln 3")
    desk = await open_desk("approver")

    for path in OFFICE:
        await desk.visit(path.format(**vars(incident)))
        await desk.shows(desk.page.locator("#content"))
        await fits_everywhere(desk)


async def test_rows_are_walked_opened_and_left_by_keyboard(open_desk, program):
    await program.incident("Kiln 6")
    desk = await open_desk("approver")
    press, row = (
        desk.page.keyboard.press,
        desk.page.locator("[data-pane=hotspots] [data-row]").first,
    )
    await desk.shows(row)

    await press("j")
    await expect(row).to_be_focused()
    await press("Enter")
    await desk.shows(desk.page.get_by_test_id("hotspot-detail"))
    await press("Escape")

    await expect(desk.page.get_by_test_id("hotspot-detail")).to_have_count(0)
    await expect(row).to_be_focused()


async def test_a_recommendation_is_decided_by_keyboard(open_desk, program):
    incident = await program.incident("Kiln 7")
    desk = await open_desk("approver")
    press, row = desk.page.keyboard.press, desk.row("recommendation", incident.recommendation)
    await row.locator("[data-row]").focus()

    await press("a")
    await expect(desk.page.get_by_test_id("decision-note")).to_be_focused()
    await desk.page.keyboard.type("Agreed.")
    await press("Tab")
    await press("Tab")
    await expect(desk.page.get_by_test_id("decision-confirm")).to_be_focused()
    await press("Enter")

    await desk.shows(row, "Approved")


async def test_help_and_filter_are_one_key_away(open_desk, program):
    hotspot = await program.strike("Kiln 8")
    other = await program.strike("Oven 1")
    desk = await open_desk("analyst")
    await desk.page.keyboard.press("?")
    await desk.shows(desk.page.get_by_role("dialog", name="Keyboard"))
    await desk.page.keyboard.press("Escape")
    await expect(desk.page.get_by_role("dialog")).to_have_count(0)

    await desk.page.keyboard.press("/")
    await desk.page.keyboard.type("Kiln 8")

    await desk.shows(desk.row("hotspot", hotspot))
    await expect(desk.row("hotspot", other)).to_have_count(0)
