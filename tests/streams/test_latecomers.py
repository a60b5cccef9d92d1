"""What many latecomers share: pages of the log, frames, and the timer that visits them all."""

import asyncio

import pytest

from streams import events, payloads
from streams.encoding import Encoded
from streams.log import Event
from streams.modes import Plain, Session
from streams.pages import Pages
from streams.payloads import Payloads
from streams.rounds import Rounds


def publish(count):
    for number in range(count):
        events.publish("hotspots", "hotspot.updated", {"id": number})


def encoded(*numbers):
    return [
        Encoded(Event(n, "hotspot.updated", "2026-11-23T04:00:00.000Z", b"{}")) for n in numbers
    ]


@pytest.mark.django_db(transaction=True)
async def test_all_who_ask_share_one_read(in_thread):
    await in_thread(publish, 30)
    pages = Pages("hotspots")
    found = await asyncio.gather(*(pages.after(n % 5) for n in range(100)))
    assert [[event.seq for event in one] for one in found] == [
        list(range(n % 5 + 1, 31)) for n in range(100)
    ]
    assert pages.reads == 1


@pytest.mark.django_db(transaction=True)
async def test_a_page_that_was_not_full_yet_is_read_again(in_thread):
    await in_thread(publish, 3)
    pages = Pages("hotspots")
    assert len(await pages.after(0)) == 3
    await in_thread(publish, 2)
    assert [event.seq for event in await pages.after(3)] == [4, 5]


def test_who_stands_at_the_same_number_gets_the_same_bytes():
    made = Payloads()
    first = made.of("life", Plain(), encoded(1, 2))
    assert made.of("life", Plain(), encoded(1, 2)).data is first.data
    assert (first.events, first.frames) == (2, 2)
    others = [
        made.of("life", Session(), encoded(1, 2)),
        made.of("life", Plain(), encoded(2)),
        made.of("another life", Plain(), encoded(1, 2)),
    ]
    assert all(other.data is not first.data for other in others)


def test_what_is_kept_for_latecomers_is_bounded(monkeypatch):
    monkeypatch.setattr(payloads, "MAX_BYTES", 1000)
    made = Payloads()
    kept = [made.of("life", Plain(), encoded(n)).data for n in range(1, 100)]
    assert made.of("life", Plain(), encoded(99)).data is kept[-1]
    assert made.of("life", Plain(), encoded(1)).data is not kept[0]


class Member:
    def __init__(self):
        self.visits = 0
        self.visited = asyncio.Event()

    def visit(self):
        self.visits += 1
        self.visited.set()


async def test_every_member_is_visited_once_a_round():
    rounds = Rounds(0.2)
    members = [Member() for _ in range(50)]
    places = [rounds.join(member) for member in members]
    async with asyncio.timeout(30):
        for member in members:
            await member.visited.wait()
    assert {member.visits for member in members} == {1}
    for member, place in zip(members[1:], places[1:], strict=True):
        rounds.leave(member, place)
        rounds.leave(member, place)  # once more changes nothing
    members[0].visited.clear()
    async with asyncio.timeout(30):
        await members[0].visited.wait()
    assert {member.visits for member in members[1:]} == {1}
