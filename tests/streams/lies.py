"""A proxy that tells the truth but once: it tampers with one frame of one socket.

HTTP passes through, unless ``rewrite`` replaces bytes of what clients send.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager, suppress

Lie = Callable[[list[bytes]], list[bytes]]
AT = 3  # the frame with events that is tampered with: not the first and not the last

LIES: dict[str, Lie] = {
    "drop": lambda frames: frames[: AT - 1] + frames[AT:],
    "repeat": lambda frames: frames[:AT] + frames[AT - 1 :],
    "swap": lambda frames: [*frames[: AT - 1], frames[AT], frames[AT - 1], *frames[AT + 1 :]],
    "alter": lambda frames: [
        *frames[: AT - 1], frames[AT - 1].replace(b"rt_check", b"rt_chick"), *frames[AT:]
    ],
}  # fmt: skip


class Liar:
    """Stands before a server; sockets get the lies in the order in which they connect."""

    def __init__(self, port: int, *lies: str, rewrite: tuple[bytes, bytes] = (b"", b"")) -> None:
        self.server_port = port
        self.lies = iter(lies)
        self.rewrite = rewrite

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one connection on."""
        upstream = await asyncio.open_connection("127.0.0.1", self.server_port)
        there = asyncio.create_task(self._there(reader, upstream[1]))
        with suppress(OSError, asyncio.IncompleteReadError):
            await self._back(upstream[0], writer)
        there.cancel()
        for side in (writer, upstream[1]):
            side.close()

    async def _there(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            old, new = self.rewrite
            writer.write(data.replace(old, new) if old else data)
        writer.close()

    async def _back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.read(1)
        first += await reader.readuntil(b"\r\n\r\n")
        writer.write(first)
        if b" 101 " not in first.partition(b"\r\n")[0]:
            while data := await reader.read(65536):
                writer.write(data)
            return
        lie = next(self.lies, "")
        held: list[bytes] = []
        while True:
            frame = await _frame(reader)
            if not lie or b'"seq":' not in frame or b'"type":"hello"' in frame:
                writer.write(frame)
                continue
            held.append(frame)
            if len(held) > AT:  # all that a lie needs to know
                for told in LIES[lie](held):
                    writer.write(told)
                lie = ""


async def _frame(reader: asyncio.StreamReader) -> bytes:
    """Read one whole frame of a server: unmasked."""
    head = await reader.readexactly(2)
    size = head[1] & 0x7F
    extended = {126: 2, 127: 8}.get(size, 0)
    length = await reader.readexactly(extended)
    payload = await reader.readexactly(int.from_bytes(length) if extended else size)
    return head + length + payload


@asynccontextmanager
async def liar(port: int, *lies: str, **options) -> Iterator[int]:
    """Serve; gives the proxy's port."""
    listening = await asyncio.start_server(Liar(port, *lies, **options).serve, "127.0.0.1", 0)
    yield listening.sockets[0].getsockname()[1]
    listening.close()
