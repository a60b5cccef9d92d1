"""Who is connected now can be seen and ended in the back office, on every process."""

import asyncio
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client as Browser
from django.utils import timezone

from streams import presence
from streams.models import Disconnection, ServerProcess
from tests.factories import make_hotspot
from tests.pages import inline_parts, words
from tests.streams.conftest import LiveServer

URL = "/admin/streams/serverprocess/"


@pytest.fixture
def browser(in_thread):
    """A function that asks the back office as somebody: `await browser(user, "get", URL)`."""

    def ask(user, method, url):
        client = Browser()
        client.force_login(user)
        return getattr(client, method)(url)

    async def asked(user, method="get", url=URL):
        return await in_thread(ask, user, method, url)

    return asked


@pytest.fixture
def until(browser, staff):
    """A function that loads the page until it says something; waits at most 30 s."""

    async def wait(text):
        async with asyncio.timeout(30):
            while True:
                page = await browser(staff)
                if text in words(page.text):
                    return page
                await asyncio.sleep(0.1)

    return wait


@pytest.fixture
def permit(in_thread):
    """A function that gives somebody permissions of this app."""

    async def give(user, *names):
        found = Permission.objects.filter(content_type__app_label="streams", codename__in=names)
        await in_thread(lambda: user.user_permissions.add(*found))

    return give


def ids():
    """The ids of the sockets that are shown."""
    return [one["id"] for living in presence.living(timezone.now()) for one in living.connections]


async def test_the_page_shows_who_is_connected_since_when_and_how_far(
    server, analyst, until, in_thread
):
    for _ in range(2):
        await in_thread(make_hotspot, status="resolved")
    async with server.connect(
        "/ws/hotspots?since=1", analyst, subprotocols=["emberwatch.v1"]
    ) as client:
        await client.frame()
        await client.seqs(1)
        page = await until("analyst hotspots session 2 0 loopback now")
        assert "1 socket" in words(page.text)
        assert "127.0.0.1" not in page.text
        assert inline_parts(page.text) == []
    await until("Nobody is connected.")


async def test_a_socket_is_ended_on_whichever_process_it_is(
    server, analyst, staff, approver, browser, until, in_thread
):
    second = await asyncio.to_thread(LiveServer)
    try:
        async with (
            server.connect("/ws/hotspots", approver) as stays,
            second.connect("/ws/alerts", analyst) as goes,
        ):
            page = await until("analyst alerts")
            rows = page.context["processes"]
            row = next(r for _, found in rows for r in found if r["user"] == "analyst")
            answer = await browser(staff, "post", f"{URL}{row['id']}/end/")
            assert (answer.status_code, answer["Location"]) == (302, URL)
            assert await goes.close_code() == 4403
            assert await stays.silent()
    finally:
        await asyncio.to_thread(second.stop)


async def test_a_session_is_told_who_ended_it(server, analyst, staff, browser, until, in_thread):
    async with server.connect("/ws/hotspots", analyst, subprotocols=["emberwatch.v1"]) as client:
        await client.frame()
        await until("analyst hotspots")
        [connection] = await in_thread(ids)
        await browser(staff, "post", f"{URL}{connection}/end/")
        told = await client.frame()
    assert (told["type"], told["code"], told["retry"]) == ("error", "not_permitted", False)
    assert "administrator" in told["detail"]


@pytest.mark.django_db(transaction=True)
async def test_who_may_only_look_ends_nothing(analyst, browser, permit, in_thread):
    assert (await browser(analyst)).status_code == 403
    await permit(analyst, "view_connections")
    assert (await browser(analyst)).status_code == 200
    assert (await browser(analyst, "post", f"{URL}{'0' * 32}/end/")).status_code == 403
    await permit(analyst, "end_connections")
    assert (await browser(analyst, "get", f"{URL}{'0' * 32}/end/")).status_code == 405
    assert not await in_thread(Disconnection.objects.exists)
    assert (await browser(analyst, "post", f"{URL}{'0' * 32}/end/")).status_code == 302
    assert await in_thread(Disconnection.objects.exists)


@pytest.mark.django_db
def test_ending_needs_the_csrf_token(staff):
    strict = Browser(enforce_csrf_checks=True)
    strict.force_login(staff)
    assert strict.post(f"{URL}{'0' * 32}/end/").status_code == 403
    assert not Disconnection.objects.exists()


@pytest.mark.django_db
def test_a_process_that_was_killed_is_not_shown(staff, client):
    ServerProcess.objects.create(
        id="1", name="host:1", seen_at=timezone.now() - timedelta(minutes=1), sockets=1,
        connections="[]",
    )  # fmt: skip
    client.force_login(staff)
    assert "Nobody is connected." in words(client.get(URL).text)


async def test_what_is_old_is_forgotten(server, analyst, until, in_thread):
    old = timezone.now() - timedelta(minutes=1)
    await in_thread(
        ServerProcess.objects.create,
        id="1", name="host:1", seen_at=old, sockets=1, connections="[]",
    )  # fmt: skip
    await in_thread(Disconnection.objects.create, connection="2", at=old)
    async with server.connect("/ws/hotspots", analyst):
        await until("analyst hotspots")
    assert not await in_thread(ServerProcess.objects.filter(pk="1").exists)
    assert not await in_thread(Disconnection.objects.exists)


async def test_only_the_newest_sockets_are_told_one_by_one(
    server, analyst, until, monkeypatch, in_thread
):
    monkeypatch.setattr(presence, "SHOWN", 1)
    async with server.connect("/ws/hotspots", analyst), server.connect("/ws/alerts", analyst):
        page = await until("2 sockets")
    assert "analyst alerts plain" in words(page.text)
    assert "analyst hotspots" not in words(page.text)
