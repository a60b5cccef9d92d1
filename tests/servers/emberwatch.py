"""Emberwatch itself as a process of its own: `manage.py serve` on a database of its own."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Self

from tests.servers.base import Server, ServerError

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = ("DATABASE_URL", "REDIS_URL", "DATA_DIR", "DEMO", "DJANGO_SETTINGS_MODULE", "SECRET_KEY")
_made: dict[tuple[str, ...], bytes] = {}  # embedded databases by the roles of their users


class EmberwatchServer(Server):
    """A server process; several with the same `database` and `redis` are one installation.

    `settings` are further environment variables. Without a database it is embedded, with its
    data in its own folder. With TLS_CERT it is called by HTTPS, as somebody who trusts `trust`.
    """

    name = "emberwatch"
    trust: ssl.SSLContext | None = None

    def __init__(self, *, database: str = "", redis: str = "", **settings: str) -> None:
        environment = {k: v for k, v in os.environ.items() if k not in OURS}
        self.settings = environment | {
            "DATABASE_URL": database,
            "REDIS_URL": redis,
            "SECRET_KEY": "one-key-for-all-processes-of-a-test-" + "0" * 20,
            "EMBEDDED_WORKER": "true",
            "DRAIN_SECONDS": "0",
            **settings,
        }
        super().__init__()

    def prepare(self) -> None:
        """Give it its folder and its settings; `install()` makes the database."""
        (self.root / "static").mkdir()
        self.settings["DATA_DIR"] = str(self.root)
        self.user = {"env": self.settings}

    def install(self, *roles: str, embeddings: bool = False) -> Self:
        """Bring the database up to date, with playbooks and a user for each role.

        The user has the role's name and the same password, and may open the admin. An embedded
        installation that was made before in this process is copied.

        Args:
            embeddings: whether advice is searched by meaning too; it takes some seconds to make.
        """
        made = (*roles, str(embeddings))
        embedded = None if self.settings["DATABASE_URL"] else self.root / "emberwatch.sqlite3"
        if embedded and made in _made:
            embedded.write_bytes(_made[made])
            return self
        code = f"""
from django.contrib.auth.models import Group, User
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("rag_sync", verbosity=0, no_embeddings={not embeddings})
for role in {list(roles)}:
    user = User.objects.create_user(role, password=role, is_staff=True)
    user.groups.set(Group.objects.filter(name=role))
"""
        self.manage("shell", "-v0", "-c", code)
        if embedded:
            _made[made] = embedded.read_bytes()
        return self

    def manage(self, *arguments: str, said: str | None = None) -> str:
        """Run a command of this installation and return what it printed."""
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        done = subprocess.run(
            command, env=self.settings, cwd=ROOT, capture_output=True, text=True, input=said
        )
        if done.returncode:
            raise ServerError(f"{' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def command(self) -> list[str]:
        return [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(self.port)]

    @property
    def url(self) -> str:
        return f"http{self._s}://127.0.0.1:{self.port}"

    @property
    def socket_url(self) -> str:
        """Where the WebSocket routes begin."""
        return f"ws{self._s}://127.0.0.1:{self.port}"

    @property
    def _s(self) -> str:
        return "s" if self.settings.get("TLS_CERT") else ""

    def open(self, request: urllib.request.Request | str, seconds: float) -> Any:
        """Send an HTTP request; returns the answer, or raises what urllib raises."""
        return urllib.request.urlopen(  # noqa: S310
            request, timeout=seconds, context=self.trust
        )

    def is_ready(self) -> bool:
        try:
            with self.open(f"{self.url}/readyz", 2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def call(
        self, method: str, path: str, body: object = None, token: str = ""
    ) -> tuple[int, dict]:
        """One REST call; returns the status and the JSON, also of a refusal."""
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310
            f"{self.url}{path}", data, headers, method=method
        )
        try:
            with self.open(request, 30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def token(self, name: str) -> str:
        """An access token of a user made by `install`."""
        status, answer = self.call("POST", "/api/token", {"username": name, "password": name})
        if status != 200:
            raise ServerError(f"no token for {name}: {answer}")
        return str(answer["access"])
