"""Events older than the ring, read from the log once for all who ask."""

import asyncio
from collections import OrderedDict
from itertools import accumulate

from channels.db import database_sync_to_async

from . import log, metrics
from .encoding import Encoded
from .ring import READ_BYTES

PAGE_EVENTS = 2048
PAGES_KEPT = 8
READ_EVENTS = 512  # handed out at once


class Pages:
    """The last pages that were read; a herd of returning clients costs a handful of queries."""

    def __init__(self, stream: str) -> None:
        self.stream = stream
        self.reads = 0
        self._pages: OrderedDict[int, asyncio.Task[list[Encoded]]] = OrderedDict()

    async def after(self, position: int) -> list[Encoded]:
        """Return events that follow a position, oldest first; none if they are trimmed.

        They end with the page, and beyond the first one after ``READ_BYTES`` of rows.
        """
        start = position // PAGE_EVENTS * PAGE_EVENTS
        page = await self._page(start)
        if page and page[-1].seq <= position:  # it was read when it was not full yet
            page = await self._page(start, known=page)
        first = max(0, position + 1 - page[0].seq) if page else 0
        rest = page[first : first + READ_EVENTS]
        sizes = accumulate(len(event.data) for event in rest[1:])
        return rest[: 1 + sum(size <= READ_BYTES for size in sizes)]

    async def _page(self, start: int, known: list[Encoded] | None = None) -> list[Encoded]:
        """Return a page, newer than the one that is known already."""
        kept = self._pages.get(start)
        if kept is None or (known is not None and kept.done() and kept.result() is known):
            kept = self._pages[start] = asyncio.create_task(self._read(start))
            while len(self._pages) > PAGES_KEPT:
                self._pages.popitem(last=False)
        try:
            # shield: one client that goes away must not take the page from the others
            return await asyncio.shield(kept)
        except Exception:
            self._pages.pop(start, None)
            raise

    async def _read(self, start: int) -> list[Encoded]:
        self.reads += 1
        metrics.of(self.stream).log_pages.inc()
        read = database_sync_to_async(log.read, thread_sensitive=False)
        return [Encoded(e) for e in await read(self.stream, after=start, limit=PAGE_EVENTS)]
