"""The yardsticks as child processes: each gets the address of Valkey and a channel of its own."""

import os
import socket
import sys
from pathlib import Path

from tests.servers import Server

FOLDER = Path(__file__).resolve().parent
TOOLS = FOLDER.parents[2] / ".tools" / "benchmarks"


class Yardstick(Server):
    """A server for comparison; ready when its port answers."""

    via = "raw"
    program = ""

    def __init__(self, redis: str, channel: str) -> None:
        self.redis = redis
        self.channel = channel
        self.name = f"bench-{type(self).__name__.lower()}"
        super().__init__()

    def prepare(self) -> None:
        """Give it its address and what it listens to."""
        ours = {"PORT": str(self.port), "REDIS_URL": self.redis, "CHANNEL": self.channel}
        path = f"{TOOLS / 'python'}:{FOLDER}"
        self.user = {"env": os.environ | ours | {"PYTHONPATH": path}}

    def command(self) -> list[str]:
        """Run the program with this Python."""
        return [sys.executable, str(FOLDER / self.program)]

    @property
    def url(self) -> str:
        """Where the socket is."""
        return f"ws://127.0.0.1:{self.port}/ws/hotspots"

    def is_ready(self) -> bool:
        """Whether its port answers."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False


class Bare(Yardstick):
    """uvloop transports and nothing else."""

    program = "bare.py"


class Echo(Yardstick):
    """uvicorn, and an application that only accepts."""

    def command(self) -> list[str]:
        """Run uvicorn as it runs below ours: on uvloop, without compression."""
        return [
            sys.executable, "-m", "uvicorn", "echo:application", "--port", str(self.port),
            "--loop", "uvloop", "--ws", "websockets-sansio", "--log-level", "warning",
            "--ws-per-message-deflate", "false", "--lifespan", "off",
        ]  # fmt: skip


class FastAPI(Yardstick):
    """The original: a list of connections."""

    program = "fastapi_list.py"


class Tutorial(Yardstick):
    """Channels as its tutorial has it, under Daphne."""

    via = "core"

    def command(self) -> list[str]:
        """Run Daphne."""
        return [
            sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(self.port),
            "channels_tutorial:application",
        ]  # fmt: skip


class Node(Yardstick):
    """Node's `ws`, broadcasting."""

    def command(self) -> list[str]:
        """Run Node."""
        return ["node", str(FOLDER / "node" / "broadcast.mjs")]
