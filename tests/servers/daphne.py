"""Emberwatch under Daphne, started as anybody would start it."""

from __future__ import annotations

import sys

from tests.servers.emberwatch import ROOT, EmberwatchServer


class DaphneServer(EmberwatchServer):
    """The application under Daphne; `flags` are further ones of its command line.

    Upkeep and tasks do not run there.
    """

    name = "daphne"

    def __init__(self, *flags: str, **settings: str) -> None:
        self.flags = flags
        super().__init__(PYTHONPATH=str(ROOT), **settings)

    def command(self) -> list[str]:
        address = ["-b", "127.0.0.1", "-p", str(self.port)]
        return [sys.executable, "-m", "daphne", *address, *self.flags, "config.asgi:application"]
