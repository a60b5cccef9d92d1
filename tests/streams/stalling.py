"""Sockets of which some stop reading, and what that costs the server."""

import asyncio
import re
import socket
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import websockets

from tests.servers import EmberwatchServer

EVENTS = 1500
EVENT_BYTES = 8000
PUBLISH = f"""
from streams import events
for start in range(0, {EVENTS}, 20):
    with events.batch():
        for number in range(start, start + 20):
            events.publish("hotspots", "hotspot.updated", {{"text": "x" * {EVENT_BYTES}}})
"""
SMALL_BUFFER = 64 * 1024  # what the kernel holds for a client: the rest waits in the server
SEQ = re.compile(rb'"seq":(\d+)')


class Crowd:
    """Clients of one server, in one async context."""

    def __init__(self, server: EmberwatchServer, token: str) -> None:
        self.server = server
        self.headers = {"Authorization": f"Bearer {token}"}
        self.stack = AsyncExitStack()

    async def __aenter__(self) -> "Crowd":
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stack.aclose()

    async def join(self, count: int) -> list[websockets.ClientConnection]:
        """Connect so many; a client that does not read holds next to nothing for itself."""
        return [await self._connect() for _ in range(count)]

    async def listen(self) -> asyncio.StreamReader:
        """Ask for the same events as an event stream, and read nothing."""
        options: dict[str, Any] = {}
        if self.server.trust:
            options = {"ssl": self.server.trust, "server_hostname": "127.0.0.1"}
        wire = await self._wire()
        reader, writer = await asyncio.open_connection(sock=wire, limit=SMALL_BUFFER, **options)
        self.stack.callback(writer.close)
        wanted = {"Host": "127.0.0.1", "Accept": "text/event-stream"} | self.headers
        head = "".join(f"{name}: {value}\r\n" for name, value in wanted.items())
        path = "/api/streams/hotspots/events"
        writer.write(f"GET {path} HTTP/1.1\r\n{head}\r\n".encode())
        await reader.readuntil(b"\nid: ")  # it has joined
        return reader

    async def _wire(self) -> socket.socket:
        wire = socket.socket()
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        wire.setblocking(False)
        await asyncio.get_running_loop().sock_connect(wire, ("127.0.0.1", self.server.port))
        return wire

    async def _connect(self) -> websockets.ClientConnection:
        wire = await self._wire()
        options: dict[str, Any] = {"ssl": self.server.trust} if self.server.trust else {}
        return await self.stack.enter_async_context(
            websockets.connect(
                f"{self.server.socket_url}/ws/hotspots",
                sock=wire,
                additional_headers=self.headers,
                compression=None,
                ping_interval=None,
                max_queue=1,
                **options,
            )
        )


async def publish(server: EmberwatchServer) -> None:
    """Publish all events, 20 in a transaction, from a process of its own."""
    await asyncio.to_thread(server.manage, "shell", "-v0", "-c", PUBLISH)


async def histories(clients: Sequence[websockets.ClientConnection]) -> list[list[int]]:
    """The numbers that each client gets, until it has as many as were published."""
    return list(await asyncio.gather(*map(_history, clients)))


async def blocks(reader: asyncio.StreamReader, last: int) -> list[int]:
    """The numbers that an event stream brings, up to the last one."""
    found: list[int] = []
    while not found or found[-1] < last:
        line = await asyncio.wait_for(reader.readline(), 60)
        if line.startswith(b"id: "):
            found.append(int(line[4:]))
    return found


async def _history(client: websockets.ClientConnection) -> list[int]:
    found = []
    while len(found) < EVENTS:
        text = await asyncio.wait_for(client.recv(decode=False), 60)
        found.append(int(SEQ.search(text, len(text) - 100).group(1)))
    return found


def memory(server: EmberwatchServer) -> int:
    """What the server process holds in memory now, in bytes."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) * 1024
