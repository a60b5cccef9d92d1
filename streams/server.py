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
from types import FrameType
from typing import TYPE_CHECKING, Any

import uvicorn
from django.conf import settings
from uvicorn.supervisors import Multiprocess, multiprocess

from . import metrics
from .draining import draining
from .guards import HeadGuard
from .wire import WebSocket
from .wire.upgrade import BadHandshakeError, Upgrade, response

if TYPE_CHECKING:
    from .tls import Renewal


class Http(HeadGuard):
    """uvicorn's HTTP protocol, which asks answers that wait to end when the server stops.

    What becomes a WebSocket it hands over with the head that it has read.
    """

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

    def handle_websocket_upgrade(self) -> None:
        """Let our own protocol go on, and keep nothing."""
        self.connections.discard(self)
        try:
            upgrade = Upgrade(self.scope["method"], self.url, self.headers)
        except BadHandshakeError as error:
            self.transport.write(response(error.status, self.server_state.default_headers))
            self.transport.close()
            return
        socket = WebSocket(self.transport, self.server_state)
        self.transport.set_protocol(socket)
        socket.begin(self.app, upgrade, self._socket_scope(upgrade))
        self.parser = None  # type: ignore[assignment]  # it refers to us: no garbage for later

    def _socket_scope(self, upgrade: Upgrade) -> dict[str, Any]:
        return {
            "type": "websocket",
            "asgi": {"version": self.asgi_version, "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": "wss" if self.scheme == "https" else "ws",
            "server": self.server,
            "client": self.client,
            "root_path": self.root_path,
            "path": self.root_path + upgrade.decoded_path,
            "raw_path": self.root_path.encode() + upgrade.path,
            "query_string": upgrade.query,
            "headers": self.headers,
            "subprotocols": upgrade.subprotocols,
            "state": self.app_state.copy(),
            "extensions": {"websocket.http.response": {}},
        }


class DrainingServer(uvicorn.Server):
    """uvicorn that lets load balancers look elsewhere before it closes the door."""

    _answers_until = 0.0
    _renewal: "Renewal | None" = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start; with TLS, watch the certificate's files from now on."""
        await super().startup(sockets=sockets)
        if self.config.ssl is not None:
            from .tls import Renewal, pair_of  # cryptography takes 0.1 s: only who needs it waits

            self._renewal = Renewal(self.config.ssl, pair_of(self.config))

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Told to stop: from now on readiness says no. A second signal cuts the wait short."""
        draining.set()
        waits = sig == signal.SIGTERM and not self.should_exit
        self._answers_until = time.monotonic() + settings.DRAIN_SECONDS if waits else 0.0
        super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """Go on for a moment after the signal; look at the certificate once a second."""
        if self._renewal is not None and counter % 10 == 0:
            self._renewal.look()
        stops = await super().on_tick(counter)
        return stops and time.monotonic() >= self._answers_until


class Server(DrainingServer):
    """A server alone, which says on one line when it is ready."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then print the address."""
        await super().startup(sockets=sockets)
        if self.started and sockets:
            print_ready(sockets[0], "https" if self.config.is_ssl else "http")


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


def run(
    listening: socket.socket, *, workers: int, proxies: list[str], tls: dict[str, Any] | None = None
) -> None:
    """Serve until a signal: in this process, or in several under a supervisor."""
    for stopping in (signal.SIGINT, signal.SIGTERM):
        # uvicorn repeats the signal when it has drained: by then it means a clean exit
        signal.signal(stopping, lambda *_: None)
    config = configuration(workers=workers, proxies=proxies, tls=tls)
    if workers == 1:
        Server(config).run(sockets=[listening])
        return
    listening.listen(config.backlog)
    print_ready(listening, "https" if tls else "http")
    multiprocess.Process = Worker  # type: ignore[misc]  # uvicorn offers no other way
    with metrics.share():
        Multiprocess(config, sockets=[listening]).run()


def print_ready(listening: socket.socket, scheme: str) -> None:
    """Say where to look."""
    host, port = listening.getsockname()[:2]
    name = f"[{host}]" if ":" in host else host
    sys.stdout.write(f"Emberwatch is ready: {scheme}://{name}:{port}\n")
    sys.stdout.flush()


def configuration(
    *, workers: int = 1, proxies: list[str], tls: dict[str, Any] | None = None
) -> uvicorn.Config:
    """Return how ``serve`` runs."""
    return uvicorn.Config(
        "config.asgi:application",
        workers=workers,
        loop="uvloop",
        http=Http,
        ws=WebSocket,
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        timeout_graceful_shutdown=10,
        **(tls or {}),
    )
