"""One Chromium for all tests; one server for those that leave it running."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, StorageState

from tests.browser import open_browser
from tests.e2e.desk import Desk, Program, become, installed
from tests.e2e.site import Site
from tests.servers import EmberwatchServer

SignIn = Callable[[str], Awaitable[StorageState]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The browser; every window has a profile of its own."""
    async with open_browser() as chromium:
        yield chromium


@pytest.fixture(scope="session")
def friend() -> Iterator[Site]:
    """Another site, whose pages may call the API."""
    with Site() as site:
        yield site


@pytest.fixture(scope="session")
def common_server(friend: Site) -> Iterator[EmberwatchServer]:
    """Emberwatch, embedded, with a user for each role; without storms, which tests would share."""
    settings = {"SIGN_IN_ATTEMPTS": "3", "ALERT_STORM_HOTSPOTS": "0"}
    with installed(ALLOWED_ORIGINS=friend.origin, **settings) as running:
        yield running


@pytest.fixture
def server(common_server: EmberwatchServer) -> Iterator[EmberwatchServer]:
    """The server that the tests share; each has entities of its own, and may kill it."""
    yield common_server
    ended = common_server.process is not None and common_server.process.poll() is not None
    said = (common_server.root / "log").read_text() if ended else ""
    if ended or common_server.process is None:
        common_server.process = None
        common_server.start()
    assert not ended, f"the server ended by itself:\n{said}"


@pytest.fixture(scope="session")
def program(common_server: EmberwatchServer) -> Program:
    """What sends readings to it."""
    return Program(common_server)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sign_in(browser: Browser, common_server: EmberwatchServer) -> SignIn:
    """A function that signs somebody in, once for all tests, and returns the cookies."""
    states: dict[str, StorageState] = {}

    async def state_of(name: str) -> StorageState:
        if name not in states:
            context = await browser.new_context()
            await become(name, common_server, context)
            states[name] = await context.storage_state()
            await context.close()
        return states[name]

    return state_of


@pytest_asyncio.fixture(loop_scope="session")
async def open_desk(
    browser: Browser, server: EmberwatchServer, sign_in: SignIn
) -> AsyncIterator[Callable[..., Awaitable[Desk]]]:
    """A function that opens the dashboard for somebody, live: `await open_desk("analyst")`.

    Without a name it only opens a window. Its options are those of a browser context. At the
    end no window may have had an error or a violation of the policy that the test did not
    expect.
    """
    desks: list[Desk] = []

    async def open_window(name: str = "", **options: Any) -> Desk:
        state = await sign_in(name) if name else None
        # Without animations, which a browser without a graphics card pays for dearly.
        options = {"reduced_motion": "reduce", "storage_state": state, **options}
        desk = await Desk.open(server, await browser.new_context(**options))
        desks.append(desk)
        if name:
            await desk.visit()
            await desk.is_in("live")
        return desk

    yield open_window
    for desk in desks:
        await desk.context.close()
    assert [problem for desk in desks for problem in desk.problems] == []
