"""One check from beginning to end: join, load and faults, reach the head, compare."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from . import logs
from .api import Api, Credentials
from .checker import Log, check, missing
from .clients import Client, Ground
from .errors import CheckError
from .faults import Fault
from .histories import Mark, digest
from .outcome import DONE, Outcome
from .publisher import ACKED, OWED, REFUSED, Publisher

STREAMS = ("hotspots", "alerts", "recommendations")
MAX_EVENTS = 10_000_000  # that all histories together may hold: 160 MB
TICK_SECONDS = 1.0
JOIN_SECONDS = 60.0


@dataclass(frozen=True)
class Options:
    """What to check and how; times in seconds, ``rate`` in publishes a second."""

    urls: Sequence[str]
    credentials: Credentials
    clients: int = 200
    streams: Sequence[str] = STREAMS
    rate: float = 50
    seconds: float = 60
    faults: Sequence[Fault] = ()
    every: float = 10
    patience: float = 60
    metrics_token: str = ""
    max_memory: float = 0  # of a server process in bytes; 0: any


@dataclass
class Check:
    """A check; ``tell`` gets its state once a second. ``stop`` ends the load, not the check."""

    options: Options
    tell: Callable[["Check"], None] = lambda check: None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    clients: list[Client] = field(default_factory=list)
    faults: list[Mark] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    phase: str = "joining"
    note: str = ""
    _each_once: asyncio.Event = field(default_factory=asyncio.Event)  # every fault, or stopped

    async def run(self) -> Outcome:
        """Carry the check out.

        Raises:
            CheckError: it cannot be carried out, or a command of a fault failed.
        """
        self._began = asyncio.get_running_loop().time()
        async with Api(self.options.urls, self.options.credentials) as api:
            self._api = api
            await api.sign_in()
            streams = self.options.streams
            self._epochs = {stream: await logs.epoch(api, stream) for stream in streams}
            self._starts = {stream: await logs.head(api, stream) for stream in streams}
            self.publisher = Publisher(api, self.options.rate)
            if self.options.rate:
                await self.publisher.try_out()
            self.clients = list(self._make_clients())
            heads = await self._drive()
            self.phase = "comparing"
            return await self._verify(heads)

    def clock(self) -> float:
        """Return the seconds since the check began."""
        return asyncio.get_running_loop().time() - self._began

    def _make_clients(self) -> Iterator[Client]:
        """Make as many of each mode, on all streams in turn."""
        ground = Ground(self._api, self._starts, self.publisher.arrived, self.clock)
        streams = self.options.streams
        for number in range(self.options.clients):
            in_session = (number // len(streams)) % 2 == 0
            stream = streams[number % len(streams)]
            name = f"client {number + 1} ({'session' if in_session else 'plain'}, {stream})"
            yield Client(name, stream, ground, in_session=in_session)

    async def _drive(self) -> dict[str, int]:
        """Join, load, and wait for everyone; return the heads that everyone should have."""
        try:
            async with asyncio.TaskGroup() as group:
                running = [group.create_task(client.run()) for client in self.clients]
                running.append(group.create_task(self._tick()))
                running.append(group.create_task(self._stay_signed_in()))
                await self._join()
                self._api.patience = self.options.patience
                await self._load(group)
                heads = await self._settle()
                for task in running:
                    task.cancel()
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None
        return heads

    async def _join(self) -> None:
        try:
            async with asyncio.timeout(JOIN_SECONDS):
                await asyncio.gather(*(client.joined.wait() for client in self.clients))
        except TimeoutError:
            joined = sum(client.joined.is_set() for client in self.clients)
            said = next(c.history.marks[-1].text for c in self.clients if not c.joined.is_set())
            raise CheckError(
                f"only {joined} of {len(self.clients)} clients could connect: {said}."
            ) from None

    async def _load(self, group: asyncio.TaskGroup) -> None:
        """Publish and do harm for the time asked for, and until each fault has happened."""
        self.phase = "running"
        publishing = group.create_task(self.publisher.run())
        harming = group.create_task(self._harm())
        try:
            async with asyncio.timeout(self.options.seconds):
                await self.stop.wait()
        except TimeoutError:
            await self._each_once.wait()
        self.stop.set()
        await harming  # what a command has stopped it has to start again
        publishing.cancel()
        await self.publisher.finish()

    async def _harm(self) -> None:
        for fault in cycle(self.options.faults):
            try:
                async with asyncio.timeout(self.options.every):
                    await self.stop.wait()
                break
            except TimeoutError:
                pass  # it is time for the next one
            self.faults.append(Mark(0, self.clock(), f"{fault.name} begins"))
            await fault.act(self.clients)
            self.faults.append(Mark(0, self.clock(), f"{fault.name}{DONE}"))
            if len(self.faults) >= 2 * len(self.options.faults):
                self._each_once.set()
        self._each_once.set()

    async def _settle(self) -> dict[str, int]:
        """Wait until every client has what the log has now."""
        self.phase = "waiting for everyone to reach the head"
        heads = {stream: await logs.head(self._api, stream) for stream in self.options.streams}
        with suppress(TimeoutError):  # what did not come by then, the comparison finds
            async with asyncio.timeout(self.options.patience):
                await asyncio.gather(*(c.reach(heads[c.history.stream]) for c in self.clients))
        return heads

    async def _stay_signed_in(self) -> None:
        telling: set[asyncio.Task[None]] = set()

        def tell() -> None:
            telling.update(asyncio.create_task(client.show_token()) for client in self.clients)

        self._api.on_token = tell
        await self._api.stay_signed_in()

    async def _tick(self) -> None:
        """Tell the state, look at the server's memory and at our own."""
        while True:
            self.tell(self)
            token = self.options.metrics_token
            if (used := await logs.memory(self._api, token)) is not None:
                self.memory.append(used)
            if sum(len(client.history) for client in self.clients) >= MAX_EVENTS:
                self.note = f"ended early: the histories hold {MAX_EVENTS:,} events."
                self.stop.set()
            await asyncio.sleep(TICK_SECONDS)

    async def _verify(self, heads: dict[str, int]) -> Outcome:
        outcome = Outcome(
            clients=len(self.clients),
            seconds=self.clock(),
            publishes=self.publisher.counts,
            faults=self.faults,
            latency=self.publisher.latency,
            memory=self.memory,
            max_memory=self.options.max_memory,
            note=self.note,
        )
        for stream in self.options.streams:
            log, published = await self._read_log(stream)
            outcome.log_events += len(log.digests)
            if stream in OWED:
                outcome.missing |= set(missing(self.publisher.numbers(ACKED), published))
                outcome.refused_but_stored |= published & set(self.publisher.numbers(REFUSED))
            for client in self.clients:
                if client.history.stream == stream:
                    problems = check(client.history, log, heads[stream])
                    outcome.add(client, problems)
        return outcome

    async def _read_log(self, stream: str) -> tuple[Log, set[int]]:
        """Return what the log gained, and the publishes that are in it."""
        log, published = Log(self._starts[stream]), set[int]()
        until = await logs.head(self._api, stream)
        events = logs.read(self._api, stream, self._epochs[stream], after=log.after, until=until)
        event: dict[str, Any]
        async for event in events:
            log.add(event["seq"], digest(event))
            if (number := self.publisher.number_of(event)) is not None:
                published.add(number)
        return log, published
