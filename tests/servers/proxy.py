"""A reverse proxy with one of the shipped configurations, in front of servers of the test."""

from __future__ import annotations

import socket
import ssl
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import websockets

from tests.servers.base import Server, ServerError
from tests.servers.emberwatch import ROOT

NAME = "emberwatch.example"


def substitute(path: Path, changes: Mapping[str, str]) -> str:
    """A shipped file with other names, ports and paths; each has to be there."""
    text = path.read_text()
    for shipped, ours in changes.items():
        if shipped not in text:
            raise ServerError(f"{path.name} has no {shipped!r}: what the tests replace has moved")
        text = text.replace(shipped, ours)
    return text


class Proxy(Server):
    """A proxy that answers for `NAME` on the loopback.

    `upstreams` are the ports of two servers; `changes` are further parts of the shipped file, and
    what stands there instead.
    """

    shipped: Path
    trust: ssl.SSLContext

    def __init__(self, upstreams: Sequence[int], changes: Mapping[str, str] | None = None) -> None:
        self.upstreams = tuple(upstreams)
        self.changes = dict(changes or {})
        super().__init__()

    @staticmethod
    def program() -> str | None:
        """The program to start: of its wheel, else on PATH; None where there is neither."""
        raise NotImplementedError

    def substitutes(self) -> dict[str, str]:
        """What of the shipped file has to be another here, and what it is."""
        raise NotImplementedError

    def configure(self) -> str:
        """The configuration: the shipped file with our names, ports and paths."""
        return substitute(ROOT / "deploy" / self.shipped, self.substitutes() | self.changes)

    def reload(self) -> None:
        """Have the running proxy read its configuration again; returns when it has."""
        raise NotImplementedError

    def run(self, *arguments: str) -> None:
        """Run the program beside the running one; raises ServerError with what it said."""
        command = [str(self.program()), *arguments]
        done = subprocess.run(
            command, cwd=self.root, env=self.user.get("env"), capture_output=True, text=True
        )
        if done.returncode:
            raise ServerError(f"{' '.join(command)}: {done.stdout}{done.stderr}")

    @property
    def url(self) -> str:
        """The address as a browser writes it."""
        return f"https://{NAME}:{self.port}"

    def is_ready(self) -> bool:
        asked = f"GET /healthz HTTP/1.1\r\nHost: {NAME}:{self.port}\r\nConnection: close\r\n\r\n"
        with (
            suppress(OSError),
            socket.create_connection(("127.0.0.1", self.port), timeout=2) as plain,
            self.trust.wrap_socket(plain, server_hostname=NAME) as connection,
        ):
            connection.sendall(asked.encode())
            return connection.recv(64).startswith(b"HTTP/1.1 200")
        return False

    def visitor(self, address: str, token: str = "") -> httpx.AsyncClient:
        """An HTTP client of this address, signed in with a token. Use it as an async context."""

        async def by_name(request: httpx.Request) -> None:
            request.extensions["sni_hostname"] = NAME

        return httpx.AsyncClient(
            base_url=f"https://127.0.0.1:{self.port}",
            headers={
                "Host": f"{NAME}:{self.port}",
                **({"Authorization": f"Bearer {token}"} if token else {}),
            },
            transport=httpx.AsyncHTTPTransport(verify=self.trust, local_address=address),
            event_hooks={"request": [by_name]},
            timeout=30,
        )

    def connect(self, path: str, address: str, **options: Any) -> websockets.connect:
        """Open a socket from this address."""
        return websockets.connect(
            f"wss://{NAME}:{self.port}{path}",
            host="127.0.0.1",
            ssl=self.trust,
            local_addr=(address, 0),
            proxy=None,
            **options,
        )
