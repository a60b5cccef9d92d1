"""A body that is too large is refused while it comes, and says so."""

import asyncio
import json

import pytest


async def send(port: int, head: str, *parts: bytes) -> tuple[int, dict]:
    """One raw request; returns status and problem."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"POST /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n\r\n".encode())
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
    except ConnectionError:
        pass  # refused before the end, as it should be
    answer = await asyncio.wait_for(reader.read(65_536), 10)
    writer.close()
    top, _, body = answer.partition(b"\r\n\r\n")
    return int(top.split()[1]), json.loads(body[body.index(b"{") : body.rindex(b"}") + 1])


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_over_the_bound_is_refused_before_it_is_stored(server, chunked):
    chunk = b"x" * 1_000_000
    if chunked:
        head, parts = "Transfer-Encoding: chunked", [b"%x\r\n%b\r\n" % (len(chunk), chunk)] * 7
    else:
        head, parts = "Content-Length: 900000000", [b"x"]

    status, problem = await send(server.port, f"Content-Type: application/json\r\n{head}", *parts)

    assert (status, problem["code"]) == (413, "too_large")
