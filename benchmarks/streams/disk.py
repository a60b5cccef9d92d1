"""What it costs to have something on disk: the floor under every commit."""

import os
import re
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

PAGE = 8192  # bytes: PostgreSQL's
APPENDS = 500


def fdatasync_microseconds(folder: Path) -> float:
    """Return the median of ``APPENDS`` times 8 kB appended and synced."""
    costs = []
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        for _ in range(APPENDS):
            began = time.perf_counter()
            file.write(b"x" * PAGE)
            os.fdatasync(file.fileno())
            costs.append(time.perf_counter() - began)
    return statistics.median(costs) * 1e6


def pg_test_fsync_microseconds(program: Path, folder: Path) -> float | None:
    """Return what ``pg_test_fsync`` says of one 8 kB fdatasync; None if it is not there.

    It writes over the same page, which is what PostgreSQL does with WAL files that it uses again.
    """
    if not program.exists():
        return None
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        asking = subprocess.Popen(
            [program, "--secs-per-test=1", f"--filename={file.name}"],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert asking.stdout is not None
        try:
            for line in asking.stdout:
                if found := re.match(r"\s+fdatasync .*?(\d+) usecs/op", line):
                    return float(found[1])
        finally:
            asking.terminate()
            asking.communicate()
    return None
