"""What a test sees and does: a person's browser window, and programs that send readings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.faults.clients import Follower, quiet_days, spike
from tests.servers import EmberwatchServer

ROLES = ("analyst", "approver", "ingester")
# A busy machine takes its time; nothing waits longer than it has to.
PATIENCE_MS = 20_000
REPORT_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', (event) =>
  console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI}`));
"""


def installed(**settings: str) -> EmberwatchServer:
    """A server with a user for each role and the built dashboard; not started."""
    server = EmberwatchServer(**settings).install(*ROLES)
    server.manage("collectstatic", "--no-input", "-v0")
    return server


async def become(name: str, server: EmberwatchServer, context: BrowserContext) -> None:
    """Sign in without the form."""
    request = context.request
    await request.get(f"{server.url}/api/session")
    cookies = {cookie["name"]: cookie["value"] for cookie in await context.cookies()}
    answer = await request.post(
        f"{server.url}/api/session",
        data={"username": name, "password": name},
        headers={"X-CSRFToken": cookies["csrftoken"]},
    )
    assert answer.ok, await answer.text()


class Desk:
    """A browser window of one person, and what went wrong in it."""

    def __init__(self, server: EmberwatchServer, context: BrowserContext, page: Page) -> None:
        self.server = server
        self.context = context
        self.page = page
        self.problems: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.problems.append(f"exception: {error}"))

    @classmethod
    async def open(cls, server: EmberwatchServer, context: BrowserContext) -> Desk:
        """Open a window that reports what a strict policy forbids."""
        await context.add_init_script(REPORT_VIOLATIONS)
        return cls(server, context, await context.new_page())

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"{self.page.url}: {message.text}")

    def expect_problem(self, part: str) -> None:
        """Take note that one has come, and forget it: everything else fails the test."""
        assert any(part in problem for problem in self.problems), self.problems
        self.problems = [problem for problem in self.problems if part not in problem]

    async def visit(self, path: str = "/") -> None:
        """Open a page of the server."""
        await self.page.goto(f"{self.server.url}{path}")

    async def sign_in(self, name: str, password: str) -> None:
        """Fill in and send the form."""
        await self.page.get_by_test_id("username").fill(name)
        await self.page.get_by_test_id("password").fill(password)
        await self.page.get_by_test_id("submit").click()

    async def is_in(self, state: str) -> None:
        """Wait until the page says that its connection is in a state."""
        status = self.page.get_by_test_id("connection-status")
        await expect(status).to_have_attribute("data-state", state, timeout=PATIENCE_MS)

    def row(self, kind: str, row_id: int) -> Locator:
        """A row of a pane: `row("hotspot", 7)`."""
        return self.page.get_by_test_id(f"row-{kind}-{row_id}")

    async def shows(self, locator: Locator, text: str = "") -> None:
        """Wait until it is visible and contains the text."""
        await expect(locator).to_be_visible(timeout=PATIENCE_MS)
        if text:
            await expect(locator).to_contain_text(text, timeout=PATIENCE_MS)

    async def decide(self, recommendation_id: int, verdict: str, note: str = "") -> None:
        """Approve or reject in the row of the pane."""
        await self.row("recommendation", recommendation_id).get_by_test_id(verdict).click()
        await self.page.get_by_test_id("decision-note").fill(note)
        await self.page.get_by_test_id("decision-confirm").click()


@dataclass(frozen=True)
class Incident:
    """The rows that one anomalous reading brought."""

    entity: str
    hotspot: int
    alert: int
    recommendation: int

    @property
    def path(self) -> str:
        """Where its recommendation is over REST."""
        return f"/api/recommendations/{self.recommendation}"


class Program:
    """Calls the REST API and follows the streams, as somebody's program does."""

    def __init__(self, server: EmberwatchServer) -> None:
        self.server = server
        self.tokens = {name: server.token(name) for name in ROLES}

    async def call(
        self, user: str, method: str, path: str, body: object = None
    ) -> tuple[int, dict[str, Any]]:
        """One call; returns the status and the JSON."""
        return await asyncio.to_thread(self.server.call, method, path, body, self.tokens[user])

    async def get(self, path: str) -> dict[str, Any]:
        """Read as the analyst."""
        status, answer = await self.call("analyst", "GET", path)
        assert status == 200, answer
        return answer

    async def send(self, *readings: dict[str, Any]) -> dict[str, Any]:
        """Post readings."""
        status, answer = await self.call("ingester", "POST", "/api/events", list(readings))
        assert status == 200, answer
        return answer

    async def edit(self, incident: Incident, **wording: str) -> None:
        """Reword its recommendation as another program of the approver does."""
        status, answer = await self.call("approver", "PATCH", incident.path, wording)
        assert status == 200, answer

    async def follow(self, stream: str) -> Follower:
        """A plain WebSocket client that gets what comes from now on."""
        follower = Follower(stream, self.tokens["analyst"])
        listed = await self.get(f"/api/{stream}?page_size=1")
        await follower.follow(self.server, since=listed["seq"])
        return follower

    async def strike(self, entity: str) -> int:
        """Ten usual days of an entity, then a reading far above them; returns the hotspot's id."""
        await self.send(*quiet_days(entity))
        [hotspot] = (await self.send(spike(entity)))["hotspots"]
        return int(hotspot)

    async def incident(self, entity: str) -> Incident:
        """An incident whose recommendations have been written."""
        follower = await self.follow("recommendations")
        hotspot = await self.strike(entity)
        advice = await told(follower, lambda row: row["hotspot_id"] == hotspot)
        await follower.leave()
        [alert] = (await self.get(f"/api/alerts?hotspot_id={hotspot}"))["results"]
        return Incident(entity, hotspot, alert["id"], advice["id"])


async def told(follower: Follower, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Wait until a client has got such an event, and return it."""
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while True:
            follower.arrived.clear()
            for event in follower.history:
                if wanted(event):
                    return event
            await follower.arrived.wait()
