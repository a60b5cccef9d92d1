"""Credentials and positions that are forged, spent, foreign or absurd: over a real server."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from django.db.models import F
from django.utils import timezone

from streams import tickets, tokens
from streams.models import StreamTicket
from tests.factories import make_hotspot
from tests.streams import hostile
from tests.streams.conftest import access_token
from tests.streams.hostile import connect, handshake

OPEN = 101  # accepted, and not closed

POSITIONS = {
    "since=-1": 4400,
    "since=%2B1": 4400,
    "since=%201": 4400,
    "since=1_0": 4400,
    "since=0x1": 4400,
    "since=1e1": 4400,
    "since=1.0": 4400,
    "since=x": 4400,
    "since=null": 4400,
    "since=%00": 4400,
    "since=%D9%A3": 4400,  # an Arabic 3
    "since=%C2%B2": 4400,  # a superscript 2
    "since=%FF": 4400,
    "since=1;since=2": 4400,
    "since=1&since=1": 4400,
    "since=&since=": 4400,
    f"since={10**30}": 4400,
    f"since={2**63}": 4400,
    "since=" + "0" * 5000: 4400,
    "since=" + "9" * 5000: 4400,
    "&".join(["a=1"] * 11): 4400,
    f"since={2**63 - 1}": 4409,
    "since=2": 4409,
    "since=0&epoch=another": 4409,
    "since=0&epoch=%00%FF": 4409,
    "since=0": OPEN,
    "since=": OPEN,
    "since=1&epoch=": OPEN,
    "epoch=another": OPEN,
    "a=1&b=%FF&c": OPEN,
}


def claims(user, **changes):
    """What our access tokens say, with changes; `None` leaves one out."""
    now = datetime.now(UTC)
    said = {"kind": "access", "sub": str(user.pk), "jti": "a", "rid": "b", "iat": now}
    said |= {"exp": now + timedelta(hours=1), **changes}
    return {name: value for name, value in said.items() if value is not None}


def forgeries(user, secret):
    """Tokens for a user who may listen, none of which was issued by us for this."""
    pair = tokens.issue(user, at=timezone.now())
    head, body, signature = pair.access.split(".")
    sign = jwt.encode
    return {
        "signed by nobody": sign(claims(user), None, "none"),
        "ours without its signature": f"{head}.{body}.",
        "ours with another body": f"{head}.{body[:-4]}AAAA.{signature}",
        "ours cut short": pair.access[:-2],
        "ours twice": f"{pair.access}.{pair.access}",
        "signed with another key": sign(claims(user), "another key " * 4),
        "signed with an empty key": sign(claims(user), b"\0" * 32),
        "signed in another way": sign(claims(user), secret, "HS384"),
        "a refresh token": pair.refresh,
        "another kind": sign(claims(user, kind="ticket"), secret),
        "no kind": sign(claims(user, kind=None), secret),
        "no end": sign(claims(user, exp=None), secret),
        "an end in the past": sign(claims(user, exp=datetime(2020, 1, 1, tzinfo=UTC)), secret),
        "not yet good": sign(claims(user, nbf=datetime(2999, 1, 1, tzinfo=UTC)), secret),
        "for another audience": sign(claims(user, aud="elsewhere"), secret),
        "a user that never was": sign(claims(user, sub="987654"), secret),
        "a user of no number": sign(claims(user, sub="analyst"), secret),
        "a user beyond every number": sign(claims(user, sub=str(10**30)), secret),
        "a negative user": sign(claims(user, sub="-1"), secret),
        "nothing": "",
        "dots": "..",
        "7,000 letters": "x" * 7000,
        "letters beyond ASCII": "tök\xe9n",
        "a percent sign": "%00",
    }


async def outcome(port, path="/ws/hotspots", **headers):
    """The close code, the status of a refused handshake, or `OPEN`."""
    async with connect(port, handshake(path, **headers)) as raw:
        status = await raw.status()
        if status != OPEN:
            return status
        await raw.send(hostile.frame(hostile.PING, b"open?"))
        opcode, payload = await raw.next()
        while opcode == hostile.TEXT:
            opcode, payload = await raw.next()
        return OPEN if opcode == hostile.PONG else int.from_bytes(payload[:2])


async def test_a_forged_token_opens_nothing_by_header_or_subprotocol(
    server, bystander, analyst, in_thread, settings
):
    forged = await in_thread(forgeries, analyst, settings.SECRET_KEY)
    by_header = {
        name: await outcome(server.port, Authorization=f"Bearer {token}")
        for name, token in forged.items()
    }
    assert by_header == dict.fromkeys(forged, 4401)
    by_offer = {
        name: await outcome(server.port, Sec_WebSocket_Protocol=f"emberwatch.plain, bearer.{token}")
        for name, token in forged.items()
        if token.isascii() and "%" not in token
    }
    assert by_offer == dict.fromkeys(by_offer, 4401)
    await bystander.check()


@pytest.mark.parametrize("end", ["delete", "deactivate"])
async def test_the_credentials_of_a_user_who_is_gone_open_nothing(
    server, bystander, analyst, token, cookie, in_thread, end
):
    ticket = await in_thread(tickets.issue, analyst, "hotspots")
    analyst.is_active = False
    await in_thread(analyst.delete if end == "delete" else analyst.save)
    ours = f"127.0.0.1:{server.port}"
    told = [
        await outcome(server.port, Authorization=f"Bearer {token}"),
        await outcome(server.port, f"/ws/hotspots?ticket={ticket}"),
        await outcome(server.port, Host=ours, Origin=f"http://{ours}", Cookie=cookie),
    ]
    assert told == [4401] * 3
    await bystander.check()


async def test_a_position_that_cannot_be_read_or_served_has_its_code(
    server, bystander, token, in_thread
):
    await in_thread(make_hotspot, status="resolved")
    bystander.seen = 1
    assert await bystander.client.seqs(1) == [1]
    told = {
        query: await outcome(server.port, f"/ws/hotspots?{query}", Authorization=f"Bearer {token}")
        for query in POSITIONS
    }
    assert told == POSITIONS
    await bystander.check()


async def test_the_first_credential_counts_even_if_it_is_bad(
    server, bystander, token, analyst, in_thread
):
    ticket = await in_thread(tickets.issue, analyst, "hotspots")
    by_ticket = f"/ws/hotspots?ticket={ticket}"
    good, bad = f"bearer.{token}", "bearer.nonsense"

    def offer(*names):
        return {"Sec_WebSocket_Protocol": ", ".join(["emberwatch.plain", *names])}

    told = {
        "two offers, the first good": await outcome(server.port, **offer(good, bad)),
        "two offers, the first bad": await outcome(server.port, **offer(bad, good)),
        "a bad offer and a good header": await outcome(
            server.port, Authorization=f"Bearer {token}", **offer(bad)
        ),
        "a bad header and a good ticket": await outcome(
            server.port, by_ticket, Authorization="Bearer nonsense"
        ),
        "a header of another kind and a good ticket": await outcome(
            server.port, by_ticket, Authorization="Basic YTpi"
        ),
    }
    assert list(told.values()) == [OPEN, 4401, 4401, 4401, OPEN], told
    await bystander.check()


async def test_a_ticket_is_for_one_use_one_stream_and_thirty_seconds(
    server, bystander, analyst, in_thread
):
    def issue(stream="hotspots"):
        return tickets.issue(analyst, stream)

    other, late, cut = [await in_thread(issue, s) for s in ("alerts", "hotspots", "hotspots")]
    past = F("expires_at") - timedelta(seconds=tickets.LIFETIME_SECONDS + 1)
    row = StreamTicket.objects.filter(pk=tickets._digest(late))
    await in_thread(row.update, expires_at=past)
    queries = {
        f"ticket={other}": 4401,
        f"ticket={late}": 4401,
        f"ticket={cut[:-1]}": 4401,
        f"ticket={cut.swapcase()}": 4401,
        "ticket=": 4401,
        "ticket=%00": 4401,
        "ticket=" + "x" * 7000: 4401,
        f"ticket={cut}&ticket={cut}": OPEN,  # one use: the first is taken
        f"ticket={cut}": 4401,
    }
    told = {query: await outcome(server.port, f"/ws/hotspots?{query}") for query in queries}
    assert told == queries
    await bystander.check()


async def test_of_many_who_use_a_ticket_at_once_one_gets_in(server, bystander, analyst, in_thread):
    ticket = await in_thread(tickets.issue, analyst, "hotspots")
    path = f"/ws/hotspots?ticket={ticket}"
    told = await asyncio.gather(*(outcome(server.port, path) for _ in range(9)))
    assert Counter(told) == {OPEN: 1, 4401: 8}
    await bystander.check()


async def test_the_ticket_says_who_it_is_not_the_cookie_beside_it(
    server, cookie, approver, in_thread
):
    ticket = await in_thread(tickets.issue, approver, "hotspots")
    headers = {"Cookie": cookie}
    async with server.connect(
        f"/ws/hotspots?ticket={ticket}", headers=headers, subprotocols=["emberwatch.v1"]
    ) as client:
        assert (await client.frame())["user"] == "approver"


async def test_a_live_socket_takes_no_token_that_opens_nothing(
    server, bystander, analyst, approver, in_thread, settings
):
    settings.STREAMS_COMMAND_RATE = 0
    forged = await in_thread(forgeries, analyst, settings.SECRET_KEY)
    forged["somebody else's"] = await in_thread(access_token, approver)
    async with server.connect("/ws/hotspots", analyst, subprotocols=["emberwatch.v1"]) as client:
        await client.frame()
        told = {}
        for name, token in forged.items():
            await client.socket.send(f'{{"type":"auth","token":"{token}"}}')
            told[name] = (await client.frame())["code"]
    expected = dict.fromkeys(forged, "not_signed_in") | {"somebody else's": "other_user"}
    assert told == expected
    await bystander.check()
