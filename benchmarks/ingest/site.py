"""An installation to send events to, and its clients: each a process with a connection of its own.

    with Site(postgresql=True, clients=2, series=1000) as site:
        run = site.run("detect", bodies)            # one client
        run = site.run("detect", one, another)      # a list of bodies for each client, at once

A single client has ``SERVER_CORE`` for itself (it is what is measured), and PostgreSQL, which
syncs to disk, the other; several clients share all cores with it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Self

from benchmarks.ingest.feed import LEARNED, Feed
from benchmarks.streams.machine import CORES, OTHERS_CORE, SERVER_CORE, on_core
from tests.servers import EmberwatchServer, PostgresServer
from tests.servers.emberwatch import ROOT

WRITER = [sys.executable, "-c", "from benchmarks.ingest.writer import main; main()"]
BATCH = 1_000
# Every site has learned the same fortnight: one learns it, the others get a copy.
TEACH = """
from django.db import connection
from hotspots.models import Series
taught = Series.objects.get(entity__name="Site 0")
rows = Series.objects.exclude(pk=taught.pk)
rows.update(state=taught.state, count=taught.count, last_time=taught.last_time)
if connection.vendor == "postgresql":
    connection.cursor().execute("VACUUM ANALYZE")
"""


@dataclass
class Run:
    """What a run took; ``cpu`` is the clients' processor time in seconds."""

    events: int
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.seconds

    @property
    def microseconds(self) -> float:
        """Processor time of the clients for an event."""
        return self.cpu * 1e6 / self.events


class Client:
    """One writer process."""

    def __init__(self, environment: dict[str, str], cores: Sequence[int]) -> None:
        with on_cores(cores):
            self.process = subprocess.Popen(
                WRITER, env=environment, cwd=ROOT, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip

    def send(self, way: str, bodies: list[str]) -> None:
        """Give it a job."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"way": way, "bodies": bodies}) + "\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """Wait for what it has to say of the job."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"The client ended with {self.process.wait()}.")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """Let it end."""
        self.process.communicate()


class Site:
    """A database with series that have learned, and clients, for the length of a `with` block."""

    def __init__(self, *, postgresql: bool, clients: int = 1, series: int, **settings: str) -> None:
        self.postgresql, self.number, self.series = postgresql, clients, series
        self.settings = {"LOG_LEVEL": "WARNING", **settings}
        self.feed = Feed()

    def __enter__(self) -> Self:
        self.stack = ExitStack()
        try:
            self._start()
        except BaseException:
            self.stack.close()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self.stack.close()

    def run(self, way: str, *bodies: list[str]) -> Run:
        """Let each client send a list of bodies, all at once."""
        clients = self.clients[: len(bodies)]
        for client, some in zip(clients, bodies, strict=True):
            client.send(way, some)
        answers = [client.answer() for client in clients]
        began = min(answer["began"] for answer in answers)
        ended = max(answer["ended"] for answer in answers)
        events, cpu = (sum(answer[name] for answer in answers) for name in ("events", "cpu"))
        return Run(events, ended - began, cpu)

    def _start(self) -> None:
        url = ""
        if self.postgresql:
            with on_core(OTHERS_CORE):
                url = self.stack.enter_context(PostgresServer(durable=True)).url
        self.installation = EmberwatchServer(database=url, **self.settings)
        self.stack.callback(self.installation.close)
        self.installation.install()
        environment = self.installation.settings | {"DJANGO_SETTINGS_MODULE": "config.settings"}
        cores = [SERVER_CORE] if self.number == 1 else CORES
        self.clients = [Client(environment, cores) for _ in range(self.number)]
        for client in self.clients:
            self.stack.callback(client.close)
        if self.series:
            self._teach()

    def _teach(self) -> None:
        feed = self.feed
        self.run("learn", feed.bodies(LEARNED, series=1, batch=BATCH))
        if self.series > 1:
            others = self.series - 1
            self.run("learn", feed.bodies(others, series=others, batch=BATCH, first=1))
            self.installation.manage("shell", "-v0", "-c", TEACH)
        for site in range(self.series):
            feed.hours[site] = LEARNED


@contextmanager
def on_cores(cores: Sequence[int]) -> Iterator[None]:
    """Start processes on some cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, set(cores))
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
