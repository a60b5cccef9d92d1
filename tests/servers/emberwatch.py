"""Emberwatch itself as a process of its own: `manage.py serve` on a database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Self

from tests.servers.base import Server, ServerError

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = ("DATABASE_URL", "REDIS_URL", "DATA_DIR", "DEMO", "DJANGO_SETTINGS_MODULE", "SECRET_KEY")


class EmberwatchServer(Server):
    """A server process; several with the same `database` and `redis` are one installation.

    `settings` are further environment variables. Without a database it is embedded, with its
    data in its own folder.
    """

    name = "emberwatch"

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

    def install(self, *roles: str) -> Self:
        """Bring the database up to date, with playbooks and a user for each role.

        The user has the role's name and the same password, and may open the admin.
        """
        code = f"""
from django.contrib.auth.models import Group, User
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("rag_sync", verbosity=0)
for role in {list(roles)}:
    user = User.objects.create_user(role, password=role, is_staff=True)
    user.groups.set(Group.objects.filter(name=role))
"""
        self.manage("shell", "-v0", "-c", code)
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
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket_url(self) -> str:
        """Where the WebSocket routes begin."""
        return f"ws://127.0.0.1:{self.port}"

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:  # noqa: S310
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
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def token(self, name: str) -> str:
        """An access token of a user made by `install`."""
        status, answer = self.call("POST", "/api/token", {"username": name, "password": name})
        if status != 200:
            raise ServerError(f"no token for {name}: {answer}")
        return str(answer["access"])
