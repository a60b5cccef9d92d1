"""The client that dashboards of this kind begin with, as it is, in a real browser.

A page of the developer's own server opens the three sockets without a subprotocol, a token or a
library, parses what comes, and hands it to a callback.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.browser import open_browser
from tests.factories import make_alert, make_hotspot, make_recommendation

pytestmark = pytest.mark.browser

CLIENT = """
    (base) => {
      window.got = { hotspots: [], alerts: [], recommend: [] };
      const connect = (path, callback) => new Promise((resolve, reject) => {
        const ws = new WebSocket(`${base}/ws/${path}`);
        ws.onopen = resolve;
        ws.onerror = reject;
        ws.onmessage = (event) => {
          const data = JSON.parse(event.data);
          callback(data);
        };
        ws.onclose = (event) => callback({ closed: event.code });
      });
      return Promise.all(
        Object.keys(window.got).map((path) => connect(path, (data) => window.got[path].push(data))),
      ).then(() => true);
    }
"""


@asynccontextmanager
async def developers_server() -> AsyncIterator[str]:
    """The origin of another server of this machine, with an empty page."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
        writer.write(head + b"<p>")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as listening:
        yield f"http://localhost:{listening.sockets[0].getsockname()[1]}"


async def test_a_plain_websocket_client_gets_the_records(server, settings, in_thread):
    settings.STREAMS_ALLOW_ANONYMOUS = True
    async with developers_server() as origin, open_browser() as browser:
        settings.ALLOWED_ORIGINS = [origin]
        page = await browser.new_page()
        await page.goto(origin)
        assert await page.evaluate(CLIENT, f"ws://127.0.0.1:{server.port}")

        hotspot = await in_thread(make_hotspot)
        alert = await in_thread(make_alert, hotspot)
        advice = await in_thread(make_recommendation, hotspot)
        await page.wait_for_function("Object.values(got).every((records) => records.length)")
        got = await page.evaluate("got")

    assert {path: [record["id"] for record in records] for path, records in got.items()} == {
        "hotspots": [hotspot.pk],
        "alerts": [alert.pk],
        "recommend": [advice.pk],
    }
    record = got["hotspots"][0]
    assert (record["entity"], record["severity"], record["value"], record["baseline"]) == (
        "Supplier A", "critical", 122, 80
    )  # fmt: skip
    assert (got["alerts"][0]["message"], got["recommend"][0]["title"]) == (
        "Supplier A: co2e is critical.", "Move long legs to rail"
    )  # fmt: skip
