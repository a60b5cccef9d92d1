"""Ends the sockets whose access ended: token over, signed out, deactivated, permission lost."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async

from .auth import Access, still_allowed

logger = logging.getLogger(__name__)

CHECK_SECONDS = 1.0
End = Callable[[str], None]


class Watch:
    """Checks all sockets of a process together, once a second."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[Access, End]] = {}
        self._task: asyncio.Task[None] | None = None

    def hold(self, access: Access, end: End) -> None:
        """Watch an access; ``end`` is called with the reason when it has ended."""
        self._held[id(access)] = (access, end)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    def release(self, access: Access) -> None:
        """Watch it no longer."""
        self._held.pop(id(access), None)
        if not self._held and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self) -> None:
        check = database_sync_to_async(still_allowed, thread_sensitive=False)
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            accesses = [access for access, _ in self._held.values()]
            try:
                ended = await check(accesses, datetime.now(UTC))
            except Exception as error:  # noqa: BLE001 - the database is away: ask again
                logger.warning("access check failed: %s", type(error).__name__)
                continue
            for key, reason in ended.items():
                if key in self._held:
                    self._held[key][1](reason)


_watches: WeakKeyDictionary[asyncio.AbstractEventLoop, Watch] = WeakKeyDictionary()


def watch() -> Watch:
    """Return this process's watch."""
    loop = asyncio.get_running_loop()
    if loop not in _watches:
        _watches[loop] = Watch()
    return _watches[loop]
