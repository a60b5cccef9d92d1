"""One hub per process and stream: it hears of events once and hands them to every socket.

The channel layer only wakes it. What a message did not bring, or brought out of order, is read
from the log; every ``STREAMS_POLL_SECONDS`` the head is compared with the log's, so that a lost
message costs at most that.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable
from operator import attrgetter
from typing import Any
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.conf import settings

from . import log, metrics, wakeup
from .encoding import Encoded
from .pages import Pages
from .payloads import Payloads
from .ring import Ring
from .subscribers import ResyncError, Subscriber

logger = logging.getLogger(__name__)

RING_EVENTS = 4096
READ_EVENTS = 512
LATECOMERS_AT_ONCE = 16  # of a herd, between two turns of the loop: others must not wait for it
MAX_HEARD = 256  # messages that wait for the hub; beyond, the log has them
Write = Callable[[bytes], None]


class Hub:
    """The ring, its subscribers, and the tasks that keep it at the log's head."""

    def __init__(self, stream: str) -> None:
        self.stream = stream
        self.epoch = ""
        self.ring = Ring(RING_EVENTS)
        self.pages = Pages(stream)
        self.payloads = Payloads()
        self.turns = asyncio.Semaphore(LATECOMERS_AT_ONCE)
        self.subscribers: set[Subscriber] = set()
        self.live: dict[Hashable, dict[Subscriber, Write]] = {}
        self.counts = metrics.of(stream)
        self.restarts = 0
        self.repairs = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._heard: list[dict[str, Any]] = []
        self._woken = asyncio.Event()
        self._changed = asyncio.Event()
        self._advancing = asyncio.Lock()
        self._loaded: asyncio.Task[None] | None = None

    @property
    def head(self) -> int:
        """The number of the newest event known here."""
        return self.ring.head

    async def join(self, subscriber: Subscriber) -> None:
        """Take a subscriber in; the first one starts the hub."""
        self.subscribers.add(subscriber)
        if self._loaded is None:
            wakeup.adopt(asyncio.get_running_loop())
            self._loaded = asyncio.create_task(self._start())
        await asyncio.shield(self._loaded)

    def leave(self, subscriber: Subscriber) -> None:
        """Let a subscriber go; the last one stops the hub."""
        self.subscribers.discard(subscriber)
        self.withdraw(subscriber)
        if not self.subscribers:
            for task in (*self._tasks, self._loaded):
                if task is not None:
                    task.cancel()
            _hubs[asyncio.get_running_loop()].pop(self.stream, None)

    def enlist(self, subscriber: Subscriber) -> None:
        """Write to this subscriber directly from now on: it has everything up to the head."""
        self.live.setdefault(subscriber.mode.key, {})[subscriber] = subscriber.write

    def withdraw(self, subscriber: Subscriber) -> None:
        """Stop writing to this subscriber directly."""
        group = self.live.get(subscriber.mode.key, {})
        group.pop(subscriber, None)
        if not group:
            self.live.pop(subscriber.mode.key, None)

    async def position(self, since: int | None, epoch: str | None) -> int:
        """Return the number to go on from: ``since`` if it can be served, else the head.

        Raises:
            ResyncError: with the reason ``epoch``, ``ahead`` or ``trimmed``.
        """
        if since is None:
            return self.head
        if epoch is not None and epoch != self.epoch:
            raise ResyncError("epoch")
        if since > self.head:
            await self._catch_up()
        if since > self.head:
            raise ResyncError("ahead")
        if since < self.ring.base:
            await self._older(since)  # reads the page that it needs next, shared with others
        return since

    async def after(self, position: int) -> list[Encoded]:
        """Wait for events after a position and return the next of them, oldest first.

        Raises:
            ResyncError: they are no longer in the log.
        """
        while self.head <= position:
            await self._changed.wait()
        found = self.ring.after(position, READ_EVENTS)
        if found is None:
            return await self._older(position)
        self.counts.ring_hits.inc()
        return found

    async def _older(self, position: int) -> list[Encoded]:
        found = await self.pages.after(position)
        if not found or found[0].seq != position + 1:
            raise ResyncError("trimmed")
        return found

    async def _start(self) -> None:
        try:
            await self._load()
        except Exception:
            self._loaded = None  # the next one who joins tries again
            raise
        parts = (self._listen, self._work, self._poll)
        self._tasks = [asyncio.create_task(self._supervise(part)) for part in parts]

    async def _load(self) -> None:
        self.epoch, head, events = await in_thread(log.tail)(self.stream, RING_EVENTS)
        self.ring = Ring(RING_EVENTS, head - len(events))
        self.pages = Pages(self.stream)  # an older life's are worth nothing
        for event in events:
            self.ring.append(Encoded(event))

    async def _supervise(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - whatever broke, the hub must come back
                self.restarts += 1
                self.counts.restarts.inc()
                logger.warning("hub %s: %s: %s", self.stream, work.__name__, type(error).__name__)
                await asyncio.sleep(settings.STREAMS_POLL_SECONDS)

    async def _listen(self) -> None:
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(wakeup.group(self.stream), channel)
        try:
            await self._catch_up()  # what was committed before the group was joined
            while True:
                message = await layer.receive(channel)
                if len(self._heard) >= MAX_HEARD:
                    self._heard.clear()
                self._heard.append(message)
                self._woken.set()
        finally:
            await layer.group_discard(wakeup.group(self.stream), channel)

    async def _work(self) -> None:
        """Take all that was heard meanwhile in one go: what waits travels together."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            heard, self._heard = self._heard, []
            await self._take([message for message in heard if message["epoch"] == self.epoch])

    async def _take(self, messages: list[dict[str, Any]]) -> None:
        events = [log.Event(*event) for message in messages for event in message["events"]]
        async with self._advancing:
            following = _following(self.head, events)
            for start in range(0, len(following), READ_EVENTS):
                self._advance(following[start : start + READ_EVENTS])
        if any(message["head"] > self.head for message in messages):
            await self._catch_up()

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(settings.STREAMS_POLL_SECONDS)
            self._drop_laggards()
            known = self.head  # before the look: events that come meanwhile are no sign of a reset
            epoch, head = await in_thread(log.position)(self.stream)
            if epoch != self.epoch or head < known:
                await self._reset("epoch")
            elif head > self.head and await self._catch_up():
                self.repairs += 1
                self.counts.repairs.inc()

    async def _catch_up(self) -> int:
        """Read from the log what is missing here; return how many events that were."""
        before = self.head
        async with self._advancing:
            while events := await in_thread(log.read)(
                self.stream, after=self.head, limit=READ_EVENTS
            ):
                if events[0].seq != self.head + 1:  # trimmed beyond our head
                    await self._reset("trimmed")
                    break
                self._advance(events)
        return self.head - before

    def _advance(self, events: list[log.Event]) -> None:
        new = [Encoded(event) for event in events]
        for event in new:
            self.ring.append(event)
        for group in tuple(self.live.values()):
            self._write(group, new)
        self.counts.fanned_out(events[0].at)
        self._wake()

    def _write(self, group: dict[Subscriber, Write], new: list[Encoded]) -> None:
        """Encode once, then one write for each connection of a group."""
        mode = next(iter(group)).mode
        if chosen := mode.choose(new):
            payload = mode.frames(chosen)
            members = tuple(group)  # who has had enough leaves the group meanwhile
            for member, write in zip(members, tuple(group.values()), strict=True):
                try:
                    write(payload)
                except Exception as error:  # noqa: BLE001 - one that is broken takes nobody along
                    member.end(error)
            self.counts.sent(len(chosen), payload, len(members))

    async def _reset(self, reason: str) -> None:
        await self._load()
        self.live.clear()  # nothing of the new life before the resync
        for subscriber in tuple(self.subscribers):
            subscriber.end(reason)
        self._wake()

    def _wake(self) -> None:
        """Let those who wait for events after a position look again."""
        self._changed.set()
        self._changed = asyncio.Event()

    def _drop_laggards(self) -> None:
        bound = self.head - settings.STREAMS_MAX_LAG_EVENTS
        for subscriber in self.subscribers:
            if subscriber.position < bound and subscriber.is_behind:
                subscriber.end("slow")


def _following(head: int, events: list[log.Event]) -> list[log.Event]:
    """Return the events that come after a head, one after another; the layer keeps no order."""
    following: list[log.Event] = []
    for event in sorted(events, key=attrgetter("seq")):
        if event.seq == head + 1:
            following.append(event)
            head = event.seq
    return following


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Hub]] = WeakKeyDictionary()


def hub_for(stream: str) -> Hub:
    """Return this process's hub of a stream."""
    hubs = _hubs.setdefault(asyncio.get_running_loop(), {})
    if stream not in hubs:
        hubs[stream] = Hub(stream)
    return hubs[stream]


def hubs() -> list[Hub]:
    """Return the hubs that run on this loop."""
    return list(_hubs.get(asyncio.get_running_loop(), {}).values())


def in_thread[**P, T](function: Callable[P, T]) -> Callable[P, Awaitable[T]]:
    """Run a database function in a thread of its own, not in the one that sync views share."""
    return database_sync_to_async(function, thread_sensitive=False)
