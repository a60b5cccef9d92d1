"""Clients that wait for events over HTTP: for the next ones, or for all as they come."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
from django.conf import settings
from django.db import DatabaseError

from streams import closing, handshake
from streams.admission import RefusedError, Visit
from streams.auth import NotPermittedError, NotSignedInError
from streams.closing import Closing
from streams.encoding import Encoded
from streams.errors import DomainError
from streams.hub import hub_for
from streams.modes import Plain
from streams.subscribers import ResyncError, Subscriber
from streams.watch import watch

from .answer import Answer, Message, Order
from .errors import PositionLostError, TooManyReadersError, UnavailableError

logger = logging.getLogger(__name__)

LINGER_SECONDS = 30.0
RETRY_MS = 2000
DRAIN_SPREAD_MS = 2000
MAX_STREAM_BYTES = 32 * 1024 * 1024
Receive = Callable[[], Awaitable[Message]]
ENDED: dict[str, type[DomainError]] = {
    closing.NOT_SIGNED_IN.name: NotSignedInError,
    closing.NOT_PERMITTED.name: NotPermittedError,
}


class EventBlocks(Plain):
    """Events as a browser's ``EventSource`` reads them."""

    key = "sse"

    def texts(self, events: Sequence[Encoded]) -> Iterator[bytes]:
        """Yield one text for all of them."""
        yield b"".join(map(_block, events))


class Reader:
    """One waiting client: a member of the hub until it is answered or leaves."""

    def __init__(self, order: Order, answer: Answer) -> None:
        self.order = order
        self.answer = answer
        self.hub = hub_for(order.access.stream)
        self.subscriber = Subscriber(self.hub, EventBlocks(), self._send, None)
        self._ended: asyncio.Future[Closing] = asyncio.get_running_loop().create_future()

    async def read(self) -> None:
        """Answer."""
        raise NotImplementedError

    async def stop(self, reason: Closing) -> None:
        """Say goodbye: access has ended, or the server is going away."""
        raise NotImplementedError

    def end(self, reason: Closing) -> None:
        """End the waiting."""
        if not self._ended.done():
            self._ended.set_result(reason)

    async def serve(self, receive: Receive) -> None:
        """Answer, unless the client leaves first or the waiting is ended."""
        try:
            await self.hub.join(self.subscriber)
            await self._read_until_end(receive)
        finally:
            self._leave()

    async def _read_until_end(self, receive: Receive) -> None:
        reading = asyncio.create_task(self.read())
        leaving = asyncio.create_task(_gone(receive))
        first: set[asyncio.Future[Any]] = {reading, leaving, self._ended}
        try:
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
            if reading.done():
                reading.result()
            elif not leaving.done():
                await _cancel(reading)  # two would write at once
                await self.stop(self._ended.result())
        finally:
            await _cancel(reading, leaving)

    def _leave(self) -> None:
        """Leave the hub; the last one later, so that a lone poller does not load it each time."""
        if self.hub.epoch and len(self.hub.subscribers) == 1:
            loop = asyncio.get_running_loop()
            loop.call_later(LINGER_SECONDS, self.hub.leave, self.subscriber)
        else:
            self.hub.leave(self.subscriber)

    async def _send(self, message: dict[str, Any]) -> None:
        await self.answer.write(message["text"].encode())

    def _lost(self, reason: str) -> PositionLostError:
        return PositionLostError(reason, self.hub.head, self.hub.epoch)


class Poll(Reader):
    """Answers with the next events, or with none when the time is over."""

    position = 0

    async def read(self) -> None:
        """Wait for events and answer with them.

        Raises:
            PositionLostError: they cannot be served.
        """
        try:
            self.position = await self.hub.position(self.order.after, self.order.epoch)
            epoch = self.hub.epoch
            events = await self._next()
            if self.hub.epoch != epoch:  # recreated meanwhile: these numbers mean something else
                raise ResyncError("epoch")
        except ResyncError as error:
            raise self._lost(error.reason) from error
        await self._tell(events)

    async def stop(self, reason: Closing) -> None:
        """Answer with nothing before the server goes, and refuse who may no longer read.

        Raises:
            NotSignedInError, NotPermittedError: access has ended.
        """
        if reason.name in ENDED:
            raise ENDED[reason.name](reason.detail)
        if not self.answer.is_begun:
            await self._tell([])

    async def _next(self) -> list[Encoded]:
        is_there = self.hub.head > self.position  # then reading takes what it takes
        try:
            async with asyncio.timeout(None if is_there else self.order.wait):
                return (await self.hub.after(self.position))[: self.order.limit]
        except TimeoutError:
            return []

    async def _tell(self, events: list[Encoded]) -> None:
        items = b",".join(event.item for event in events)
        # without events: where to go on, also if one has come in this moment
        head = self.hub.head if events else self.position
        tail = b'"head":%d,"epoch":"%b"' % (head, self.hub.epoch.encode())
        await self.answer.json(b'{"events":[' + items + b"]," + tail + b"}")


class EventStream(Reader):
    """Sends every event as it comes.

    A response ends after ``MAX_STREAM_BYTES``, since a server that never pushes back keeps all that
    a stalled client does not read; the client comes back by itself with ``Last-Event-ID``.
    """

    sent = 0

    async def read(self) -> None:
        """Send until the position is lost, the client reads too slowly, or got enough."""
        try:
            position = await self.hub.position(self.order.after, self.order.epoch)
        except ResyncError as error:
            await self.answer.stream()  # no 409: an EventSource could not read it
            await self._resync(error.reason)
            return
        await self.answer.stream()
        # The id alone: who is cut off before the first event comes back to this position.
        await self.answer.write(b"retry: %d\nid: %d\n\n" % (RETRY_MS, position))
        beating = asyncio.create_task(self._heartbeat())
        try:
            await self._resync(await self.subscriber.follow(position))
        finally:
            beating.cancel()

    async def stop(self, reason: Closing) -> None:
        """End; before the server goes, spread the clients that will come back."""
        if reason is closing.GOING_AWAY and self.answer.is_begun:
            spread = random.randrange(DRAIN_SPREAD_MS)  # noqa: S311 - spreads the herd, no secret
            await self.answer.write(b"retry: %d\n\n" % spread)
        if not self.answer.is_begun:
            await self.answer.stream()
        await self.answer.write(b"", more=False)

    async def _resync(self, reason: str) -> None:
        if reason != "slow":
            lost = orjson.dumps(self._lost(reason).extra)
            await self.answer.write(b"event: resync\nid: %d\ndata: %b\n\n" % (self.hub.head, lost))
        await self.answer.write(b"", more=False)

    async def _heartbeat(self) -> None:
        while True:
            await asyncio.sleep(settings.STREAMS_HEARTBEAT_SECONDS)
            await self.answer.write(b": \n\n")

    async def _send(self, message: dict[str, Any]) -> None:
        await super()._send(message)
        self.sent += len(message["text"])
        if self.sent > MAX_STREAM_BYTES:
            self.end(closing.TOO_SLOW)


async def serve(order: Order, answer: Answer, scope: Message, receive: Receive) -> None:
    """Answer an order; it counts as a socket as long as it waits."""
    try:
        async with Visit(handshake.read(scope).address) as visit:
            await _take_place(visit, order)
            # no await from here to the join: the hub might stop in between
            reader = (EventStream if order.is_stream else Poll)(order, answer)
            with _watched(order, reader.end, scope):
                await reader.serve(receive)
    except RefusedError as error:
        await answer.refuse(TooManyReadersError(error))
    except DomainError as error:
        await answer.refuse(error)
    except DatabaseError as error:
        logger.warning("the database is away: %s", type(error).__name__)
        await answer.refuse(UnavailableError("The database is away: try again."))


async def _take_place(visit: Visit, order: Order) -> None:
    user_id = order.access.user_id
    await (visit.as_stranger() if user_id is None else visit.as_user(user_id))


@contextmanager
def _watched(order: Order, end: Callable[[Closing], None], scope: Message) -> Iterator[None]:
    """End the waiting when access ends, or when the server is about to stop."""
    watch().hold(order.access, lambda reason: end(closing.ACCESS_ENDED[reason]))
    if drain := (scope.get("extensions") or {}).get("emberwatch.drain"):
        drain["callbacks"].append(lambda: end(closing.GOING_AWAY))
    try:
        yield
    finally:
        watch().release(order.access)


async def _cancel(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _block(event: Encoded) -> bytes:
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (event.seq, event.name.encode(), event.data)
