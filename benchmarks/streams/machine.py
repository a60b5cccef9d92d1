"""The machine under a benchmark: who runs on which core, and what that cost.

The server under test has ``SERVER_CORE`` for itself; load generator, publisher, PostgreSQL and
Valkey share ``OTHERS_CORE``. A machine with one core runs all on that, and says so.
"""

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, OTHERS_CORE = CORES[0], CORES[-1]


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Start processes on one core: children inherit it from the thread that starts them."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def describe() -> str:
    """Return processor, cores, kernel and Python on one line."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    name = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "?")
    shared = "" if len(CORES) > 1 else " (one core: server and load share it)"
    load = os.getloadavg()[0]
    return (
        f"{len(CORES)} x {name}{shared}, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, load before the run {load:.1f}"
    )


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used, in user space and kernel."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_bytes(pid: int) -> int:
    """Return the resident memory of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
