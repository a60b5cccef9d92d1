"""A body that is too large is refused while it comes, and says so."""

import asyncio
import json

import pytest

from tests.pages import inline_parts
from tests.streams.conftest import access_token


async def exchange(port: int, head: str, *parts: bytes, path: str) -> tuple[str, str]:
    """One raw request; returns the head and the body of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n\r\n".encode())
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
    except ConnectionError:
        pass  # refused before the end, as it should be
    answer = await asyncio.wait_for(reader.read(65_536), 30)
    writer.close()
    top, _, body = answer.decode().partition("\r\n\r\n")
    return top, body


async def send(port: int, head: str, *parts: bytes, path: str = "/api/events") -> tuple[int, dict]:
    """One raw request; returns status and problem."""
    top, body = await exchange(port, head, *parts, path=path)
    return int(top.split()[1]), json.loads(body[body.index("{") : body.rindex("}") + 1])


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_over_the_bound_is_refused_before_it_is_stored(server, chunked):
    chunk = b"x" * 1_000_000
    if chunked:
        head, parts = "Transfer-Encoding: chunked", [b"%x\r\n%b\r\n" % (len(chunk), chunk)] * 7
    else:
        head, parts = "Content-Length: 900000000", [b"x"]

    status, problem = await send(server.port, f"Content-Type: application/json\r\n{head}", *parts)

    assert (status, problem["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("role", "status", "code"),
    [("", 413, "too_large"), ("analyst", 413, "too_large"), ("ingester", 400, "missing_file")],
)
async def test_a_large_file_is_for_those_who_may_upload(
    server, make_user, in_thread, role, status, code
):
    who = f"Authorization: Bearer {await in_thread(token_of, make_user, role)}\r\n" if role else ""
    head = f"{who}Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 7000000"
    form = b'--x\r\nContent-Disposition: form-data; name="other"; filename="a.csv"\r\n\r\n'
    body = form + b"y" * (7_000_000 - len(form) - 9) + b"\r\n--x--\r\n" if status == 400 else b"y"

    answer = await send(server.port, head, body, path="/api/uploads")

    assert (answer[0], answer[1]["code"]) == (status, code)


async def test_a_file_beyond_the_limit_is_refused_unread(server, make_user, in_thread, settings):
    settings.UPLOAD_MAX_BYTES = 8_000_000
    who = f"Authorization: Bearer {await in_thread(token_of, make_user, 'ingester')}"
    head = f"{who}\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 9000000"

    status, problem = await send(server.port, head, b"x", path="/api/uploads")

    assert (status, problem["code"]) == (413, "too_large")
    assert "7 MiB" in problem["detail"]


@pytest.mark.parametrize("length", ["Content-Length: 7000000", "Transfer-Encoding: chunked"])
async def test_a_browser_is_told_on_a_page(server, length):
    parts = [b"x"] if "Length" in length else [b"%x\r\n%b\r\n" % (7_000_000, b"x" * 7_000_000)]
    path = "/admin/ingest/upload/add/"

    top, page = await exchange(
        server.port, f"Accept: text/html,*/*;q=0.8\r\n{length}", *parts, path=path
    )

    assert int(top.split()[1]) == 413
    assert "content-type: text/html" in top.lower()
    assert "content-security-policy: default-src 'self'" in top.lower()
    assert "A request may have 6 MiB." in page
    assert "too_large" in page
    assert f'href="{path}"' in page
    assert inline_parts(page) == []


@pytest.mark.parametrize(
    ("path", "accept"),
    [("/admin/ingest/upload/add/", "application/json"), ("/api/uploads", "text/html")],
)
async def test_a_program_is_told_in_a_problem(server, path, accept):
    head = f"Accept: {accept}\r\nContent-Length: 7000000"

    status, problem = await send(server.port, head, b"x", path=path)

    assert (status, problem["status"], problem["code"]) == (413, 413, "too_large")
    assert problem["detail"] == "A request may have 6 MiB."


async def test_large_files_come_a_few_at_a_time(server, monkeypatch):
    monkeypatch.setattr("streams.middleware.MAX_LARGE_BODIES", 0)

    status, problem = await send(server.port, "Content-Length: 7000000", b"x", path="/api/uploads")

    assert (status, problem["code"]) == (503, "overloaded")


def token_of(make_user, role):
    return access_token(make_user(f"{role}-1", role=role))
