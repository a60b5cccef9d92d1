"""Handshakes that no honest client makes: refused with their code, quickly, and without a word."""

import asyncio
import threading
from contextlib import AsyncExitStack

from streams import grants, guards
from streams.grants import judge
from tests.streams import hostile
from tests.streams.hostile import TEXT, connect, frame, handshake

LONG = "x" * 9000
# What is sent, and the HTTP status of the answer. Nobody of these is signed in.
REFUSED = {
    "an unknown route": (handshake("/ws/nope"), 403),
    "no route": (handshake("/"), 403),
    "a route of the REST API": (handshake("/api/hotspots"), 403),
    "a route with dots": (handshake("/ws/../ws/hotspots/../x"), 403),
    "a route with an escaped slash": (handshake("/ws/hotspots%2fx"), 403),
    "a route with an escaped NUL": (handshake("/ws/hotspots%00"), 403),
    "a route with an escape that is none": (handshake("/ws/%zz%"), 403),
    "a route with a line end": (handshake("/ws/hotspots%0d%0aX:1"), 403),
    "a route that is no ASCII": (handshake("/ws/häuser".encode()), 400),
    "a query that is no ASCII": (handshake("/ws/hotspots?since=ä".encode()), 400),
    "a route of 9,000 letters": (handshake(f"/ws/{LONG}"), 414),
    "a query of 9,000 letters": (handshake(f"/ws/hotspots?since={LONG}"), 414),
    "POST": (handshake(method="POST"), 405),
    "DELETE": (handshake(method="DELETE"), 405),
    "a method that is none": (handshake(method="FLY"), 400),
    "POST with a body": (handshake(method="POST", Content_Length="5") + b"since", 400),
    "GET with a body": (
        handshake(Content_Length="33") + b"GET /admin HTTP/1.1\r\nHost: x\r\n\r\n",
        400,
    ),
    "GET with a body in pieces": (handshake(Transfer_Encoding="chunked") + b"0\r\n\r\n", 400),
    "both lengths": (
        handshake(Content_Length="3", Transfer_Encoding="chunked") + b"0\r\n\r\n",
        400,
    ),
    "two lengths": (handshake(Content_Length="0", extra=b"Content-Length: 5\r\n"), 400),
    "a negative length": (handshake(Content_Length="-1"), 400),
    "HTTP/1.0": (handshake(version="HTTP/1.0"), 404),
    "HTTP/0.9": (handshake(version="HTTP/0.9"), 404),
    "HTTP/2.0": (handshake(version="HTTP/2.0"), 404),
    "HTTP/1.1 in other letters": (handshake(version="http/1.1"), 400),
    "no key": (handshake(Sec_WebSocket_Key=None), 400),
    "a key that is too short": (handshake(Sec_WebSocket_Key="AAAA"), 400),
    "two keys": (handshake(extra=f"Sec-WebSocket-Key: {hostile.KEY}\r\n".encode()), 400),
    "no version": (handshake(Sec_WebSocket_Version=None), 400),
    "an old version": (handshake(Sec_WebSocket_Version="8"), 400),
    "a header of 9,000 letters": (handshake(X_Long=LONG), 431),
    "200 headers": (handshake(extra=b"".join(b"X-%d: 1\r\n" % n for n in range(200))), 431),
    "a header name with a space": (handshake(extra=b"X Y: 1\r\n"), 400),
    "a header without a name": (handshake(extra=b": 1\r\n"), 400),
    "a header without a colon": (handshake(extra=b"nonsense\r\n"), 400),
    "a header over two lines": (handshake(extra=b"X: 1\r\n 2\r\n"), 400),
    "a header with a NUL": (handshake(extra=b"X: \0\r\n"), 400),
    "a lone line feed in a header": (handshake(extra=b"X: 1\nY: 2\r\n"), 400),
    "a lone carriage return in a header": (handshake(extra=b"X: 1\rY: 2\r\n"), 400),
    "a subprotocol that is none": (handshake(Sec_WebSocket_Protocol="a/b"), 400),
    "a head of a megabyte": (handshake(extra=b"X: " + b"x" * 2**20 + b"\r\n"), 431),
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500), 400),
    "a frame instead of a handshake": (frame(TEXT, b"{}"), 400),
    "a request without an upgrade": (handshake(Connection=None, Upgrade=None), 404),
    "an upgrade to something else": (handshake(Upgrade="h2c"), 404),
}
ORIGINS = {
    "http://evil.example": 403,
    "null": 403,
    "": 403,
    "http://": 403,
    "http://[": 403,
    "http://[::1": 403,
    "//127.0.0.1:{port}": 403,
    "http://127.0.0.1": 403,
    "http://127.0.0.1:{port}0": 403,
    "http://127.0.0.1:{port}.evil.example": 403,
    "http://127.0.0.1:{port}@evil.example": 403,
    "http://evil.example@127.0.0.1:{port}": 403,
    "http://evil.example/127.0.0.1:{port}": 403,
    "http://evil.example?127.0.0.1:{port}": 403,
    "http://evil127.0.0.1:{port}": 403,
    "http://127.0.0.1:{port} http://evil.example": 403,
    "http://evil.example, http://127.0.0.1:{port}": 403,
    "https://dash.example.evil.example": 403,
    "https://evildash.example": 403,
    "https://dash.example:444": 403,
    "http://dash.example": 403,
    "javascript://127.0.0.1:{port}": 403,
    "file://": 403,
    "https://dash.example": 101,
    "http://127.0.0.1:{port}": 101,
}


async def status_of(port, head):
    async with connect(port, head) as raw:
        return await raw.status()


async def test_a_handshake_that_is_none_gets_its_status(server, bystander):
    told = {name: await status_of(server.port, head) for name, (head, _) in REFUSED.items()}
    assert told == {name: status for name, (_, status) in REFUSED.items()}
    await bystander.check()


async def test_a_valid_cookie_opens_nothing_for_a_foreign_page(server, bystander, settings, cookie):
    settings.ALLOWED_ORIGINS = ["https://dash.example"]
    host = f"127.0.0.1:{server.port}"
    told = {
        origin: await status_of(
            server.port,
            handshake(Host=host, Origin=origin.format(port=server.port), Cookie=cookie),
        )
        for origin in ORIGINS
    }
    assert told == ORIGINS
    await bystander.check()


async def test_a_page_of_our_host_under_a_foreign_name_opens_nothing(server, cookie):
    """DNS rebinding: `Origin` and `Host` agree, and neither is ours."""
    name = f"evil.example:{server.port}"
    head = handshake(Host=name, Origin=f"http://{name}", Cookie=cookie)
    assert await status_of(server.port, head) == 403


async def test_two_origins_open_nothing(server, bystander, cookie):
    ours = f"127.0.0.1:{server.port}"
    evil = b"Origin: http://evil.example\r\n"
    both = handshake(Host=ours, Origin=f"http://{ours}", Cookie=cookie, extra=evil)
    assert await status_of(server.port, both) == 400
    await bystander.check()


async def test_drops_of_a_handshake_are_waited_for_but_not_forever(server, bystander, monkeypatch):
    """Slow loris: every request begins, and none comes to its end."""
    monkeypatch.setattr(guards, "HEAD_SECONDS", 0.5)
    head = handshake()
    async with AsyncExitStack() as opened:
        slow = [
            await opened.enter_async_context(connect(server.port, head[: n % 90]))
            for n in range(300)
        ]
        await bystander.check()

        async def drip(raw):
            for byte in head[90:-4]:
                if raw.reader.at_eof():
                    break
                await raw.send(bytes([byte]))
                await asyncio.sleep(0.05)
            return await raw.status()

        told = set(await asyncio.gather(*map(drip, slow)))
    assert told <= {408, 0}  # 0: the next drop crossed the answer
    await bystander.check()


async def test_a_kept_connection_is_not_waited_for_longer(server, bystander, monkeypatch):
    monkeypatch.setattr(guards, "HEAD_SECONDS", 0.2)
    async with connect(server.port, b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n") as raw:
        assert await raw.status() == 200
        await raw.send(b"GET /healthz HTTP/1.1\r\nHo")
        assert b" 408 " in await raw.reader.read(-1)
    await bystander.check()


async def test_a_slow_answer_is_not_a_slow_request(server, monkeypatch, token):
    """Only the head has an end: a long poll may wait longer."""
    monkeypatch.setattr(guards, "HEAD_SECONDS", 0.2)
    request = (
        "GET /api/streams/hotspots/events?wait=1 HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {token}\r\n\r\n"
    )
    async with connect(server.port, request.encode()) as raw:
        assert await raw.status() == 200


async def test_frames_before_the_answer_wait_for_it(server, bystander, token, monkeypatch):
    asked, answer = threading.Event(), threading.Event()

    def slow_judge(*arguments):
        asked.set()
        answer.wait(30)
        return judge(*arguments)

    monkeypatch.setattr(grants, "judge", slow_judge)
    async with connect(server.port, handshake(Authorization=f"Bearer {token}")) as raw:
        await asyncio.to_thread(asked.wait, 30)
        await raw.send(frame(hostile.PING, b"?") + frame(TEXT, b"\xff"))
        await bystander.check()  # by now the server has them
        answer.set()
        assert await raw.status() == 101
        assert await raw.close_code() == 1007
    await bystander.check()


async def test_who_leaves_in_the_middle_of_a_handshake_leaves_nothing(server, bystander, token):
    head = handshake(Authorization=f"Bearer {token}")
    for end in (1, 50, len(head) - 1, len(head)):
        async with connect(server.port, head[:end]):
            pass
    await bystander.check()


async def test_subprotocols_without_end_are_read_past(server, bystander, token):
    offers = ", ".join([*(f"x{n}" for n in range(1000)), "emberwatch.v1"])
    head = handshake(Authorization=f"Bearer {token}", Sec_WebSocket_Protocol=offers)
    assert await status_of(server.port, head) == 101
    lines = b"".join(b"Sec-WebSocket-Protocol: x%d\r\n" % n for n in range(100))
    assert (
        await status_of(server.port, handshake(Authorization=f"Bearer {token}", extra=lines)) == 101
    )
    await bystander.check()


async def test_a_session_key_that_no_table_can_hold_opens_nothing(server, bystander):
    """An octal escape in a quoted cookie is a NUL, which PostgreSQL refuses."""
    for key in (
        '"\\000\\000\\000\\000\\000\\000\\000\\000\\000"',
        "x" * 5000,
        '"\\377\\377\\377\\377\\377\\377\\377\\377"',
    ):
        ours = f"127.0.0.1:{server.port}"
        head = handshake(Host=ours, Origin=f"http://{ours}", Cookie=f"sessionid={key}")
        async with connect(server.port, head) as raw:
            assert await raw.status() == 101
            assert await raw.close_code() == 4401
    await bystander.check()


async def test_strangers_that_hammer_get_one_line_a_minute(server, bystander, caplog):
    """Broken requests, foreign routes and missing credentials, in hundreds."""
    for head in (b"nonsense\r\n\r\n", handshake("/ws/nope"), handshake(Content_Length="7")):
        await asyncio.gather(*(status_of(server.port, head) for _ in range(100)))
    await bystander.check()
