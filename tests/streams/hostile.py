"""A client that speaks bytes, so that it can say what no library would."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
UPGRADE = {
    "Host": "127.0.0.1",
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Key": KEY,
    "Sec-WebSocket-Version": "13",
}
CONTINUED, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
CUT = 1006  # the connection ended without a close frame


def handshake(
    path: str | bytes = "/ws/hotspots",
    *,
    method: str = "GET",
    version: str = "HTTP/1.1",
    extra: bytes = b"",
    **headers: str | None,
) -> bytes:
    """A handshake; headers by name (`_` for `-`), `None` leaves one out, `extra` are raw lines."""
    named = UPGRADE | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in named.items() if value is not None]
    raw = path if isinstance(path, bytes) else path.encode()
    head = method.encode() + b" " + raw + b" " + version.encode() + b"\r\n"
    return head + "".join(f"{line}\r\n" for line in lines).encode("latin-1") + extra + b"\r\n"


def frame(
    opcode: int,
    payload: bytes = b"",
    *,
    fin: bool = True,
    masked: bool = True,
    reserved: int = 0,
    length: int | None = None,
) -> bytes:
    """One frame of a client; `length` is what it claims where that is not the truth."""
    size = len(payload) if length is None else length
    first = fin << 7 | reserved << 4 | opcode
    mask = masked << 7
    if size < 126:
        head = bytes([first, mask | size])
    elif size < 1 << 16:
        head = bytes([first, mask | 126]) + struct.pack("!H", size)
    else:
        head = bytes([first, mask | 127]) + struct.pack("!Q", size)
    return head + (bytes(4) if masked else b"") + payload  # a mask of zeros changes nothing


class Raw:
    """One TCP connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        """Send; a server that has hung up meanwhile is no surprise."""
        if not self.writer.is_closing():
            with suppress(ConnectionError):
                self.writer.write(data)
                await self.writer.drain()

    async def status(self) -> int:
        """The HTTP status of the answer; 0 if the server hung up without one."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await self._within(self.reader.readuntil(b"\r\n\r\n"))
            return int(head.split(b" ", 2)[1])
        return 0

    async def next(self) -> tuple[int, bytes]:
        """The next frame: its opcode and what it holds."""
        first, size = await self._within(self.reader.readexactly(2))
        if size == 126:
            (size,) = struct.unpack("!H", await self.reader.readexactly(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", await self.reader.readexactly(8))
        return first & 15, await self._within(self.reader.readexactly(size))

    async def close_code(self) -> int:
        """Read to the end; the code of the close frame, or `CUT`."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                opcode, payload = await self.next()
                if opcode == CLOSE:
                    return struct.unpack("!H", payload[:2])[0] if payload else 1005
        return CUT

    async def ended(self) -> bool:
        """Whether the server hangs up."""
        with suppress(ConnectionError):
            await self._within(self.reader.read(-1))
        return True

    async def _within[T](self, reading: asyncio.Future[T]) -> T:
        return await asyncio.wait_for(reading, 30)


@asynccontextmanager
async def connect(port: int, head: bytes = b"") -> AsyncIterator[Raw]:
    """Open a TCP connection and send the beginning."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    raw = Raw(reader, writer)
    try:
        await raw.send(head)
        yield raw
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


@asynccontextmanager
async def open_socket(port: int, token: str, protocol: str = "emberwatch.v1") -> AsyncIterator[Raw]:
    """A WebSocket that the server has accepted; in session mode its hello has been read."""
    head = handshake(Authorization=f"Bearer {token}", Sec_WebSocket_Protocol=protocol)
    async with connect(port, head) as raw:
        assert await raw.status() == 101
        if protocol == "emberwatch.v1":
            await raw.next()
        yield raw
