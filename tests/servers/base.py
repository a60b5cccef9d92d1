"""A child process with a port and a folder of its own, for the length of a `with` block."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

START_SECONDS = 30
STOP_SECONDS = 20
PR_SET_PDEATHSIG = 1


class ServerError(Exception):
    """A server that did not start; the message ends with what the server said."""


def free_port() -> int:
    """A TCP port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wheel_folder(package: str) -> Path:
    """Where an installed package lies, without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ServerError(f"{package} is not installed: run scripts/bootstrap.sh")
    return Path(spec.submodule_search_locations[0])


def die_with_parent(sent: signal.Signals) -> Callable[[], None] | None:
    """What a child runs so that it ends with its parent, even one that was killed (Linux only)."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, sent)


def sweep(prefix: str) -> None:
    """Remove what killed runs left behind: folders that name a process that is gone."""
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*-*"):
        owner = folder.name.removeprefix(prefix).partition("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(folder, ignore_errors=True)


def children_of(pid: int) -> list[int]:
    """The processes that a process started (Linux; elsewhere none are known)."""
    with suppress(OSError):
        return [
            int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]
    return []


def is_running(pid: int) -> bool:
    """Whether a process runs; one that only waits to be reaped does not (Linux)."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


class Server:
    """One child process with a port and a folder of its own; subclasses say how to start it."""

    name: str
    stop_signal = signal.SIGTERM
    orphan_signal = signal.SIGTERM

    def __init__(self, *, durable: bool = False) -> None:
        """`durable` keeps what was committed over a `kill()`; without it, writing is faster."""
        self.durable = durable
        self.port = free_port()
        prefix = f"emberwatch-{self.name}-"
        if sys.platform.startswith("linux"):
            sweep(prefix)
        self.root = Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-"))
        self.user: dict[str, object] = {}
        self.process: subprocess.Popen[bytes] | None = None
        try:
            self.prepare()
        except BaseException:
            self.close()
            raise

    def prepare(self) -> None:
        """Create what the first start needs."""

    def command(self) -> list[str]:
        """The program and its arguments."""
        raise NotImplementedError

    @property
    def url(self) -> str:
        """The address in the form of DATABASE_URL or REDIS_URL."""
        raise NotImplementedError

    def start(self) -> Self:
        """Start and wait until it accepts connections; raises ServerError with its log."""
        with (self.root / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                cwd=self.root,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(self.orphan_signal),
                **self.user,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise ServerError(f"{self.name} did not start:\n{(self.root / 'log').read_text()}")
            time.sleep(0.02)
        return self

    def is_ready(self) -> bool:
        """Whether it serves, not only listens."""
        raise NotImplementedError

    def stop(self) -> None:
        """Shut down in order; keeps port and data."""
        if self.process is None:
            return
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process = None

    def kill(self) -> None:
        """kill -9 the server and its children, as a crash would; keeps port and data."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGSTOP)  # so that it starts no more children
        children = children_of(self.process.pid)
        for pid in (self.process.pid, *children):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        deadline = time.monotonic() + STOP_SECONDS
        while any(map(is_running, children)) and time.monotonic() < deadline:
            time.sleep(0.01)  # PostgreSQL refuses to start beside a backend that is left over
        self.process = None

    def close(self) -> None:
        """Stop and remove the data."""
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *exc: object) -> None:
        self.close()
