"""The least a Python server can do: a handshake, then the same bytes to every transport."""

import asyncio
import base64
import hashlib
import os

import redis.asyncio
import uvloop

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
transports: set[asyncio.Transport] = set()


def frame(text: bytes) -> bytes:
    """Return a WebSocket text frame; every event here has 126 to 65,535 bytes."""
    return b"\x81\x7e" + len(text).to_bytes(2, "big") + text


class Socket(asyncio.Protocol):
    """Shakes hands and joins the others; what the client says is ignored."""

    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.request = b""

    def data_received(self, data: bytes) -> None:
        if self.transport in transports:
            return
        self.request += data
        if b"\r\n\r\n" in self.request:
            key = self.request.split(b"Sec-WebSocket-Key: ")[1].split(b"\r\n")[0]
            accept = base64.b64encode(hashlib.sha1(key + GUID).digest())  # noqa: S324 - RFC 6455
            self.transport.write(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                b"Connection: Upgrade\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n"
            )
            transports.add(self.transport)

    def connection_lost(self, exc: Exception | None) -> None:
        transports.discard(self.transport)


async def main() -> None:
    """Serve, and write every message of the channel to every transport."""
    await asyncio.get_running_loop().create_server(
        Socket, "127.0.0.1", int(os.environ["PORT"]), backlog=2048
    )
    pubsub = redis.asyncio.Redis.from_url(os.environ["REDIS_URL"]).pubsub()
    await pubsub.subscribe(os.environ["CHANNEL"])
    async for message in pubsub.listen():
        if message["type"] == "message":
            data = frame(message["data"])
            for transport in transports:
                transport.write(data)


uvloop.run(main())
