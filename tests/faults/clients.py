"""WebSocket clients that keep their whole history, and readings that open hotspots."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import websockets

from tests.servers import EmberwatchServer

ROUTES = ("hotspots", "alerts", "recommendations")


class Follower:
    """A plain client of one route that resumes after its last number."""

    def __init__(self, stream: str, token: str) -> None:
        self.stream = stream
        self.token = token
        self.history: list[dict[str, Any]] = []
        self.task: asyncio.Task[None] | None = None
        self.arrived = asyncio.Event()

    @property
    def seqs(self) -> list[int]:
        """The numbers it got, in the order in which they came."""
        return [event["seq"] for event in self.history]

    @property
    def entities(self) -> set[str]:
        """The entities it heard of."""
        return {event["entity"] for event in self.history}

    def is_gap_free(self) -> bool:
        """Whether every number came once, in order."""
        return self.seqs == list(range(self.seqs[0], self.seqs[-1] + 1))

    async def follow(self, server: EmberwatchServer, since: int | None = None) -> None:
        """Connect, and read in the background until the server goes."""
        position = self.seqs[-1] if self.history else since
        query = "" if position is None else f"?since={position}"
        socket = await websockets.connect(
            f"{server.socket_url}/ws/{self.stream}{query}",
            additional_headers={"Authorization": f"Bearer {self.token}"},
        )
        self.task = asyncio.create_task(self._read(socket))

    async def _read(self, socket: websockets.ClientConnection) -> None:
        with suppress(websockets.ConnectionClosed):
            async with socket:
                async for text in socket:
                    self.history.append(json.loads(text))
                    self.arrived.set()

    async def until(self, head: int) -> None:
        """Wait until it has an event's number."""
        await self._wait(lambda: bool(self.history) and self.seqs[-1] >= head, f"event {head}")

    async def until_entity(self, name: str) -> None:
        """Wait until it has an event of an entity."""
        await self._wait(lambda: name in self.entities, f"an event of {name}")

    async def _wait(self, done: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(30):
                while not done():
                    self.arrived.clear()
                    await self.arrived.wait()
        except TimeoutError:
            raise AssertionError(f"{self.stream}: {what} did not come, only {self.seqs}") from None

    async def gone(self) -> None:
        """Wait until the connection has ended."""
        if self.task is not None:
            await asyncio.wait_for(self.task, 30)

    async def leave(self) -> None:
        """Disconnect."""
        if self.task is not None:
            self.task.cancel()
            with suppress(asyncio.CancelledError):
                await self.task


def quiet_days(entity: str, days: int = 10) -> list[dict[str, Any]]:
    """Hourly readings with a daily rhythm, up to an hour ago: enough to learn from."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    times = [now - timedelta(hours=n) for n in range(24 * days, 0, -1)]
    return [
        {
            "entity": entity,
            "metric": "co2e",
            "unit": "kg",
            "value": 100 + 20 * (8 <= t.hour <= 18) + t.day % 3,
            "time": t.isoformat(),
        }
        for t in times
    ]


def spike(entity: str, value: float = 400, seconds: int = 0) -> dict[str, Any]:
    """A reading of now that no memory explains."""
    time = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(seconds=seconds)
    return {
        "entity": entity,
        "metric": "co2e",
        "unit": "kg",
        "value": value,
        "time": time.isoformat(),
    }
