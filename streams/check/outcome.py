"""What a check found, and how it is told."""

import resource
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from .checker import KINDS, Problem, count
from .clients import Client
from .histories import History, Mark
from .latency import Latency
from .publisher import ACKED, HELD_BACK, REFUSED, UNKNOWN

MIB = 1024 * 1024
DONE = " done"  # ends the note of a fault that was brought about
SHOWN_CLIENTS = 3
SHOWN_PROBLEMS = 10
AROUND = 5  # events before and after a problem that are shown


@dataclass
class Outcome:
    """The figures of a check, and the histories that do not equal the log."""

    clients: int
    seconds: float
    publishes: Counter[str]
    faults: list[Mark]
    latency: Latency
    memory: list[int]  # bytes, of the server's processes as they answered
    max_memory: float = 0
    note: str = ""
    reconnects: int = 0
    resyncs: int = 0
    delivered: int = 0
    log_events: int = 0
    missing: set[int] = field(default_factory=set)
    refused_but_stored: set[int] = field(default_factory=set)
    problems: Counter[str] = field(default_factory=Counter)
    failed: list[tuple[History, list[Problem]]] = field(default_factory=list)

    def add(self, client: Client, problems: list[Problem]) -> None:
        """Take in one client."""
        self.reconnects += client.connections - 1
        self.resyncs += client.resyncs
        self.delivered += len(client.history)
        self.problems.update(count(problems))
        if problems:
            self.failed.append((client.history, problems))

    @property
    def is_good(self) -> bool:
        """Whether every history equals the log, and the log has all that was acknowledged."""
        return not self.failed and not self.missing and not self.is_too_large

    @property
    def is_too_large(self) -> bool:
        """Whether a server process used more memory than it may."""
        return 0 < self.max_memory < max(self.memory, default=0)

    @property
    def fault_counts(self) -> Counter[str]:
        """How often each fault was brought about."""
        done = [fault.text for fault in self.faults if fault.text.endswith(DONE)]
        return Counter(text.removesuffix(DONE) for text in done)

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as one JSON object; times in seconds, memory in bytes."""
        return {
            "ok": self.is_good,
            "clients": self.clients,
            "seconds": round(self.seconds, 1),
            "publishes": {
                name.replace(" ", "_"): self.publishes[name]
                for name in (ACKED, REFUSED, UNKNOWN, HELD_BACK)
            },
            "faults": dict(self.fault_counts),
            "reconnects": self.reconnects,
            "resyncs": self.resyncs,
            "delivered": self.delivered,
            "log_events": self.log_events,
            **{kind.replace(" ", "_"): self.problems[kind] for kind in KINDS},
            "acked_but_missing": len(self.missing),
            "refused_but_stored": len(self.refused_but_stored),
            "publish_to_socket_p50": self.latency.quantile(0.5),
            "publish_to_socket_p99": self.latency.quantile(0.99),
            "server_memory": self.memory[-1] if self.memory else None,
            "server_memory_peak": max(self.memory, default=None),
            "check_memory_peak": own_memory(),
            "note": self.note,
        }

    def lines(self) -> Iterator[str]:
        """Yield the summary for a terminal."""
        publishes, faults = self.publishes, self.fault_counts
        yield f"{self.clients:,} clients, {self.seconds:.0f} s"
        yield "  publishes    " + ", ".join(
            f"{publishes[name]:,} {name}" for name in (ACKED, REFUSED, UNKNOWN, HELD_BACK)
        )
        if self.refused_but_stored:
            yield f"               {len(self.refused_but_stored):,} of the refused are stored"
        yield "  faults       " + (", ".join(f"{k} {n}" for k, n in faults.items()) or "none")
        yield f"  came back    {self.reconnects:,} times, {self.resyncs:,} resyncs"
        yield f"  delivered    {self.delivered:,} events, of {self.log_events:,} in the log"
        yield "  delay        publish to socket " + ", ".join(
            f"p{share * 100:g} {_time(self.latency.quantile(share))}" for share in (0.5, 0.99)
        )
        yield f"  memory       {self._memory()}"
        if self.note:
            yield f"  note         {self.note}"
        counts = ", ".join(f"{self.problems[kind]:,} {kind}" for kind in KINDS)
        yield f"{counts}, {len(self.missing):,} acked but missing"
        equal = self.clients - len(self.failed)
        verdict = "OK" if self.is_good else "FAILED"
        yield f"{verdict}: {equal:,} of {self.clients:,} histories equal the log."

    def failures(self) -> Iterator[str]:
        """Yield the histories of some clients that failed, around what is wrong."""
        if self.is_too_large:
            yield f"a server process used more than {self.max_memory / MIB:,.0f} MiB"
        if self.missing:
            some = ", ".join(map(str, sorted(self.missing)[:SHOWN_PROBLEMS]))
            yield f"answered 200 and not in the log: publishes {some}"
        for history, problems in self.failed[:SHOWN_CLIENTS]:
            yield from show(history, problems, self.faults)
        if len(self.failed) > SHOWN_CLIENTS:
            yield f"… and {len(self.failed) - SHOWN_CLIENTS:,} more clients"

    def _memory(self) -> str:
        own = f"this check {own_memory() / MIB:.0f} MiB"
        if not self.memory:
            return f"{own}; the server does not tell its own"
        first, last, peak = (
            round(n / MIB) for n in (self.memory[0], self.memory[-1], max(self.memory))
        )
        return f"{own}, server {first} to {last} MiB, at most {peak}"


def show(history: History, problems: Sequence[Problem], faults: Sequence[Mark]) -> Iterator[str]:
    """Yield a history around its first problem: events, what the client did, and the faults."""
    yield f"{history.name}:"
    for kind, seq, after in problems[:SHOWN_PROBLEMS]:
        yield f"  {kind}: {seq:,} (after {after:,} events)"
    if len(problems) > SHOWN_PROBLEMS:
        yield f"  … and {len(problems) - SHOWN_PROBLEMS:,} more"
    place = problems[0].place
    first, last = max(0, place - AROUND), place + AROUND
    near = [mark for mark in history.marks if first <= mark.place <= last][-4 * AROUND :]
    times = [mark.at for mark in near]
    during = [f for f in faults if times and times[0] - 5 <= f.at <= times[-1] + 5]
    for index in range(first, last + 1):
        for mark in [m for m in near if m.place == index]:
            yield f"    {mark.at:8.2f} s  {mark.text}"
        if index < len(history):
            yield f"               got {history.seqs[index]:,}"
    for mark in during:
        yield f"    {mark.at:8.2f} s  fault: {mark.text}"


def own_memory() -> int:
    """Return the most memory that this process has had, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "not measured"
    return f"{seconds * 1000:.0f} ms" if seconds < 10 else f"{seconds:.1f} s"
