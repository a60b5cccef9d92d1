"""The shipped proxy configurations in front of real servers, as clients see them."""

import asyncio

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tests.deploy.clients import frame, until_event
from tests.servers import ServerError
from tests.servers.emberwatch import ROOT
from tests.servers.proxy import NAME, substitute

pytestmark = [
    pytest.mark.servers,
    pytest.mark.postgres,
    pytest.mark.valkey,
    pytest.mark.linux,  # every address of 127.0.0.0/8 is this machine's
    pytest.mark.xdist_group("proxies"),
]


async def refusal(connection) -> int:
    """The HTTP status that a handshake is refused with."""
    with pytest.raises(InvalidStatus) as refused:
        async with connection:
            pass
    return refused.value.response.status_code


async def sign_in(client: httpx.AsyncClient, name: str, password: str, **headers) -> httpx.Response:
    body = {"username": name, "password": password}
    return await client.post("/api/token", json=body, headers=headers)


def test_a_shipped_file_that_lacks_what_is_replaced_is_told():
    with pytest.raises(ServerError, match=r"nginx\.conf has no 'listen 8443 ssl;'"):
        substitute(ROOT / "deploy/nginx.conf", {"listen 8443 ssl;": ""})


async def test_pages_come_by_https_with_secure_cookies(proxy, address):
    async with proxy.visitor(address()) as client:
        page = await client.get("/admin/login/")

    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert page.headers.get_list("Strict-Transport-Security") == ["max-age=31536000"]
    [cookie] = page.headers.get_list("Set-Cookie")
    assert cookie.startswith("csrftoken=")
    assert cookie.split("; ").count("Secure") == 1


async def test_plain_http_is_sent_to_https(proxy):
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{proxy.plain_port}") as client:
        answer = await client.get("/api/me?a=b", headers={"Host": NAME})

    assert answer.status_code in (301, 308)
    assert (
        httpx.URL(answer.headers["Location"]).copy_with(port=None) == f"https://{NAME}/api/me?a=b"
    )


async def test_a_body_that_is_too_large_is_refused_in_our_own_words(proxy, address, analyst):
    async with proxy.visitor(address(), analyst.token) as client:
        answer = await client.post("/api/events", content=b"[" + b" " * (5 * 1024 * 1024))

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_a_large_file_passes_to_those_who_may_upload(proxy, address, analyst):
    lines = b"Kiln 1,energy,1.5,2026-11-23T04:00:00Z\n" * 200_000
    form = {"file": ("large.csv", b"entity,metric,value,time\n" + lines)}

    async with proxy.visitor(address(), analyst.ingest_token) as client:
        taken = await client.post("/api/uploads", files=form)

    assert taken.status_code == 201, taken.text
    assert taken.json()["size"] == 25 + len(lines) > 7_000_000


async def test_events_arrive_at_a_socket_with_a_bearer_subprotocol(proxy, address, analyst):
    offered = ["emberwatch.v1", f"bearer.{analyst.token}"]
    async with proxy.connect("/ws/hotspots", address(), subprotocols=offered) as socket:
        hello = await frame(socket)
        await until_event(socket, await analyst.change())

    assert (socket.subprotocol, hello["type"], hello["user"]) == (
        "emberwatch.v1",
        "hello",
        "analyst",
    )


async def test_a_cookie_opens_a_socket_for_the_proxys_own_pages_only(proxy, address):
    async with proxy.visitor(address()) as client:
        await client.get("/api/session")
        own = {"Origin": proxy.url, "X-CSRFToken": client.cookies["csrftoken"]}
        names = {"username": "analyst", "password": "analyst"}
        signed_in = await client.post("/api/session", json=names, headers=own)
        cookie = {"Cookie": f"sessionid={client.cookies['sessionid']}"}
    assert signed_in.status_code == 200, signed_in.text

    def page_of(origin: str):
        return proxy.connect(
            "/ws/hotspots", address(), subprotocols=["emberwatch.v1"], origin=origin,
            additional_headers=cookie,
        )  # fmt: skip

    async with page_of(proxy.url) as socket:
        assert (await frame(socket))["user"] == "analyst"
    for foreign in ("https://evil.example", f"https://{NAME}", proxy.url.replace("https", "http")):
        assert await refusal(page_of(foreign)) == 403


async def test_server_sent_events_are_not_held_back(proxy, address, analyst):
    path = f"/api/streams/hotspots/events?after={await analyst.head()}"
    headers = {"Accept": "text/event-stream"}
    async with (
        asyncio.timeout(20),
        proxy.visitor(address(), analyst.token) as client,
        client.stream("GET", path, headers=headers) as answer,
    ):
        lines = answer.aiter_lines()
        while await anext(lines):  # the block that begins the stream ends with an empty line
            pass
        head = await analyst.change()
        came = [await anext(lines)]
        while not came[-1].startswith("data:"):
            came.append(await anext(lines))

    assert f"id: {head}" in came


async def test_a_long_poll_ends_with_the_next_event(proxy, address, analyst):
    path = f"/api/streams/hotspots/events?after={await analyst.head()}&wait=30"
    async with asyncio.timeout(20), proxy.visitor(address(), analyst.token) as client:
        waiting = asyncio.create_task(client.get(path))
        head = await analyst.change()
        answer = await waiting

    assert [event["seq"] for event in answer.json()["events"]] == [head]


async def test_sockets_are_limited_by_the_clients_own_address(proxy, address, analyst):
    crowded, other = address(), address()

    def connect(source: str, claimed: str):
        headers = {"Authorization": f"Bearer {analyst.token}", "X-Forwarded-For": claimed}
        return proxy.connect("/ws/hotspots", source, additional_headers=headers)

    sockets = [await connect(crowded, f"203.0.113.{n}") for n in range(3)]
    try:
        assert await refusal(connect(crowded, "203.0.113.9")) == 429
        async with connect(other, crowded):  # whoever claims to be another is not
            pass
    finally:
        for socket in sockets:
            await socket.close()


async def test_failed_sign_ins_are_counted_by_the_clients_own_address(proxy, address):
    async with proxy.visitor(address()) as client:
        wrong = [
            (await sign_in(client, "analyst", "no", **{"X-Forwarded-For": claimed})).status_code
            for claimed in ("203.0.113.1", "203.0.113.2", "203.0.113.3")
        ]
        right = await sign_in(client, "analyst", "analyst", **{"X-Forwarded-For": "127.0.0.1"})
    async with proxy.visitor(address()) as another:
        admitted = await sign_in(another, "analyst", "analyst")

    assert wrong == [401, 401, 429]
    assert (right.status_code, right.json()["code"]) == (429, "too_many_attempts")
    assert int(right.headers["Retry-After"]) > 0
    assert admitted.status_code == 200
