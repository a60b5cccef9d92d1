"""Bytes by chance: whatever comes, no fault in the log, and nobody else notices."""

import asyncio
import random
from contextlib import suppress

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.commands import Commands
from streams.filters import BadFilterError, Filter
from tests.streams.hostile import connect, frame, handshake

CONNECTIONS = 150
NUMBERS = st.integers(-(2**63), 2**64 - 1) | st.floats()  # what orjson reads
LEAVES = st.none() | st.booleans() | NUMBERS | st.text(max_size=20)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=6,
)
TYPES = st.sampled_from(["ping", "auth", "filter", "hello"]) | LEAVES
KEYS = st.sampled_from(["type", "id", "token", "severity", "entity", "status"]) | st.text()


def noise(chance):
    """A few frames, more or less: right ones, broken ones, and plain bytes."""
    said = b""
    for _ in range(chance.randrange(1, 6)):
        payload = chance.randbytes(chance.choice([0, 1, 5, 125, 126, 4000]))
        match chance.randrange(4):
            case 0:
                said += payload
            case 1:
                said += frame(chance.randrange(16), payload, fin=chance.random() < 0.7)
            case 2:
                command = b'{"type":"%s","id":%d}' % (
                    chance.choice([b"ping", b"filter", b"auth", b"\xff"]),
                    chance.randrange(9),
                )
                said += frame(chance.choice([1, 2]), command)
            case _:
                whole = bytearray(frame(1, payload))
                whole[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
                said += whole
    return said


async def disturb(port, token, number):
    """One connection that says something by chance, after a handshake or instead of one."""
    chance = random.Random(number)  # noqa: S311
    head = handshake(Authorization=f"Bearer {token}", Sec_WebSocket_Protocol="emberwatch.v1")
    if number % 5 == 0:
        broken = bytearray(head)
        for _ in range(3):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        head = bytes(broken)
    async with connect(port, head) as raw:
        if number % 5:
            assert await raw.status() == 101
        await raw.send(noise(chance))
        with suppress(TimeoutError):
            await asyncio.wait_for(raw.reader.read(1), 0.01)


async def test_noise_on_the_wire_hurts_nobody(server, bystander, token, settings):
    settings.STREAMS_MAX_SOCKETS_PER_USER = 0
    for first in range(0, CONNECTIONS, 30):
        await asyncio.gather(*(disturb(server.port, token, first + n) for n in range(30)))
        await bystander.check()


class Silent:
    """A connection that hears every answer."""

    in_session = True
    head = 7

    def __init__(self):
        self.told = []

    async def tell(self, frame_type, **fields):
        orjson.dumps(fields)
        self.told.append(frame_type)

    class subscriber:  # noqa: N801
        reached = 7

        @staticmethod
        def change(mode):
            return 7


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(KEYS, VALUES | TYPES, max_size=5).filter(lambda c: c.get("type") != "auth"))
def test_every_command_is_answered_once(command):
    speaker = Silent()
    asyncio.run(Commands(speaker, None)._obey(command))
    assert len(speaker.told) == 1


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_a_filter_is_read_or_refused(command):
    with suppress(BadFilterError):
        hash(Filter.read(command))
