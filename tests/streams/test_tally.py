"""Counting over processes: exact between the living, and the dead are forgotten."""

import asyncio
import re

import pytest

from streams import tally
from streams.tally import Tally

pytestmark = pytest.mark.valkey


async def test_processes_that_ask_at_once_do_not_both_get_the_last_place():
    tallies = [Tally() for _ in range(8)]
    for _ in range(10):
        taken = await asyncio.gather(*(one.take("user.1", 3) for one in tallies))
        assert sum(taken) <= 3
        for one, got in zip(tallies, taken, strict=True):
            if got:
                one.release("user.1")
        await until_taken(tallies[0], "user.1")  # all the others have said that they left
        tallies[0].release("user.1")
    await closed(*tallies)


async def test_names_that_come_together_travel_together():
    one, other = Tally(), Tally()
    assert all(await asyncio.gather(*(one.take(f"user.{n}", 2) for n in range(500))))
    assert await other.take("user.7", 2)
    assert not await other.take("user.7", 2)
    for n in range(500):
        one.release(f"user.{n}")
    other.release("user.7")
    await closed(one, other)


async def test_a_process_that_was_killed_is_forgotten(monkeypatch):
    monkeypatch.setattr(tally, "LIFE_SECONDS", 1.0)
    monkeypatch.setattr(tally, "TRIP_SECONDS", 5.0)
    assert await asyncio.to_thread(asyncio.run, killed("user.1"))
    living = Tally()
    assert not await living.take("user.1", 1)
    await until_taken(living, "user.1")
    living.release("user.1")
    await closed(living)


async def test_what_redis_has_forgotten_is_told_anew(monkeypatch):
    monkeypatch.setattr(tally, "LIFE_SECONDS", 0.3)
    one, other = Tally(), Tally()
    assert await one.take("user.1", 1)
    async for key in one._redis.scan_iter(f"{one._prefix}*"):
        await one._redis.delete(key)
    async with asyncio.timeout(60):
        while await other.take("user.1", 1):
            other.release("user.1")
            await asyncio.sleep(0.01)
    one.release("user.1")
    await closed(one, other)


async def test_what_was_given_back_while_redis_was_away_is_free(monkeypatch):
    one, other = Tally(), Tally()
    assert await one.take("user.1", 1)
    assert await one.take("user.2", 1)
    one._away_until = float("inf")  # from here on it is not asked
    one._is_told = False
    one.release("user.1")
    one._away_until = 0.0
    assert await one.take("user.3", 1)
    assert await other.take("user.1", 1)
    assert not await other.take("user.2", 1)
    for name in ("user.2", "user.3"):
        one.release(name)
    other.release("user.1")
    await closed(one, other)


async def test_a_redis_that_answers_with_errors_is_hung_up_on_at_once(settings):
    hung_up = asyncio.Event()
    answers = {
        b"HELLO": b"%1\r\n$5\r\nproto\r\n:3\r\n",
        b"CLIENT": b"+OK\r\n",
        b"EVALSHA": b"-OOM no memory for it\r\n",
    }

    async def full(reader, writer):
        while commands := await reader.read(4096):
            for command in re.findall(rb"HELLO|CLIENT|EVALSHA", commands):
                writer.write(answers[command])
        hung_up.set()
        writer.close()

    async with await asyncio.start_server(full, "127.0.0.1", 0) as server:
        settings.REDIS_URL = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
        one = Tally()
        assert await one.take("user.1", 1)  # counted here, and still held
        try:
            async with asyncio.timeout(30):
                await hung_up.wait()
        finally:
            await one._redis.aclose()
        one.release("user.1")
        await closed(one)


async def killed(name):
    """Take a place and end without giving it back, as a killed process does."""
    one = Tally()
    taken = await one.take(name, 1)
    await one._redis.aclose()
    return taken


async def until_taken(one, name):
    """Take the only place as soon as nobody else has it; waits at most 60 s."""
    async with asyncio.timeout(60):
        while True:
            if await one.take(name, 1):
                return
            await asyncio.sleep(0.01)


async def closed(*tallies):
    """Wait until the last news has gone out and the connections are closed."""
    for one in tallies:
        async with asyncio.timeout(60):
            while True:
                if one._trip is None and not one._traveling.locked():
                    break
                await asyncio.sleep(0.01)
