"""Lets shell commands have servers killed and started by the process that owns them.

A server ends with the thread that started it, so that must be the main thread of the drill, which
waits here for orders. The command's side:  python tests/faults/orders.py SOCKET NAME
"""

import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

LOOK_SECONDS = 0.1
DONE = b"done"


class Orders:
    """Names what can be done; use it as a context, from the main thread."""

    def __init__(self, acts: Mapping[str, Callable[[], object]]) -> None:
        self.acts = acts

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="emberwatch-orders-")
        self.path = Path(self.folder.name) / "socket"
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(str(self.path))
        self.listening.listen()
        self.listening.settimeout(LOOK_SECONDS)
        return self

    def __exit__(self, *exc: object) -> None:
        self.listening.close()
        self.folder.cleanup()

    @property
    def options(self) -> list[str]:
        """The `--fault` options of rt_check, one for each act."""
        command = f"{sys.executable} {Path(__file__).resolve()} {self.path}"
        return [part for name in self.acts for part in ("--fault", f"{name}={command} {name}")]

    def carry_out_for(self, process: subprocess.Popen[str]) -> int:
        """Carry out orders until a process ends; its exit code."""
        try:
            while process.poll() is None:
                self._carry_out_next()
        except BaseException:
            process.kill()
            raise
        return process.returncode

    def _carry_out_next(self) -> None:
        with suppress(TimeoutError):
            asking, _ = self.listening.accept()
            with asking:
                self.acts[asking.recv(100).decode()]()
                asking.sendall(DONE)


def order(path: str, name: str) -> int:
    """Give an order and wait until it is carried out; the exit code."""
    with socket.socket(socket.AF_UNIX) as asking:
        asking.connect(path)
        asking.sendall(name.encode())
        return int(asking.recv(100) != DONE)


if __name__ == "__main__":
    sys.exit(order(*sys.argv[1:]))
