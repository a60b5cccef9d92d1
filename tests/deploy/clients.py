"""Clients that come through a proxy, and somebody who makes events."""

import asyncio
import json
from contextlib import suppress
from itertools import count
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.faults.clients import Follower, quiet_days, spike
from tests.servers import EmberwatchServer
from tests.servers.proxy import Proxy


async def frame(socket: ClientConnection) -> dict[str, Any]:
    """The next frame."""
    return json.loads(await asyncio.wait_for(socket.recv(), 30))


async def until_event(socket: ClientConnection, seq: int) -> None:
    """Read frames of the session mode until one has this event.

    A process that has just heard of the stream may begin a little before it.
    """
    while seq not in [event["seq"] for event in (await frame(socket)).get("events", ())]:
        pass


class Returning(Follower):
    """A plain client of the hotspots that comes back through the proxy whenever it is cut off."""

    def __init__(self, proxy: Proxy, token: str, address: str) -> None:
        super().__init__("hotspots", token)
        self.proxy = proxy
        self.address = address
        self.visits = 0
        self.codes: list[int | None] = []

    async def come(self, since: int) -> "Returning":
        """Be connected, and stay so in the background; returns itself."""
        self.task = asyncio.create_task(self._stay(since))
        await self._wait(lambda: self.visits > 0, "a connection")
        return self

    async def again(self) -> None:
        """Wait until it has come back."""
        seen = self.visits
        await self._wait(lambda: self.visits > seen, "a second connection")

    async def _stay(self, since: int) -> None:
        while True:
            position = self.seqs[-1] if self.history else since
            with suppress(ConnectionClosed, InvalidHandshake, OSError):
                await self._visit(position)
            await asyncio.sleep(0.05)

    async def _visit(self, position: int) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        path = f"/ws/hotspots?since={position}"
        async with self.proxy.connect(path, self.address, additional_headers=headers) as socket:
            self.visits += 1
            self.arrived.set()
            try:
                async for text in socket:
                    self.history.append(json.loads(text))
                    self.arrived.set()
            finally:
                self.codes.append(socket.close_code)


class Analyst:
    """Makes one event of the hotspots with each change of mind, at a server itself."""

    def __init__(self, server: EmberwatchServer, entity: str = "Works 1") -> None:
        self.server = server
        self.token = server.token("analyst")
        self.ingest_token = server.token("ingester")
        server.call("POST", "/api/events", quiet_days(entity), self.ingest_token)
        _, answer = server.call("POST", "/api/events", spike(entity), self.ingest_token)
        [self.hotspot] = answer["hotspots"]
        self._numbers = count()

    async def change(self, times: int = 1, server: EmberwatchServer | None = None) -> int:
        """Make events; returns the number of the last."""
        for _ in range(times):
            label = ("true_positive", "false_positive")[next(self._numbers) % 2]
            path = f"/api/hotspots/{self.hotspot}/label"
            await self._call(server, "POST", path, {"label": label})
        return await self.head(server)

    async def head(self, server: EmberwatchServer | None = None) -> int:
        """The number of the last event."""
        return int((await self._call(server, "GET", "/api/hotspots"))["seq"])

    async def _call(
        self, server: EmberwatchServer | None, method: str, path: str, body: object = None
    ) -> dict[str, Any]:
        chosen = server or self.server
        status, answer = await asyncio.to_thread(chosen.call, method, path, body, self.token)
        assert status == 200, answer
        return answer
