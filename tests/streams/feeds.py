"""HTTP clients of the event log."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from streams.hub import Hub, _hubs


class Block(dict):
    """One block of an event stream: its fields; a comment is the field with the empty name."""

    @property
    def row(self) -> dict[str, Any]:
        """What `data` says."""
        return json.loads(self["data"])


class Stream:
    """An open event stream, read block by block."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def block(self) -> Block | None:
        """The next block, `None` at the end; waits at most 30 s."""
        found = Block()
        async with asyncio.timeout(30):
            async for line in self._lines:
                if not line:
                    return found
                name, _, value = line.partition(":")
                found[name] = value.removeprefix(" ")
        assert not found, "cut off within a block"
        return None

    async def event(self) -> Block | None:
        """The next block that is no heartbeat: a busy machine may be slow enough for one."""
        while (block := await self.block()) == {"": ""}:
            pass
        return block

    async def rest(self) -> list[Block]:
        """Everything up to the end."""
        found = []
        while (block := await self.block()) is not None:
            found.append(block)
        return found


class FeedClient(httpx.AsyncClient):
    """Reads the feeds of one server."""

    async def poll(self, stream: str = "hotspots", **query: Any) -> httpx.Response:
        """One long poll."""
        return await self.get(f"/api/streams/{stream}/events", params=query)

    async def events(self, **query: Any) -> dict[str, Any]:
        """The JSON of a long poll that must succeed."""
        answer = await self.poll(**query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    @asynccontextmanager
    async def listen(
        self, stream: str = "hotspots", last: str = "", **query: Any
    ) -> AsyncIterator[Stream]:
        """Open an event stream; `last` is the `Last-Event-ID` of a client that comes back."""
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last} if last else {})
        path = f"/api/streams/{stream}/events"
        async with self.stream("GET", path, params=query, headers=headers) as response:
            yield Stream(response)


def hubs(stream: str) -> list[Hub]:
    """The hubs of a stream in this process: one per server that runs here."""
    return [of_loop[stream] for of_loop in tuple(_hubs.values()) if stream in of_loop]


async def until_waiting(number: int, stream: str = "hotspots") -> None:
    """Until so many, polls and event streams, wait for the next event; at most 30 s."""
    async with asyncio.timeout(30):
        while True:
            if sum(len(hub._changed._waiters) for hub in hubs(stream)) >= number:
                return
            await asyncio.sleep(0.01)


def reader(port: int, token: str = "", **headers: str) -> FeedClient:
    """A client of the server on a port of this machine. Use it as an async context."""
    if token:
        headers["Authorization"] = f"Bearer {token}"
    limits = httpx.Limits(max_connections=None)
    url = f"http://127.0.0.1:{port}"
    return FeedClient(base_url=url, headers=headers, timeout=40, limits=limits)
