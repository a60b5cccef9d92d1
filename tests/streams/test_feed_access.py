"""How long somebody may wait for events over HTTP, and how many may."""

import asyncio

import pytest
from django.contrib.auth.models import Group
from django.test import Client as Browser
from django.utils import timezone

from streams import tokens
from tests.streams.feeds import reader, until_waiting
from tests.streams.test_access import sign_in

STATUS = {"expire": 401, "deactivate": 403, "lose the role": 403, "revoke": 401, "sign out": 401}


@pytest.mark.parametrize("end", STATUS)
async def test_who_may_no_longer_read_is_off_soon(server, analyst, in_thread, settings, end):
    settings.ACCESS_TOKEN_SECONDS = 4 if end == "expire" else 900
    pair = await in_thread(tokens.issue, analyst, at=timezone.now())
    cookie = await in_thread(sign_in, analyst)
    credential = {"Cookie": cookie} if end == "sign out" else {}

    def act() -> None:
        if end == "deactivate":
            type(analyst).objects.filter(pk=analyst.pk).update(is_active=False)
        elif end == "lose the role":
            analyst.groups.remove(Group.objects.get(name="analyst"))
        elif end == "revoke":
            tokens.revoke(pair.refresh)
        elif end == "sign out":
            browser = Browser()
            browser.cookies["sessionid"] = cookie.partition("=")[2]
            browser.logout()

    async with (
        reader(server.port, "" if credential else pair.access, **credential) as feed,
        feed.listen() as stream,
    ):
        await stream.block()
        polling = asyncio.create_task(feed.poll(wait=30))
        await until_waiting(2)
        await in_thread(act)
        assert await stream.rest() == []
        refused = await polling

    assert refused.status_code == STATUS[end]
    assert refused.json()["code"] == {401: "not_signed_in", 403: "not_permitted"}[STATUS[end]]


async def test_who_waits_counts_as_a_socket_until_it_leaves(feed, server, analyst, settings):
    settings.STREAMS_MAX_SOCKETS_PER_USER = 1
    async with feed.listen() as stream:
        await stream.block()
        refused = await feed.poll(wait=0)
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_readers")
        assert int(refused.headers["Retry-After"]) > 0
    async with asyncio.timeout(30):
        while (await feed.poll(wait=0)).status_code != 200:
            pass  # until the server has seen that the stream is closed
    async with server.connect("/ws/hotspots", analyst) as socket:
        assert (await feed.poll(wait=0)).status_code == 429
        assert await socket.silent()


async def test_a_poll_that_is_given_up_is_forgotten(feed, settings):
    settings.STREAMS_MAX_SOCKETS_PER_USER = 1
    async with asyncio.timeout(20):
        polling = asyncio.create_task(feed.poll(wait=30))
        while (await feed.poll(wait=0)).status_code != 429:
            if polling.done():  # the other one was there first
                polling = asyncio.create_task(feed.poll(wait=30))
        polling.cancel()
        while (await feed.poll(wait=0)).status_code != 200:
            pass  # until the server has seen that it is gone
