"""Twisted's back-pressure as something that a coroutine can wait for."""

import asyncio
from collections.abc import Callable

from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

Watcher = Callable[[bool | None], None]


@implementer(IPushProducer)
class Gate:
    """A push producer: shut while more waits in the transport than it wants to hold (64 KiB)."""

    def __init__(self) -> None:
        self._passable = asyncio.Event()
        self._passable.set()
        self._watcher: Watcher | None = None

    @property
    def is_open(self) -> bool:
        """Whether the transport takes more."""
        return self._passable.is_set()

    async def passage(self) -> None:
        """Wait until the transport takes more, or the connection is gone."""
        await self._passable.wait()

    def watch(self, watcher: Watcher) -> None:
        """Tell ``watcher``: ``True`` as it shuts, ``False`` as it opens, at last ``None``."""
        self._watcher = watcher

    def pauseProducing(self) -> None:  # noqa: N802 - Twisted's name, as those below
        """Too much waits; Twisted says so at every write."""
        if self.is_open:
            self._passable.clear()
            self._tell(paused=True)

    def resumeProducing(self) -> None:  # noqa: N802
        """All of it is sent."""
        if not self.is_open:
            self._passable.set()
            self._tell(paused=False)

    def stopProducing(self) -> None:  # noqa: N802
        """The connection is gone: whoever waits may go on, into nothing."""
        self._passable.set()
        self._tell(paused=None)
        self._watcher = None

    def _tell(self, *, paused: bool | None) -> None:
        if self._watcher is not None:
            self._watcher(paused)
