"""The load generator sees what it exists to see: a gap, a repeat, a wrong order, a slow event."""

import asyncio
import base64
import hashlib
import json
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmarks.streams.load import Load
from streams.encoding import Encoded, frame, session_text
from streams.log import Event

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler here")
SOCKETS = 3


def event(seq: int, *, age_ms: int = 0) -> Encoded:
    row = {"id": 7, "sent_ns": time.monotonic_ns() - age_ms * 1_000_000}
    return Encoded(
        Event(seq, "hotspot.updated", "2026-11-23T04:00:00.000Z", json.dumps(row).encode())
    )


def plain(*seqs: int) -> bytes:
    return b"".join(event(seq).plain_frame for seq in seqs)


def session(*seqs: int) -> bytes:
    return frame(session_text([event(seq) for seq in seqs]))


@contextmanager
def scripted(script: bytes) -> Iterator[int]:
    """A server that says the same to every client, in small pieces, and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        key = request.split(b"Sec-WebSocket-Key: ")[1].split(b"\r\n")[0]
        digest = hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()  # noqa: S324
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: %b\r\n\r\n" % base64.b64encode(digest)
        )
        for place in range(0, len(script), 100):
            writer.write(script[place : place + 100])
            await writer.drain()
            await asyncio.sleep(0)
        writer.close()

    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


def heard(script: bytes, **options: object) -> dict:
    with scripted(script) as port, Load(port, sockets=SOCKETS, **options) as load:
        assert load.connected["connected"] == SOCKETS
        return load.result()


def faults(result: dict) -> dict[str, int]:
    names = ("gaps", "missing", "repeated", "reordered", "bad_frames")
    return {name: result[name] // SOCKETS for name in names if result[name]}


@pytest.mark.parametrize(
    ("seqs", "expected"),
    [
        ((5, 6, 7, 8), {}),
        ((5, 6, 8, 9), {"gaps": 1, "missing": 1}),
        ((5, 6, 6, 7), {"repeated": 1}),
        ((5, 7, 6, 8), {"gaps": 1, "missing": 1, "reordered": 1}),
    ],
    ids=["in order", "gap", "repeat", "wrong order"],
)
@pytest.mark.parametrize("mode", ["emberwatch.plain", "emberwatch.v1"])
def test_it_sees_what_is_wrong(mode: str, seqs: tuple[int, ...], expected: dict) -> None:
    script = plain(*seqs) if mode == "emberwatch.plain" else session(*seqs[:2]) + session(*seqs[2:])
    result = heard(script, subprotocol=mode)
    assert faults(result) == expected
    assert result["events"] == len(seqs) * SOCKETS


def test_the_first_number_must_follow_since() -> None:
    assert faults(heard(plain(5, 6), since=4)) == {}
    assert faults(heard(plain(5, 6), since=2)) == {"gaps": 1, "missing": 2}


def test_a_socket_that_got_less_is_incomplete() -> None:
    result = heard(plain(5, 6), until=7)
    assert result["incomplete"] == SOCKETS
    assert heard(plain(5, 6, 7), until=7)["incomplete"] == 0


def test_it_measures_from_the_stamp_in_the_row_to_the_last_socket() -> None:
    result = heard(event(5, age_ms=800).plain_frame, until=5)
    assert result["latency_ms"]["count"] == SOCKETS
    assert result["last_ms"]["count"] == 1
    assert result["last_ms"]["p50"] >= 800


def test_it_counts_close_codes() -> None:
    assert heard(plain(5) + b"\x88\x02\x11\x38")["closed"]["4408"] == SOCKETS
