"""Where the server's time goes: py-spy looks at the main thread while a round runs."""

import subprocess
import tempfile
import threading
from collections import Counter
from pathlib import Path

from benchmarks.streams.rig import Contender, Rig
from benchmarks.streams.yardsticks import install

HERTZ = 200


def print_profile(rig: Rig, contender: Contender, seconds: int = 4, **options: object) -> None:
    """Run one more round, not counted, and print the functions with the largest shares."""
    install.packages()
    with tempfile.TemporaryDirectory() as folder:
        stacks = Path(folder) / "stacks"
        command = [
            install.PY_SPY,
            "record",
            "--pid",
            contender.pid,
            "--duration",
            seconds,
            "--rate",
            HERTZ,
        ]
        command += ["--nonblocking", "--format", "raw", "--output", stacks]
        words = [[str(word) for word in command]]
        watcher = threading.Timer(2.0, subprocess.run, words, {"capture_output": True})
        watcher.start()
        rig.round(contender, seconds=seconds + 3, **options)  # type: ignore[arg-type]
        watcher.join()
        if not stacks.exists():
            print("where the time goes: py-spy was not allowed to look (needs ptrace)")
            return
        shares = share_of(stacks.read_text())
    line = ", ".join(f"{share:.0f} % {name}" for name, share in shares)
    print(f"where {contender.name}'s time goes: {line}", flush=True)


def share_of(stacks: str) -> list[tuple[str, float]]:
    """Return the five functions in which the main thread was found most often, in percent."""
    found: Counter[str] = Counter()
    for line in stacks.splitlines():
        frames, _, number = line.rpartition(" ")
        if "_bootstrap" not in frames:  # a thread beside the loop
            found[frames.split(";")[-1].rpartition(":")[0] + ")"] += int(number)
    total = sum(found.values()) or 1
    return [(name, 100 * number / total) for name, number in found.most_common(5)]
