"""WebSocket clients that keep their whole history, and readings that open hotspots."""

import asyncio
import json
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

    async def until(self, head: int, seconds: float = 30) -> None:
        """Wait until it has an event's number."""
        try:
            async with asyncio.timeout(seconds):
                while not self.history or self.seqs[-1] < head:
                    self.arrived.clear()
                    await self.arrived.wait()
        except TimeoutError:
            raise AssertionError(f"{self.stream}: {head} did not come, only {self.seqs}") from None

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
