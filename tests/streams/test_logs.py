"""What the log says of a socket: who and how long, never what was sent or how it was opened."""

import asyncio
import logging
import re

import pytest
from django.utils import timezone

from streams import connection, tickets, tokens
from streams.limits import OncePer
from tests.factories import make_hotspot


@pytest.fixture
def lines(caplog, monkeypatch):
    """A function that returns the connection lines, once there are so many; waits at most 30 s."""
    monkeypatch.setattr(connection, "strangers", OncePer(60))
    caplog.set_level(logging.INFO, "streams.connection")

    async def until(count):
        async with asyncio.timeout(30):
            while True:
                found = [r.getMessage() for r in caplog.records if r.name == "streams.connection"]
                if len(found) >= count:
                    return found
                await asyncio.sleep(0.02)

    return until


async def test_one_line_when_a_socket_opens_and_one_when_it_closes(
    server, analyst, in_thread, lines
):
    async with server.connect("/ws/hotspots", analyst) as client:
        for _ in range(3):
            await in_thread(make_hotspot, status="resolved")
        await client.seqs(3)

    opened, closed = await lines(2)
    who = rf"hotspots user={analyst.pk} connection=[0-9a-f]{{32}}"
    assert re.fullmatch(f"open {who}", opened)
    assert re.fullmatch(rf"closed {who} code=1000 seconds=\d+\.\d events=3", closed)


async def test_no_secret_and_no_row_is_in_the_log(server, analyst, in_thread, lines, caplog):
    caplog.set_level(logging.DEBUG)
    token = (await in_thread(tokens.issue, analyst, at=timezone.now())).access
    ticket = await in_thread(tickets.issue, analyst, "hotspots")
    async with (
        server.connect(f"/ws/hotspots?since=0&ticket={ticket}", subprotocols=["emberwatch.v1"]),
        server.connect(
            "/ws/hotspots", subprotocols=[f"bearer.{token}", "emberwatch.plain"]
        ) as client,
    ):
        await in_thread(make_hotspot, explanation="Nobody logs this sentence.")
        await client.seqs(1)
    await lines(4)
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("streams"))
    for secret in (token, ticket, "since=", "Nobody logs"):
        assert secret not in ours


async def test_strangers_of_one_address_get_one_line(server, analyst, lines):
    for _ in range(5):
        async with server.connect("/ws/hotspots") as client:
            assert await client.close_code() == 4401
    async with server.connect("/ws/hotspots", analyst):
        pass
    first, *others = await lines(3)
    assert re.match(r"closed hotspots user=None connection=\w+ code=4401", first)
    assert [line.split()[0] for line in others] == ["open", "closed"]


def test_a_thousand_names_are_remembered_at_most():
    once = OncePer(60, names=3)
    assert [once.first(name) for name in "aabcd"] == [True, False, True, True, True]
    assert [once.first(name) for name in "dca"] == [False, False, True]  # a was forgotten
