"""The ASGI server of ``manage.py serve``: uvicorn, with a door for the fan-out.

The protocol offers ``scope["extensions"]["emberwatch.broadcast"]``:

``write(bytes)``
    puts whole WebSocket frames on the transport.
``watch(callback)``
    calls ``callback(True)`` when more than ``HIGH_WATER`` bytes wait, ``callback(False)`` when
    they have drained, ``callback(None)`` when the connection is gone.
``abort()``
    drops the connection at once.
``drain(callback)``
    calls ``callback()`` when the server is about to stop; the application then closes.

An HTTP request gets ``scope["extensions"]["emberwatch.drain"]["callbacks"]``: a list for callbacks
of the same kind, so that an answer that waits can end.
"""

import signal
import socket
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import uvicorn
from django.conf import settings
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.supervisors import Multiprocess, multiprocess

from . import metrics
from .draining import draining

HIGH_WATER = 256 * 1024  # bytes waiting in user space before a reader counts as slow
MAX_FRAME_BYTES = 64 * 1024
Watcher = Callable[[bool | None], None]


class BroadcastProtocol(WebSocketsSansIOProtocol):
    """uvicorn's sans-I/O WebSocket protocol with the broadcast extension."""

    _watcher: Watcher | None = None
    _drainer: Callable[[], None] | None = None

    async def run_asgi(self) -> None:
        """Offer the extension, then run the application."""
        self.transport.set_write_buffer_limits(high=HIGH_WATER, low=HIGH_WATER // 4)
        self.scope.setdefault("extensions", {})["emberwatch.broadcast"] = {
            "write": self.transport.write,
            "watch": self._watch,
            "abort": self.transport.abort,
            "drain": self._on_drain,
        }
        await super().run_asgi()

    def pause_writing(self) -> None:
        """The transport has more than ``HIGH_WATER`` bytes waiting."""
        super().pause_writing()
        self._tell(paused=True)

    def resume_writing(self) -> None:
        """The transport has drained."""
        super().resume_writing()
        self._tell(paused=False)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._tell(paused=None)
        self._watcher = None
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """The server stops: let the application say goodbye."""
        if self._drainer is not None:
            self._drainer()
        else:
            super().shutdown()

    def _on_drain(self, drainer: Callable[[], None]) -> None:
        self._drainer = drainer

    def _watch(self, watcher: Watcher) -> None:
        self._watcher = watcher

    def _tell(self, *, paused: bool | None) -> None:
        if self._watcher is not None:
            self._watcher(paused)


class DrainingProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which asks answers that wait to end when the server stops."""

    def on_message_begin(self) -> None:
        """Offer the list."""
        super().on_message_begin()
        self.scope["extensions"] = {"emberwatch.drain": {"callbacks": []}}

    def shutdown(self) -> None:
        """The server stops: what waits shall end."""
        if self.cycle is not None:
            offered: dict[Any, Any] = self.cycle.scope["extensions"]["emberwatch.drain"]
            for callback in offered["callbacks"]:
                callback()
        super().shutdown()


class DrainingServer(uvicorn.Server):
    """uvicorn that lets load balancers look elsewhere before it closes the door."""

    _answers_until = 0.0

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Told to stop: from now on readiness says no. A second signal cuts the wait short."""
        draining.set()
        waits = sig == signal.SIGTERM and not self.should_exit
        self._answers_until = time.monotonic() + settings.DRAIN_SECONDS if waits else 0.0
        super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """Go on for a moment after the signal."""
        stops = await super().on_tick(counter)
        return stops and time.monotonic() >= self._answers_until


class Server(DrainingServer):
    """A server alone, which says on one line when it is ready."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then print the address."""
        await super().startup(sockets=sockets)
        if self.started and sockets:
            print_ready(sockets[0])


class Worker(multiprocess.Process):
    """One of several processes under uvicorn's supervisor."""

    @property
    def server(self) -> DrainingServer:
        """The server, made in the process itself."""
        if not isinstance(self._server, DrainingServer):
            self._server = DrainingServer(self.config)
        return self._server


def bind(host: str, port: int) -> socket.socket:
    """Take the address; nothing is answered before ``run()``.

    Raises:
        OSError: with a sentence, where the address cannot be used.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OSError(f"HOST={host} PORT={port} cannot be used: {reason}.") from error
    listening.set_inheritable(True)
    return listening


def run(listening: socket.socket, *, workers: int, proxies: list[str]) -> None:
    """Serve until a signal: in this process, or in several under a supervisor."""
    for stopping in (signal.SIGINT, signal.SIGTERM):
        # uvicorn repeats the signal when it has drained: by then it means a clean exit
        signal.signal(stopping, lambda *_: None)
    config = configuration(workers=workers, proxies=proxies)
    if workers == 1:
        Server(config).run(sockets=[listening])
        return
    listening.listen(config.backlog)
    print_ready(listening)
    multiprocess.Process = Worker  # type: ignore[misc]  # uvicorn offers no other way
    with metrics.share():
        Multiprocess(config, sockets=[listening]).run()


def print_ready(listening: socket.socket) -> None:
    """Say where to look."""
    host, port = listening.getsockname()[:2]
    name = f"[{host}]" if ":" in host else host
    sys.stdout.write(f"Emberwatch is ready: http://{name}:{port}\n")
    sys.stdout.flush()


def configuration(*, workers: int = 1, proxies: list[str]) -> uvicorn.Config:
    """Return how ``serve`` runs: no compression (it halves the fan-out), bounded frames."""
    options: dict[str, Any] = {"ws_per_message_deflate": False, "ws_max_size": MAX_FRAME_BYTES}
    return uvicorn.Config(
        "config.asgi:application",
        workers=workers,
        loop="uvloop",
        http=DrainingProtocol,
        ws=BroadcastProtocol,
        ws_ping_interval=20.0,
        ws_ping_timeout=20.0,
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        timeout_graceful_shutdown=10,
        **options,
    )
