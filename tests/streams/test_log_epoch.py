"""A log that was set back or recreated is another log: whoever knows the former one is told."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from streams import log
from streams.events import head, publish
from streams.models import StreamEvent, StreamHead
from tests.streams.conftest import LiveServer

SESSION = ["emberwatch.v1"]
BILLION = 10**9


def happen(*names: str) -> None:
    for name in names:
        publish("hotspots", "hotspot.updated", {"id": 1, "entity": name})


def restore(seq: int) -> None:
    """Bring the log back to what it was when it had so many events, as a backup does."""
    StreamEvent.objects.filter(stream="hotspots", seq__gt=seq).delete()
    StreamHead.objects.filter(stream="hotspots").update(seq=seq)


def renew() -> str:
    out = StringIO()
    call_command("renew_epoch", "--yes", stdout=out)
    return out.getvalue()


@pytest.fixture
async def restarted(in_thread, transactional_db):
    """A server that starts when the test says so: `await restarted()`."""
    running = []

    async def start() -> LiveServer:
        running.append(await in_thread(LiveServer))
        return running[-1]

    yield start
    for server in running:
        await in_thread(server.stop)


async def told(server, analyst, query: str) -> dict:
    """What a session that comes back with this position is told, after hello."""
    path = f"/ws/hotspots?{query}"
    async with server.connect(path, analyst, subprotocols=SESSION) as client:
        assert (await client.frame())["type"] == "hello"
        return await client.frame()


async def test_after_a_restore_an_old_position_is_never_taken_for_a_new_one(
    restarted, analyst, in_thread
):
    await in_thread(happen, "a", "b", "c", "d")
    epoch, _ = await in_thread(log.position, "hotspots")
    await in_thread(restore, 2)
    await in_thread(renew)
    await in_thread(happen, "other c", "other d", "other e")

    server = await restarted()
    for known in (1, 2, 3, 4, 5):  # 3 and 4 were lost; 5 was never given out
        async with server.connect(f"/ws/hotspots?since={known}", analyst) as plain:
            shared = ["b"] if known == 1 else []  # both logs have it
            assert [(await plain.frame())["entity"] for _ in shared] == shared
            assert await plain.close_code() == 4409
        answer = await told(server, analyst, f"since={known}&epoch={epoch}")
        assert (answer["type"], answer["reason"]) == ("resync", "epoch")
        assert answer["head"] == BILLION + 3
        assert answer["epoch"] != epoch
    async with server.connect(f"/ws/hotspots?since={BILLION}", analyst) as client:
        assert await client.seqs(3) == [BILLION + 1, BILLION + 2, BILLION + 3]


async def test_without_it_only_who_is_ahead_or_names_the_epoch_is_told(
    restarted, analyst, in_thread
):
    """Why the command is needed: a plain client would miss what came under numbers it knows."""
    await in_thread(happen, "a", "b", "c", "d")
    await in_thread(restore, 2)
    await in_thread(happen, "other c")

    server = await restarted()
    answer = await told(server, analyst, "since=4")
    assert (answer["type"], answer["reason"]) == ("resync", "ahead")
    async with server.connect("/ws/hotspots?since=3", analyst) as plain:
        assert await plain.silent()  # "other c" is never told


async def test_connected_clients_are_told_without_a_restart(server, analyst, in_thread):
    await in_thread(happen, "a")
    async with (
        server.connect("/ws/hotspots", analyst, subprotocols=SESSION) as session,
        server.connect("/ws/hotspots", analyst) as plain,
    ):
        epoch = (await session.frame())["epoch"]
        await in_thread(renew)
        answer = await session.frame()
        assert (answer["type"], answer["head"]) == ("resync", BILLION)
        assert answer["reason"] in {"epoch", "trimmed"}
        assert answer["epoch"] != epoch
        assert await plain.close_code() == 4409
        await in_thread(happen, "b")
        assert await session.seqs(1) == [BILLION + 1]


@pytest.mark.django_db
def test_every_stream_gets_a_name_and_numbers_of_its_own():
    happen("a")
    before = dict(StreamHead.objects.values_list("stream", "epoch"))

    assert renew().splitlines() == [
        "hotspots: the next event is number 1,000,000,001",
        "alerts: the next event is number 1,000,000,001",
        "recommendations: the next event is number 1,000,000,001",
    ]
    epochs = set(StreamHead.objects.values_list("epoch", flat=True))
    assert len(epochs) == 3
    assert not epochs & set(before.values())
    renew()
    assert head("hotspots") == 2 * BILLION


@pytest.mark.django_db
def test_it_asks_before(monkeypatch):
    happen("a")
    before = list(StreamHead.objects.order_by("stream").values())

    with pytest.raises(CommandError, match="say --yes"):
        call_command("renew_epoch")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: "n")
    with pytest.raises(CommandError, match=r"Nothing was done\."):
        call_command("renew_epoch")

    assert list(StreamHead.objects.order_by("stream").values()) == before


@pytest.mark.django_db
def test_a_hole_ends_what_is_read_at_once():
    """Whatever tore it: nobody gets what is behind it as if it came next."""
    happen("a", "b", "c", "d", "e")
    StreamEvent.objects.filter(seq=3).delete()

    assert [event.seq for event in log.read("hotspots", after=0, limit=10)] == [1, 2]
    assert [event.seq for event in log.read("hotspots", after=2, limit=10)] == [4, 5]
    assert [event.seq for event in log.tail("hotspots", 10)[2]] == [4, 5]
    StreamEvent.objects.filter(seq=5).delete()
    assert log.tail("hotspots", 10)[1:] == (5, [])
