"""Events older than the ring, read from the log once for all who ask."""

import asyncio
from collections import OrderedDict

from channels.db import database_sync_to_async

from . import log, metrics
from .encoding import Encoded

PAGE_EVENTS = 512
PAGES_KEPT = 32


class Pages:
    """The last pages that were read; a herd of returning clients costs a handful of queries."""

    def __init__(self, stream: str) -> None:
        self.stream = stream
        self.reads = 0
        self._pages: OrderedDict[int, asyncio.Task[list[Encoded]]] = OrderedDict()

    async def after(self, position: int) -> list[Encoded]:
        """Return the rest of the page that follows a position, oldest first; empty if trimmed."""
        start = position // PAGE_EVENTS * PAGE_EVENTS
        if start not in self._pages:
            self._pages[start] = asyncio.create_task(self._read(start))
            while len(self._pages) > PAGES_KEPT:
                self._pages.popitem(last=False)
        try:
            # shield: one client that goes away must not take the page from the others
            page = await asyncio.shield(self._pages[start])
        except Exception:
            self._pages.pop(start, None)
            raise
        return [event for event in page if event.seq > position]

    async def _read(self, start: int) -> list[Encoded]:
        self.reads += 1
        metrics.of(self.stream).log_pages.inc()
        read = database_sync_to_async(log.read, thread_sensitive=False)
        return [Encoded(e) for e in await read(self.stream, after=start, limit=PAGE_EVENTS)]
