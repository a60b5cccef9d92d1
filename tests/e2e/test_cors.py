"""What a page of another site may do in a browser: all that `ALLOWED_ORIGINS` says, or nothing."""

import json
from typing import Any

import pytest
import pytest_asyncio

from tests.e2e.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CALL = """async ([url, options]) => {
  try {
    const answer = await fetch(url, options)
    const names = ["etag", "retry-after", "idempotent-replayed", "content-type"]
    const headers = Object.fromEntries(names.map((name) => [name, answer.headers.get(name)]))
    return { status: answer.status, headers, body: await answer.json() }
  } catch (error) {
    return { failed: error.name }
  }
}"""
LISTEN = """([url, protocols]) => new Promise((resolve) => {
  const socket = new WebSocket(url, protocols)
  socket.onmessage = ({ data }) => {
    const { type, code, user } = JSON.parse(data)
    resolve({ type, who: user ?? code })
    socket.close()
  }
  socket.onclose = ({ code }) => resolve({ closed: code })
})"""
UNREADABLE = {"failed": "TypeError"}
REFUSED = {"closed": 1006}


class Visit:
    """A page of another site in a browser window, and what the browser says about it."""

    def __init__(self, page: Any, server: Any, token: str) -> None:
        self.page = page
        self.server = server
        self.token = token
        self.said: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))

    async def call(self, path: str, method: str = "GET", body: object = None, **options: Any):
        """What a script gets from the API with the token, or with `headers` of its own."""
        own = options.pop("headers", {"Authorization": f"Bearer {self.token}"})
        if body is not None:
            own = {"Content-Type": "application/json", **own}
            options["body"] = json.dumps(body)
        return await self.page.evaluate(
            CALL, [f"{self.server.url}{path}", {"method": method, "headers": own, **options}]
        )

    async def post(self, path: str, body: object, **headers: str):
        """A POST with the token and further headers."""
        headers["Authorization"] = f"Bearer {self.token}"
        return await self.call(path, "POST", body, headers=headers)

    async def listen(self, *protocols: str, ticket: str = ""):
        """What a script first gets from a socket: a frame, or its close code."""
        query = f"?ticket={ticket}" if ticket else ""
        url = f"{self.server.socket_url}/ws/hotspots{query}"
        return await self.page.evaluate(LISTEN, [url, ["emberwatch.v1", *protocols]])


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser, server, program, sign_in):
    """A function that opens a page of a site in a browser where the analyst is signed in."""
    contexts = []

    async def open_page(site: Site) -> Visit:
        context = await browser.new_context(storage_state=await sign_in("analyst"))
        contexts.append(context)
        page = await context.new_page()
        await page.goto(site.origin)
        return Visit(page, server, program.tokens["analyst"])

    yield open_page
    for context in contexts:
        await context.close()


@pytest.fixture
def stranger():
    """Another site that nobody allowed anything."""
    with Site() as site:
        yield site


async def test_an_allowed_site_reads_and_changes_with_a_token(visit, friend, program):
    hotspot = (await program.incident("Cors 1")).hotspot  # with its advice: nothing changes it
    path = f"/api/hotspots/{hotspot}"
    page = await visit(friend)

    read = await page.call(path)
    etag = read["headers"]["etag"]
    headers = {"If-Match": etag, "Idempotency-Key": "cors-1"}
    label = {"label": "true_positive"}
    done = await page.post(f"{path}/label", label, **headers)
    again = await page.post(f"{path}/label", label, **headers)
    late = await page.post(f"{path}/label", label, **{"If-Match": etag})

    assert (read["status"], read["body"]["id"], etag) == (
        200,
        hotspot,
        f'"{read["body"]["version"]}"',
    )
    assert (done["status"], done["body"]["label"]) == (200, "true_positive")
    assert done["headers"]["etag"] == f'"{done["body"]["version"]}"' != etag
    assert (done["headers"]["idempotent-replayed"], again["headers"]["idempotent-replayed"]) == (
        None,
        "true",
    )
    assert again["body"] == done["body"]
    assert (late["status"], late["body"]["code"]) == (412, "version_conflict")
    assert late["headers"]["content-type"] == "application/problem+json"


async def test_an_allowed_site_can_read_every_refusal(visit, friend):
    page = await visit(friend)
    wrong = {"username": "cors", "password": "wrong"}
    absent = await page.call("/api/hotspots/0")
    unknown = await page.call("/api/nowhere")
    foreign = await page.call("/api/me", headers={"Authorization": "Bearer wrong"})
    for _ in range(4):
        throttled = await page.call("/api/token", "POST", wrong, headers={})

    assert [answer["status"] for answer in (absent, unknown, foreign)] == [404, 404, 401]
    assert [answer["body"]["code"] for answer in (absent, unknown, foreign)] == [
        "not_found",
        "not_found",
        "token_invalid",
    ]
    assert (throttled["status"], throttled["body"]["code"]) == (429, "too_many_attempts")
    assert int(throttled["headers"]["retry-after"]) > 0


async def test_an_allowed_site_can_use_the_browsers_session(visit, friend, program):
    hotspot = await program.strike("Cors 2")
    path, label = f"/api/hotspots/{hotspot}/label", {"label": "false_positive"}
    page = await visit(friend)
    cookies = {cookie["name"]: cookie["value"] for cookie in await page.page.context.cookies()}

    without = await page.call("/api/me", headers={}, credentials="omit")
    me = await page.call("/api/me", headers={}, credentials="include")
    unproven = await page.call(path, "POST", label, headers={}, credentials="include")
    proof = {"X-CSRFToken": cookies["csrftoken"]}
    done = await page.call(path, "POST", label, headers=proof, credentials="include")

    assert (without["status"], me["body"]["username"]) == (401, "analyst")
    assert (unproven["status"], unproven["body"]["code"]) == (403, "csrf_failed")
    assert (done["status"], done["body"]["label"]) == (200, "false_positive")


async def test_an_allowed_site_opens_sockets(visit, friend):
    page = await visit(friend)
    issued = await page.post("/api/stream-tickets", {"stream": "hotspots"})
    hello = {"type": "hello", "who": "analyst"}

    assert await page.listen(ticket=issued["body"]["ticket"]) == hello
    assert await page.listen(f"bearer.{page.token}") == hello
    assert await page.listen() == hello  # by the cookie
    assert await page.listen("bearer.wrong") == {"type": "error", "who": "not_signed_in"}


async def test_a_site_that_is_not_allowed_reads_nothing_and_changes_nothing(
    visit, stranger, program
):
    incident = await program.incident("Cors 3")  # nothing more happens to it by itself
    path, label = f"/api/hotspots/{incident.hotspot}", {"label": "true_positive"}
    follower = await program.follow("hotspots")
    before = await program.get(path)
    page = await visit(stranger)

    tried = [
        await page.call(path),
        await page.call(path, headers={}, credentials="include"),
        await page.post(f"{path}/label", label, **{"Idempotency-Key": "cors-3"}),
        # This one the browser sends without asking first: it is refused for want of proof.
        await page.call(f"{path}/acknowledge", "POST", headers={}, credentials="include"),
        await page.call("/api/session", "DELETE", headers={}, credentials="include"),
        await page.call("/api/me", headers={"Authorization": "Bearer wrong"}),
    ]

    assert tried == [UNREADABLE] * 6
    assert await program.get(path) == before
    assert follower.history == []
    await follower.leave()
    own = await visit_own_page(page)
    assert own["body"]["username"] == "analyst", "the session was ended by another site"


async def visit_own_page(page: Visit):
    """Who is signed in, for a page of the server itself."""
    await page.page.goto(f"{page.server.url}/healthz")
    return await page.call("/api/me", headers={})


async def test_a_site_that_is_not_allowed_opens_no_socket(visit, stranger, program):
    page = await visit(stranger)
    _, issued = await program.call("analyst", "POST", "/api/stream-tickets", {"stream": "hotspots"})

    tried = [
        await page.listen(),
        await page.listen(f"bearer.{page.token}"),
        await page.listen(ticket=issued["ticket"]),
    ]

    assert tried == [REFUSED] * 3
    assert len([text for text in page.said if "Unexpected response code: 403" in text]) == 3
