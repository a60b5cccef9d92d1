"""The load generator from Python: builds ``load.c`` at first use and runs it on its own core.

    with Load(server.port, sockets=1000, until=last) as load:
        load.connected            # {"connected": 1000, "refused": {}, "seconds": …, …}
        …                         # publish
        result = load.stop()      # {"events": …, "gaps": 0, "latency_ms": {"p99": …}, …}

Options are those of ``load.c``, whose header describes them and both answers: ``path``,
``headers`` (a list), ``subprotocol``, ``since``, ``since_spread``, ``handshakes``,
``connect_rate``, ``connect_seconds``, ``stalled``, ``stalled_buffer``, ``until``, ``seconds``.
``reached`` is the newest event that every healthy socket has, while it runs; the file
``progress`` holds the same number for other processes.
"""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Self

from benchmarks.streams.machine import OTHERS_CORE, on_core

FOLDER = Path(__file__).resolve().parent
BUILT = FOLDER.parents[1] / ".tools" / "benchmarks"
COMPILE = ("-O2", "-std=gnu11", "-Wall", "-Wextra")


class LoadError(Exception):
    """The load generator could not be built or run; the message says why."""


def build() -> Path:
    """Return the program, compiled anew if its source is newer.

    Raises:
        LoadError: no C compiler is here, or it refused.
    """
    program = BUILT / "load"
    sources = [FOLDER / "load.c", *FOLDER.glob("load_*.h")]
    newest = max(source.stat().st_mtime for source in sources)
    if program.exists() and program.stat().st_mtime > newest:
        return program
    compiler = shutil.which("cc")
    if compiler is None:
        raise LoadError("The load generator needs a C compiler: install one that answers to cc.")
    BUILT.mkdir(parents=True, exist_ok=True)
    command = [compiler, *COMPILE, "-o", f"{program}.new", str(sources[0])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LoadError(f"The load generator could not be compiled:\n{done.stderr}")
    Path(f"{program}.new").rename(program)
    return program


class Load:
    """N checked WebSocket clients in a process of their own."""

    def __init__(self, port: int, *, headers: tuple[str, ...] = (), **options: Any) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="emberwatch-load-")
        self.progress = Path(self.folder.name) / "reached"
        options |= {"port": port, "progress": self.progress}
        options.setdefault("path", "/ws/hotspots")
        named = [(name.replace("_", "-"), value) for name, value in options.items()]
        named += [("header", header) for header in headers]
        self.command = [str(build()), *(f"--{name}={value}" for name, value in named)]
        self.process: subprocess.Popen[str] | None = None
        self.connected: dict[str, Any] = {}

    def __enter__(self) -> Self:
        with on_core(OTHERS_CORE):
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        self.connected = self._line()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.process.kill()
            with self.process:  # closes its pipes, waits
                pass
        self.folder.cleanup()

    @property
    def reached(self) -> int:
        """The newest event that every healthy socket has, 0 before the first."""
        return int.from_bytes(self.progress.read_bytes(), "little")

    def stop(self) -> dict[str, Any]:
        """End it now and return its report."""
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.result()

    def result(self) -> dict[str, Any]:
        """Wait until it ends by itself (``until``, ``seconds``) and return its report."""
        return self._line()

    def _line(self) -> dict[str, Any]:
        assert self.process is not None
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            stderr = self.process.stderr.read() if self.process.stderr else ""
            raise LoadError(stderr.strip() or f"load ended with {self.process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer
