"""What an idle socket costs: memory of the server for each, and processor time for all.

    python -m benchmarks.streams.idle [--few 1000] [--many 5000]

Opens few sockets, then many, on a real ``manage.py serve`` with PostgreSQL and Valkey, every one
signed in with a token, and divides the growth of the resident memory by their number. The buffers
that the kernel keeps for a TCP connection are not in it. Beside it: uvicorn alone with the
smallest possible application, and by file where the bytes are (a run of its own).

Bound: 30 kB for each socket, in session and in plain mode.
"""

import argparse
import json
import os
import re
import signal
import sys
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.streams.costs import Line, verdict
from benchmarks.streams.load import Load
from benchmarks.streams.machine import cpu_seconds, describe, memory_bytes
from benchmarks.streams.rig import Contender, Rig
from benchmarks.streams.yardsticks.servers import Echo
from tests.servers import EmberwatchServer

BOUND_KB = 30
SETTLE_SECONDS = 5
IDLE_SECONDS = 10
ALL = {"STREAMS_MAX_SOCKETS": "0", "STREAMS_ALLOW_ANONYMOUS": "false", "LOG_LEVEL": "INFO"}


class Traced(EmberwatchServer):
    """The server, counting its memory."""

    def command(self) -> list[str]:
        """Run it under ``traced``."""
        self.settings["EMBERWATCH_TRACE"] = str(self.root / "trace.json")
        self.settings["PYTHONPATH"] = str(Path(__file__).resolve().parents[2])
        program = [sys.executable, "-m", "benchmarks.streams.traced"]
        return [*program, "serve", "--port", str(self.port)]

    def sizes(self) -> Counter[str]:
        """Return the bytes that are allocated now, by file."""
        assert self.process is not None
        written = self.root / "trace.json"
        written.unlink(missing_ok=True)
        os.kill(self.process.pid, signal.SIGUSR1)
        while not written.exists():
            time.sleep(0.05)
        return Counter(json.loads(written.read_text()))


def connect(stack: ExitStack, contender: Contender, sockets: int, **options: Any) -> None:
    """Open so many more sockets, until the stack ends."""
    load = stack.enter_context(
        Load(contender.server.port, sockets=sockets, path=contender.path, seconds=600, **options)
    )
    if load.connected["connected"] != sockets:
        raise SystemExit(f"{contender.name}: {load.connected}")
    time.sleep(SETTLE_SECONDS)


def kilobytes(contender: Contender, few: int, many: int, **options: Any) -> tuple[float, float]:
    """Return the memory of a socket, and the share of a core that `many` idle ones take."""
    with ExitStack() as stack:
        connect(stack, contender, few, **options)
        before = memory_bytes(contender.pid)
        connect(stack, contender, many - few, **options)
        grown = memory_bytes(contender.pid) - before
        spent = cpu_seconds(contender.pid)
        time.sleep(IDLE_SECONDS)
        spent = cpu_seconds(contender.pid) - spent
    return grown / (many - few) / 1000, spent / IDLE_SECONDS


def by_file(server: Traced, few: int, many: int, **options: Any) -> str:
    """Return where the bytes of a socket are."""
    contender = Contender("traced", server)
    with ExitStack() as stack:
        connect(stack, contender, few, **options)
        before = server.sizes()
        connect(stack, contender, many - few, **options)
        grown = server.sizes()
    grown.subtract(before)
    shown: Counter[str] = Counter()
    for name, size in grown.items():
        shown[re.sub(r".*/(site-packages|python3\.\d+)/|.*/(?=streams/)", "", name)] += size
    return ", ".join(
        f"{name} {size / (many - few):,.0f}" for name, size in shown.most_common(12) if size > 0
    )


def main() -> int:
    """Measure and print; 1 if a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--few", type=int, default=1000)
    parser.add_argument("--many", type=int, default=5000)
    options = parser.parse_args()
    few, many = options.few, options.many
    print(describe())
    lines = []
    with Rig() as rig:
        for mode, protocol in (("session", "emberwatch.v1"), ("plain", "emberwatch.plain")):
            ours = rig.ours(**ALL)
            assert isinstance(ours.server, EmberwatchServer)
            ours.server.install(*([] if lines else ["analyst"]))
            asked = (f"Authorization: Bearer {ours.server.token('analyst')}",)
            size, load = kilobytes(ours, few, many, headers=asked, subprotocol=protocol)
            lines += [
                Line(f"an idle socket in {mode} mode, {few:,} to {many:,}", size, "kB", BOUND_KB),
                Line(f"{many:,} of them, idle", load * 100, "% of a core"),
            ]
            ours.server.stop()
        echo = rig.yardstick("uvicorn", Echo)
        size, _ = kilobytes(echo, few, many, headers=asked)
        lines.append(Line("the same in uvicorn alone, smallest application", size, "kB"))
        echo.server.stop()
        traced = Traced(database=rig.postgres.url, redis=rig.valkey.url, **(rig.settings or {}))
        with traced:
            where = by_file(traced, few // 2, few, headers=asked, subprotocol="emberwatch.v1")
    code = verdict(lines)
    print(f"\nbytes of a socket in session mode, by file that allocated them: {where}")
    return code


if __name__ == "__main__":
    sys.exit(main())
