"""Who may connect, and for how long: over a real server, with real credentials."""

from datetime import timedelta

import pytest
import websockets
from django.contrib.auth.models import Group
from django.test import Client as Browser
from django.utils import timezone

from streams import tickets, tokens
from tests.factories import make_hotspot
from tests.streams.conftest import access_token


def sign_in(user) -> str:
    """The cookie header of a browser that signed in."""
    browser = Browser()
    browser.force_login(user)
    return f"sessionid={browser.cookies['sessionid'].value}"


async def code_of(server, path="/ws/hotspots", **options) -> int:
    async with server.connect(path, **options) as client:
        return await client.close_code()


async def status_of(server, path="/ws/hotspots", user=None, **options) -> int:
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with server.connect(path, user, **options):
            pass
    return refused.value.response.status_code


async def test_a_stranger_is_accepted_told_and_closed(server):
    async with server.connect("/ws/hotspots", subprotocols=["emberwatch.v1"]) as client:
        told = await client.frame()
        assert await client.close_code() == 4401

    assert (told["type"], told["code"]) == ("error", "not_signed_in")


async def test_a_user_without_the_permission_is_closed_with_4403(server, ingester):
    async with server.connect("/ws/hotspots", ingester) as client:
        assert await client.close_code() == 4403


@pytest.mark.parametrize("query", ["since=x", "since=-1", "since=1&since=2"])
async def test_a_malformed_query_is_closed_with_4400(server, analyst, query):
    async with server.connect(f"/ws/hotspots?{query}", analyst) as client:
        assert await client.close_code() == 4400


async def test_a_token_beside_a_subprotocol_opens_and_is_not_echoed(server, analyst, in_thread):
    token = await in_thread(access_token, analyst)
    offers = [f"bearer.{token}", "emberwatch.plain"]
    async with server.connect("/ws/hotspots", subprotocols=offers) as client:
        assert client.socket.subprotocol == "emberwatch.plain"
        await in_thread(make_hotspot)
        assert await client.seqs(1) == [1]


async def test_a_token_in_the_url_opens_nothing(server, analyst, in_thread):
    token = await in_thread(access_token, analyst)

    assert await code_of(server, f"/ws/hotspots?token={token}") == 4401


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "x" * 5000])
async def test_a_token_that_is_not_ours_opens_nothing(server, token):
    assert await code_of(server, headers={"Authorization": f"Bearer {token}"}) == 4401


async def test_an_expired_token_opens_nothing(server, analyst, in_thread):
    old = timezone.now() - timedelta(days=1)
    token = (await in_thread(tokens.issue, analyst, at=old)).access

    assert await code_of(server, headers={"Authorization": f"Bearer {token}"}) == 4401


async def test_a_ticket_opens_its_own_stream_once(server, analyst, in_thread):
    ticket = await in_thread(tickets.issue, analyst, "hotspots")

    assert await code_of(server, f"/ws/alerts?ticket={ticket}") == 4401
    async with server.connect(f"/ws/hotspots?ticket={ticket}") as client:
        assert await client.silent()
    assert await code_of(server, f"/ws/hotspots?ticket={ticket}") == 4401


async def test_a_session_cookie_needs_an_allowed_origin(server, analyst, in_thread):
    cookie = {"Cookie": await in_thread(sign_in, analyst)}
    ours = f"http://127.0.0.1:{server.port}"

    async with server.connect("/ws/hotspots", headers=cookie, origin=ours) as client:
        assert await client.silent()
    assert await code_of(server, headers=cookie) == 4401
    assert await status_of(server, headers=cookie, origin="http://evil.example") == 403


async def test_an_unknown_route_is_refused_in_the_handshake(server, analyst, in_thread):
    assert await status_of(server, "/ws/nope", analyst) == 403


async def test_the_sockets_of_one_user_are_limited(server, analyst, settings):
    settings.STREAMS_MAX_SOCKETS_PER_USER = 1
    async with server.connect("/ws/hotspots", analyst):
        assert await status_of(server, "/ws/alerts", analyst) == 429
    async with server.connect("/ws/alerts", analyst) as client:
        assert await client.silent()


async def test_anonymous_reading_is_a_setting(server, settings, in_thread):
    settings.STREAMS_ALLOW_ANONYMOUS = True
    async with server.connect("/ws/hotspots") as client:
        await in_thread(make_hotspot)
        assert await client.seqs(1) == [1]


async def test_a_socket_ends_with_its_token(server, analyst, settings):
    settings.ACCESS_TOKEN_SECONDS = 1
    async with server.connect("/ws/hotspots", analyst) as client:
        assert await client.close_code() == 4401


async def test_a_fresh_token_keeps_the_socket(server, analyst, settings, in_thread):
    settings.ACCESS_TOKEN_SECONDS = 4  # time to show a fresh one, also on a busy machine
    session = {"subprotocols": ["emberwatch.v1"]}
    async with (
        server.connect("/ws/hotspots", analyst, **session) as renewed,
        server.connect("/ws/hotspots", analyst) as other,
    ):
        await renewed.frame()
        settings.ACCESS_TOKEN_SECONDS = 900
        token = await in_thread(access_token, analyst)
        await renewed.socket.send(f'{{"type":"auth","id":1,"token":"{token}"}}')
        answer = await renewed.frame()
        assert (answer["type"], answer["id"]) == ("ok", 1)
        assert await other.close_code() == 4401  # by now the first token has ended
        assert await renewed.silent()


async def test_somebody_elses_token_is_refused_on_a_live_socket(
    server, analyst, approver, in_thread
):
    async with server.connect("/ws/hotspots", analyst, subprotocols=["emberwatch.v1"]) as client:
        await client.frame()
        token = await in_thread(access_token, approver)
        await client.socket.send(f'{{"type":"auth","token":"{token}"}}')
        assert (await client.frame())["code"] == "other_user"


@pytest.mark.parametrize("end", ["deactivate", "lose the role", "revoke", "sign out"])
async def test_who_may_no_longer_listen_is_off_soon(server, analyst, in_thread, end):
    pair = await in_thread(tokens.issue, analyst, at=timezone.now())
    cookie = await in_thread(sign_in, analyst)
    options = {"headers": {"Authorization": f"Bearer {pair.access}"}}
    if end == "sign out":
        options = {"headers": {"Cookie": cookie}, "origin": f"http://127.0.0.1:{server.port}"}

    def act() -> None:
        if end == "deactivate":
            analyst.is_active = False
            analyst.save()
        elif end == "lose the role":
            analyst.groups.remove(Group.objects.get(name="analyst"))
        elif end == "revoke":
            tokens.revoke(pair.refresh)
        else:
            browser = Browser()
            browser.cookies["sessionid"] = cookie.partition("=")[2]
            browser.logout()

    async with server.connect("/ws/hotspots", **options) as client:
        await in_thread(act)
        expected = 4401 if end in {"revoke", "sign out"} else 4403
        assert await client.close_code() == expected
