"""How a Daphne process stops: as ``manage.py serve`` does, and not in the middle of an answer."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import twisted.internet.reactor  # Daphne has installed it
from daphne.server import Server
from django.conf import settings
from twisted.internet.interfaces import IListeningPort

from streams.draining import draining

GOODBYE_SECONDS = 10.0  # for what is in flight, then it is cut off
LOOK_SECONDS = 0.05
Callback = Callable[[], None]
reactor: Any = twisted.internet.reactor  # a module that is replaced by an object


class Visit:
    """One request or socket in flight."""

    def __init__(self, *, is_late: bool) -> None:
        self.callbacks: list[Callback] = []
        self._is_late = is_late

    def on_end(self, callback: Callback) -> None:
        """Have ``callback()`` called when the process wants to stop; at once if it already does."""
        if self._is_late:
            callback()
        self.callbacks.append(callback)


class Ending:
    """What is in flight, and the steps from SIGTERM to the exit.

    1. Readiness says ``draining``; everything is served on for ``DRAIN_SECONDS``.
    2. Nobody is let in, what waits is told to end, what is in flight ends.
    3. The reactor stops. A second signal goes there at once.
    """

    def __init__(self) -> None:
        self.is_closing = False
        self._visits: set[Visit] = set()
        self._connections: dict[Any, dict[str, Any]] = {}
        self._deadline = 0.0
        reactor.callWhenRunning(self._listen)  # where Daphne does not run, nothing happens

    @contextmanager
    def visit(self, server: Server) -> Iterator[Visit]:
        """Take a request or socket in, which may ask to be told of the end."""
        self._connections = server.connections
        visit = Visit(is_late=self.is_closing)
        self._visits.add(visit)
        try:
            yield visit
        finally:
            self._visits.remove(visit)

    def _listen(self) -> None:
        """Take SIGTERM over from the reactor; the autoreloader's threads have none."""
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, self._told)

    def _told(self, number: int, frame: FrameType | None) -> None:
        step = reactor.stop if draining.is_set() else self._begin
        draining.set()
        reactor.callFromThread(step)

    def _begin(self) -> None:
        reactor.callLater(settings.DRAIN_SECONDS, self._say_goodbye)

    def _say_goodbye(self) -> None:
        self.is_closing = True
        self._deadline = reactor.seconds() + GOODBYE_SECONDS
        for reader in reactor.getReaders():
            if IListeningPort.providedBy(reader):
                reader.stopListening()
        for visit in tuple(self._visits):
            for callback in tuple(visit.callbacks):
                callback()
        self._stop_when_done()

    def _stop_when_done(self) -> None:
        """Stop when nobody is served any more and every byte is on its way.

        Daphne's list also has the requests whose body is still coming.
        """
        is_serving = any("disconnected" not in one for one in self._connections.values())
        is_busy = is_serving or bool(reactor.getWriters())
        if is_busy and reactor.seconds() < self._deadline:
            reactor.callLater(LOOK_SECONDS, self._stop_when_done)
        else:
            reactor.stop()
