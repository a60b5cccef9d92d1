"""What the benchmarks of a connection share: lines with a bound, and where the time goes."""

import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.streams.yardsticks.servers import TOOLS

SPY = TOOLS / "python" / "bin" / "py-spy"
SAMPLES_A_SECOND = 400
# Functions of the server, from the outside in: a sample counts for the innermost that is named.
PARTS = {
    "judge (streams/grants.py": "tokens, users, permissions",
    "Logger.info": "log line",
    "WebSocket._send": "answer and hello on the wire",
    "Connection._enter": "registers",
    "Payloads.of": "frames for latecomers",
    "Ring.after": "reading the ring",
    "Subscriber._deliver": "writing to latecomers",
    "Subscriber._send_rest": "catching up",
    "Connection._greet": "position, hello",
    "admit (streams/entry.py": "limits, credential",
    "StreamConsumer._connection": "reading the handshake",
    "Http.handle_websocket_upgrade": "checking the handshake",
    "HttpToolsProtocol": "HTTP head",
    "HeadGuard": "HTTP head",
    "RedisSingleShardConnection": "wake-ups",
    "Presence": "who is here",
    "Watch": "access, once a second",
    "Connection.": "the connection itself",
    "SocketRoutes": "routing",
    "WebSocket._run": "task, the rest of the application",
}


class Line(NamedTuple):
    """One figure and its bound."""

    name: str
    figure: float
    unit: str
    bound: float | None = None
    at_most: bool = True

    @property
    def is_met(self) -> bool:
        """Whether the bound is kept; a figure without one always is."""
        if self.bound is None:
            return True
        return self.figure <= self.bound if self.at_most else self.figure >= self.bound

    def __str__(self) -> str:
        figure = f"{self.figure:,.1f}" if self.figure < 100 else f"{self.figure:,.0f}"
        row = f"{self.name:<58}{figure:>10} {self.unit:<12}"
        if self.bound is None:
            return row
        sign = "<=" if self.at_most else ">="
        return f"{row}{sign} {self.bound:<8,g}{'met' if self.is_met else 'MISSED'}"


def verdict(lines: list[Line]) -> int:
    """Print the table and return the exit code: 1 if a bound is missed."""
    print(f"\n{'':<58}{'measured':>10} {'':<12}bound")
    for line in lines:
        print(line)
    return 0 if all(line.is_met for line in lines) else 1


@contextmanager
def profiled(pid: int) -> Iterator[Counter[str]]:
    """Sample who holds the interpreter while the body runs; empty where py-spy is not there."""
    found: Counter[str] = Counter()
    if not SPY.exists():
        yield found
        return
    with tempfile.TemporaryDirectory(prefix="emberwatch-spy-") as folder:
        stacks = Path(folder) / "stacks"
        options = ["--gil", "--nonblocking", "-r", str(SAMPLES_A_SECOND), "-f", "raw"]
        command = [str(SPY), "record", "-p", str(pid), *options, "-o", str(stacks)]
        spy = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield found
        finally:
            spy.send_signal(2)  # Ctrl-C: write what was seen
            spy.wait()
        for line in stacks.read_text().splitlines() if stacks.exists() else ():
            stack, _, number = line.rpartition(" ")
            found[_part(stack)] += int(number)


def shares(found: Counter[str]) -> str:
    """Return the parts with their shares, largest first."""
    total = max(1, found.total())
    return ", ".join(f"{part} {number / total:.0%}" for part, number in found.most_common(9))


def _part(stack: str) -> str:
    for frame in reversed(stack.split(";")):
        for beginning, part in PARTS.items():
            if beginning in frame:
                return part
    return "event loop and the rest"
