"""The rig: PostgreSQL, Valkey, our server and the yardsticks, each on its core.

    with Rig() as rig:
        ours = rig.ours()                             # manage.py serve, any settings as keywords
        bare = rig.bare()
        round = rig.round(bare, sockets=1000, seconds=4, window=8)
        round.load["frames"], round.server_seconds, round.memory_bytes, round.lost

Everything is fed by the same publisher (``feed.py``): each event is saved in PostgreSQL and
travels through Valkey; only the server between Valkey and the sockets differs. The server under
test runs alone on ``SERVER_CORE``.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Self

from benchmarks.streams.load import Load
from benchmarks.streams.machine import (
    CORES,
    OTHERS_CORE,
    SERVER_CORE,
    cpu_seconds,
    memory_bytes,
    on_core,
)
from benchmarks.streams.yardsticks import servers
from tests.servers import EmberwatchServer, PostgresServer, Server, ValkeyServer
from tests.servers.emberwatch import ROOT

OPEN_DOORS = {
    "STREAMS_ALLOW_ANONYMOUS": "true",
    "STREAMS_MAX_SOCKETS_PER_ADDRESS": "0",
    "STREAMS_MAX_SOCKETS_PER_USER": "0",
    "STREAMS_ACCEPT_RATE": "0",
    "EMBEDDED_WORKER": "false",
    "LOG_LEVEL": "WARNING",
}
FEED = [sys.executable, "-m", "benchmarks.streams.feed"]


class RoundError(Exception):
    """A round that measured nothing; the message says why."""


@dataclass
class Contender:
    """A running server, and how it is fed and spoken to."""

    name: str
    server: Server
    via: str = "layer"
    channel: str = ""
    path: str = "/ws/hotspots"

    @property
    def pid(self) -> int:
        """The server's process."""
        assert self.server.process is not None
        return self.server.process.pid


@dataclass
class Round:
    """What one round brought."""

    load: dict[str, Any]
    feed: dict[str, Any]
    server_seconds: float  # processor time of the server
    memory_bytes: int  # of the server at the end of the round

    @property
    def rate(self) -> float:
        """Events that reached sockets, a second."""
        return float(self.load["events"] / self.load["seconds"]) if self.load["seconds"] else 0.0

    @property
    def server_microseconds(self) -> float:
        """Processor time of the server for each event and socket."""
        return self.server_seconds * 1e6 / max(1, self.load["events"])

    @property
    def lost(self) -> int:
        """Events that some healthy socket did not get, or got twice or late, and broken frames."""
        healthy = self.load["sockets"] - self.load["stalled"]
        missing = self.feed["events"] * healthy - self.load["events"]
        wrong = sum(self.load[name] for name in ("gaps", "repeated", "reordered", "bad_frames"))
        return int(abs(missing) + wrong)


class Rig:
    """One installation and its yardsticks, for the length of a `with` block."""

    def __enter__(self) -> Self:
        self.stack = ExitStack()
        with on_core(OTHERS_CORE):
            self.postgres = self.stack.enter_context(PostgresServer())
            self.valkey = self.stack.enter_context(ValkeyServer())
        self.settings: dict[str, str] | None = None
        return self

    def __exit__(self, *exc: object) -> None:
        self.stack.close()

    def ours(self, **settings: str) -> Contender:
        """Start `manage.py serve`; the first one migrates the database."""
        server = EmberwatchServer(
            database=self.postgres.url, redis=self.valkey.url, **(OPEN_DOORS | settings)
        )
        if self.settings is None:
            server.install()
            self.settings = server.settings
        return Contender("Emberwatch", self.start(server))

    def bare(self) -> Contender:
        """Start the bare uvloop writer."""
        return self.yardstick("bare uvloop", servers.Bare)

    def yardstick(self, name: str, kind: Callable[[str, str], Server]) -> Contender:
        """Start one of the yardsticks of ``yardsticks/servers.py``."""
        channel = f"bench.{kind.__name__.lower()}"
        via = getattr(kind, "via", "raw")
        server = self.start(kind(self.valkey.url, channel))
        return Contender(name, server, via=via, channel=channel)

    def start(self, server: Server) -> Server:
        """Start a server on its core, until the rig ends."""
        with on_core(SERVER_CORE):
            return self.stack.enter_context(server)

    def feed(self, contender: Contender, **options: Any) -> dict[str, Any]:
        """Publish to a contender; options are those of ``feed.py``."""
        if self.settings is None:
            raise RoundError("the log has no database yet: start ours() first")
        options |= {"via": contender.via, "channel": contender.channel}
        command = [*FEED, *(f"--{name}={value}" for name, value in options.items())]
        with on_core(OTHERS_CORE):
            done = subprocess.run(
                command, env=self.settings, cwd=ROOT, capture_output=True, text=True
            )
        if done.returncode:
            raise RoundError(done.stderr)
        fed: dict[str, Any] = json.loads(done.stdout)
        return fed

    def round(
        self, contender: Contender, *, sockets: int, load: dict[str, Any] | None = None, **feed: Any
    ) -> Round:
        """Connect so many sockets and publish to them; `load` are further options of the load."""
        options = {"path": contender.path, "seconds": 300} | (load or {})
        with Load(contender.server.port, sockets=sockets, **options) as clients:
            if clients.connected["connected"] != sockets:
                raise RoundError(f"{contender.name}: {clients.connected}")
            before = cpu_seconds(contender.pid)
            fed = self.feed(contender, progress=clients.progress, **feed)
            spent = cpu_seconds(contender.pid) - before
            memory = memory_bytes(contender.pid)
            return Round(clients.stop(), fed, spent, memory)


__all__ = ["CORES", "Contender", "Rig", "Round", "RoundError"]
