"""A server that crashes and comes back, in front of a page that stays open."""

import pytest

from tests.faults.clients import quiet_days, spike

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_after_a_crash_the_page_comes_back_by_itself_with_nothing_missing(
    open_desk, program, server
):
    before = await program.incident("Depot 1")
    for name in ("Depot 2", "Depot 3"):
        await program.send(*quiet_days(name))
    desk = await open_desk("analyst")
    await desk.visit("/?entity=Depot")  # what other tests left would fill the panes
    await desk.is_in("live")
    await desk.page.evaluate("window.marker = 'still the same page'")

    server.kill()
    await desk.is_in("reconnecting")
    await desk.shows(desk.row("hotspot", before.hotspot), "Open")
    server.start()
    second, third = [
        (await program.send(spike(name)))["hotspots"][0] for name in ("Depot 2", "Depot 3")
    ]
    path = f"/api/recommendations/{before.recommendation}/approve"
    await program.call("approver", "POST", path, {"note": ""})

    await desk.is_in("live")
    for hotspot in (before.hotspot, second, third):
        await desk.shows(desk.row("hotspot", hotspot), "Open")
    await desk.shows(desk.row("recommendation", before.recommendation), "Approved")
    for stream, kind in (("alerts", "alert"), ("recommendations", "recommendation")):
        rows = (await program.get(f"/api/{stream}"))["results"]
        for row in (row for row in rows if row["entity"].startswith("Depot")):
            await desk.shows(desk.row(kind, row["id"]))
    assert await desk.page.evaluate("window.marker") == "still the same page"
    desk.expect_problem("ERR_CONNECTION_REFUSED")
