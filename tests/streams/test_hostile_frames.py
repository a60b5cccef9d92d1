"""Frames that no honest client sends: each has its code, and nobody else notices."""

import asyncio
import json

import pytest

from tests.streams import hostile
from tests.streams.hostile import BINARY, CLOSE, CONTINUED, PING, PONG, TEXT, frame

MAX = 64 * 1024
DEEP = b"[" * 100_000

CLOSED = {
    "a text of 64 KiB + 1": (frame(TEXT, b"x" * (MAX + 1)), 1009),
    "bytes of 64 KiB + 1": (frame(BINARY, b"x" * (MAX + 1)), 1009),
    "a text that claims to have 2^62 bytes": (frame(TEXT, length=2**62), 1009),
    "64 KiB + 1 in fragments": (
        frame(TEXT, b"x" * MAX, fin=False) + frame(CONTINUED, b"x"),
        1009,
    ),
    "fragments without end": (
        frame(TEXT, b"x", fin=False) + frame(CONTINUED, b"x" * 1024, fin=False) * 64,
        1009,
    ),
    "a continuation of nothing": (frame(CONTINUED, b"x"), 1002),
    "a text within a text": (frame(TEXT, b"x", fin=False) + frame(TEXT, b"x"), 1002),
    "a ping in fragments": (frame(PING, b"x", fin=False), 1002),
    "a ping of 126 bytes": (frame(PING, b"x" * 126), 1002),
    "a frame without a mask": (frame(TEXT, b"{}", masked=False), 1002),
    "reserved bits": (frame(TEXT, b"{}", reserved=4), 1002),
    "a reserved opcode": (frame(3, b"{}"), 1002),
    "a reserved control opcode": (frame(11), 1002),
    "a text that claims to have 2^63 bytes": (frame(TEXT, length=2**63), 1009),
    "a close of one byte": (frame(CLOSE, b"\x03"), 1002),
    "a close code that does not exist": (frame(CLOSE, b"\x00\x01"), 1002),
    "a close reason that is no UTF-8": (frame(CLOSE, b"\x03\xe8\xff"), 1007),
    "a text that is no UTF-8": (frame(TEXT, b"\xff\xfe{}"), 1007),
    "half a letter at the end of a text": (frame(TEXT, "ä".encode()[:1]), 1007),
    "two texts that are no UTF-8 at once": (frame(TEXT, b"\xff") * 2, 1007),
    "no UTF-8 after a close": (frame(CLOSE, b"\x03\xe8") + frame(TEXT, b"\xff"), 1000),
    "10,000 commands at once": (frame(TEXT, b'{"type":"ping"}') * 10_000, 4429),
    "10,000 texts of nonsense at once": (frame(TEXT, b"x") * 10_000, 4429),
    "10,000 pings at once": (frame(PING, b"x" * 125) * 10_000, 4429),
    "10,000 pongs at once": (frame(PONG) * 10_000, 4429),
    "10,000 empty fragments": (
        frame(TEXT, fin=False) + frame(CONTINUED, fin=False) * 10_000,
        4429,
    ),
}
REFUSED = {
    "no JSON": (frame(TEXT, b"nonsense"), "bad_json"),
    "nothing": (frame(TEXT), "bad_json"),
    "bytes that are no JSON": (frame(BINARY, bytes(range(256))), "bad_json"),
    "bytes that are no UTF-8": (frame(BINARY, b'{"type":"\xff"}'), "bad_json"),
    "64 KiB exactly": (frame(TEXT, b"x" * MAX), "bad_json"),
    "64 KiB in fragments": (
        frame(TEXT, b"x" * (MAX - 1), fin=False) + frame(CONTINUED, b"x"),
        "bad_json",
    ),
    "brackets in brackets": (frame(TEXT, DEEP[: MAX - 1]), "bad_json"),
    "100,000 brackets are too large before they are too deep": (
        frame(TEXT, DEEP[:60_000]),
        "bad_json",
    ),
    "objects in objects": (frame(TEXT, b'{"a":' * 9_000 + b"1" + b"}" * 9_000), "bad_json"),
    "a list": (frame(TEXT, b'["ping"]'), "bad_json"),
    "a text": (frame(TEXT, b'"ping"'), "bad_json"),
    "a number": (frame(TEXT, b"1e999"), "bad_json"),
    "a lone surrogate": (frame(TEXT, b'{"type":"\\ud800"}'), "bad_json"),
    "NaN": (frame(TEXT, b'{"type":"ping","id":NaN}'), "bad_json"),
    "no type": (frame(TEXT, b'{"id":"z"}'), "bad_json"),
    "null for a type": (frame(TEXT, b'{"type":null}'), "bad_json"),
    "an unknown type": (frame(TEXT, b'{"type":"subscribe"}'), "unknown_command"),
    "a list for a type": (frame(TEXT, b'{"type":["ping"]}'), "unknown_command"),
    "a number for a type": (frame(TEXT, b'{"type":1}'), "unknown_command"),
    "a type of the server": (frame(TEXT, b'{"type":"events","events":[]}'), "unknown_command"),
    "a type with a NUL": (frame(TEXT, b'{"type":"ping\\u0000"}'), "unknown_command"),
    "the last of two types counts": (frame(TEXT, b'{"type":"ping","type":"x"}'), "unknown_command"),
    "a number to filter by": (frame(TEXT, b'{"type":"filter","severity":1}'), "bad_filter"),
    "a list of lists to filter by": (frame(TEXT, b'{"type":"filter","entity":[[]]}'), "bad_filter"),
    "an unknown key to filter by": (frame(TEXT, b'{"type":"filter","a":["b"]}'), "bad_filter"),
    "101 names to filter by": (
        frame(TEXT, json.dumps({"type": "filter", "entity": ["x"] * 101}).encode()),
        "bad_filter",
    ),
    "no token": (frame(TEXT, b'{"type":"auth"}'), "not_signed_in"),
    "a list for a token": (frame(TEXT, b'{"type":"auth","token":[{}]}'), "not_signed_in"),
    "a NUL for a token": (frame(TEXT, b'{"type":"auth","token":"\\u0000"}'), "not_signed_in"),
    "a huge token": (
        frame(TEXT, b'{"type":"auth","token":"' + b"x" * 60_000 + b'"}'),
        "not_signed_in",
    ),
}
ANSWERED = {
    "control frames between fragments": frame(TEXT, b'{"type":"pi', fin=False)
    + frame(PING, b"?")
    + frame(PONG)
    + frame(CONTINUED, b'ng","id":7}'),
    "fragments within a letter": frame(TEXT, b'{"type":"ping","a":"\xc3', fin=False)
    + frame(CONTINUED, b'\xa4","id":7}'),
    "empty fragments": frame(TEXT, fin=False)
    + frame(CONTINUED, fin=False) * 9
    + frame(CONTINUED, b'{"type":"ping","id":7}'),
    "bytes": frame(BINARY, b'{"type":"ping","id":7}'),
    "what nobody asked for": frame(TEXT, b'{"type":"ping","id":7,"' + b"k" * 999 + b'":[[{}]]}'),
    "the last of two ids": frame(TEXT, b'{"type":"ping","id":1,"id":7}'),
}


async def in_session(server, token, data, read):
    """What a signed-in client that sends this is told."""
    async with hostile.open_socket(server.port, token) as raw:
        await raw.send(data)
        return await read(raw)


async def answer(raw):
    """The next answer to a command: no event, no pong."""
    while True:
        opcode, payload = await raw.next()
        assert opcode in {TEXT, PONG}, (opcode, payload)
        if opcode == TEXT and (told := json.loads(payload))["type"] != "events":
            return told


async def refusal(raw):
    """The code of a refusal, and whether the socket still answers after it."""
    refused = await answer(raw)
    await raw.send(frame(TEXT, b'{"type":"ping"}'))
    return refused["code"], (await answer(raw))["type"]


async def test_a_frame_that_breaks_the_protocol_or_a_limit_closes(server, bystander, token):
    told = {
        name: await in_session(server, token, data, hostile.Raw.close_code)
        for name, (data, _) in CLOSED.items()
    }
    assert told == {name: code for name, (_, code) in CLOSED.items()}
    await bystander.check()


async def test_a_command_that_cannot_be_read_is_refused_and_the_socket_stays(
    server, bystander, token
):
    told = {
        name: await in_session(server, token, data, refusal) for name, (data, _) in REFUSED.items()
    }
    assert told == {name: (code, "pong") for name, (_, code) in REFUSED.items()}
    await bystander.check()


async def test_a_command_in_an_odd_form_is_carried_out(server, bystander, token):
    told = {name: await in_session(server, token, data, answer) for name, data in ANSWERED.items()}
    assert {name: (a["type"], a.get("id")) for name, a in told.items()} == dict.fromkeys(
        ANSWERED, ("pong", 7)
    )
    await bystander.check()


@pytest.mark.parametrize(
    ("given", "back"),
    [
        ('"z"', "z"),
        (str(2**63), 2**63),
        ("-1", -1),
        ("true", None),
        ("1.5", None),
        ("1e400", None),
        ("1" * 400, None),
        ("[1]", None),
    ],
)
async def test_an_id_comes_back_if_it_is_a_text_or_a_whole_number(server, token, given, back):
    command = f'{{"type":"ping","id":{given}}}'.encode()
    assert (await in_session(server, token, frame(TEXT, command), answer)).get("id") == back


async def test_nothing_a_plain_client_says_is_answered(server, bystander, token):
    said = [data for data, _ in REFUSED.values()][:10]
    async with hostile.open_socket(server.port, token, "emberwatch.plain") as raw:
        await raw.send(b"".join(said) + frame(PING, b"?"))
        assert await raw.next() == (PONG, b"?")
    await bystander.check()


async def test_who_pings_without_reading_the_answers_fills_no_memory(server, bystander, token):
    """Each ping is answered by a pong: they must not pile up behind a full socket."""
    async with hostile.open_socket(server.port, token) as raw:
        raw.writer.transport.pause_reading()
        async with asyncio.timeout(60):
            for _ in range(200):
                await raw.send(frame(PING, b"x" * 125) * 1000)
        raw.writer.transport.resume_reading()
        assert await raw.close_code() in {4429, hostile.CUT}
    await bystander.check()


async def test_a_fragment_that_never_ends_holds_only_itself(server, bystander, token):
    async with hostile.open_socket(server.port, token) as raw:
        await raw.send(frame(TEXT, b'{"type":', fin=False))
        await bystander.check()
        await raw.send(frame(CONTINUED, b'"ping"}'))
        assert (await answer(raw))["type"] == "pong"


async def test_half_a_frame_holds_only_itself(server, bystander, token):
    command = frame(TEXT, b'{"type":"ping"}')
    async with hostile.open_socket(server.port, token) as raw:
        for part in (command[:1], command[1:5], command[5:9]):
            await raw.send(part)
            await bystander.check()
        await raw.send(command[9:])
        assert (await answer(raw))["type"] == "pong"


async def test_an_answer_that_comes_after_a_broken_frame_is_no_fault(server, bystander, token):
    for _ in range(20):
        said = frame(TEXT, b'{"type":"ping"}') * 9 + frame(CONTINUED)
        assert await in_session(server, token, said, hostile.Raw.close_code) == 1002
    await bystander.check()


async def test_a_client_that_answers_no_ping_is_let_go(server, bystander, token, settings):
    """Half-open: the other end is gone without a word, or the way to it is."""
    settings.STREAMS_PING_SECONDS = 0.1
    async with hostile.open_socket(server.port, token) as raw:
        assert await raw.close_code() == 1011
    await bystander.check()
