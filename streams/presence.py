"""Which sockets are open where, for the back office, and how one of them is ended from there.

Each process with sockets writes one row every ``REPORT_SECONDS`` and looks every second whether
one of its sockets shall end. A row that is not renewed belongs to a process that is gone.
"""

import asyncio
import logging
import os
import socket
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol
from uuid import uuid4
from weakref import WeakKeyDictionary

import orjson
from channels.db import database_sync_to_async
from django.contrib.auth.models import AnonymousUser, User

from .models import Disconnection, ServerProcess

logger = logging.getLogger(__name__)

CHECK_SECONDS = 1.0
REPORT_SECONDS = 3.0
STALE = timedelta(seconds=15)  # then a process is gone, and an order has been carried out
SHOWN = 500  # sockets of one process, the newest ones


class Present(Protocol):
    """A connection, as the back office sees it."""

    id: str

    def describe(self) -> dict[str, Any]:
        """Return what is shown of it."""
        ...

    def disconnect(self) -> None:
        """End it."""
        ...


class Living(NamedTuple):
    """A process and its sockets; ``connections`` are the newest of them, newest first."""

    name: str
    sockets: int
    connections: list[dict[str, Any]]


class Presence:
    """The sockets of one event loop."""

    def __init__(self) -> None:
        self._process = uuid4().hex
        self._held: dict[str, Present] = {}
        self._task: asyncio.Task[None] | None = None

    def enter(self, present: Present) -> None:
        """Show a connection."""
        self._held[present.id] = present
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    def leave(self, present: Present) -> None:
        """Show it no longer."""
        self._held.pop(present.id, None)

    async def _run(self) -> None:
        checks = 0
        while self._held:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                if checks % round(REPORT_SECONDS / CHECK_SECONDS) == 0 or not self._held:
                    await self._report()
                checks += 1
                for name in await _in_thread(_ordered)(tuple(self._held)):
                    if name in self._held:
                        self._held[name].disconnect()
            except Exception as error:  # noqa: BLE001 - the database is away: ask again
                logger.warning("live connections not reported: %s", type(error).__name__)

    async def _report(self) -> None:
        newest = list(self._held.values())[: -SHOWN - 1 : -1]
        described = [present.describe() for present in newest]
        await _in_thread(_write)(self._process, len(self._held), described)


def living(at: datetime) -> list[Living]:
    """Return the processes that have sockets."""
    rows = ServerProcess.objects.filter(seen_at__gt=at - STALE, sockets__gt=0).order_by("name")
    return [Living(row.name, row.sockets, orjson.loads(row.connections)) for row in rows]


def end(connection: str, *, by: User | AnonymousUser, at: datetime) -> None:
    """Have a socket ended, on whichever process it is; one that is gone needs no more."""
    logger.info("connection=%s is to be ended by user=%s", connection, by.pk)
    Disconnection.objects.update_or_create(connection=connection, defaults={"at": at})


def _write(process: str, sockets: int, described: list[dict[str, Any]]) -> None:
    now = datetime.now(UTC)
    ServerProcess.objects.filter(seen_at__lt=now - STALE).delete()
    Disconnection.objects.filter(at__lt=now - STALE).delete()
    told = {
        "name": f"{socket.gethostname()}:{os.getpid()}",
        "seen_at": now,
        "sockets": sockets,
        "connections": orjson.dumps(described).decode(),
    }
    ServerProcess.objects.update_or_create(id=process, defaults=told)


def _ordered(held: Collection[str]) -> set[str]:
    """Return those that shall end; there are never more orders than clicks of some seconds."""
    return set(Disconnection.objects.values_list("pk", flat=True)) & set(held)


def _in_thread(function: Any) -> Any:
    return database_sync_to_async(function, thread_sensitive=False)


_presences: WeakKeyDictionary[asyncio.AbstractEventLoop, Presence] = WeakKeyDictionary()


def presence() -> Presence:
    """Return this process's list."""
    loop = asyncio.get_running_loop()
    if loop not in _presences:
        _presences[loop] = Presence()
    return _presences[loop]
