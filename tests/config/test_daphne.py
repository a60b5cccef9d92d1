"""Daphne beside `serve`: its command is ours, its server is loaded where it serves."""

import signal
import sys

import pytest

from tests.servers import EmberwatchServer
from tests.servers.emberwatch import ROOT

pytestmark = [pytest.mark.servers, pytest.mark.sqlite]


class DevelopmentServer(EmberwatchServer):
    """`manage.py runserver`, without the reloader."""

    name = "runserver"

    def command(self) -> list[str]:
        address = f"127.0.0.1:{self.port}"
        return [sys.executable, str(ROOT / "manage.py"), "runserver", "--noreload", address]


def test_other_commands_do_not_load_twisted():
    loaded = "import sys; print('daphne' in sys.modules, 'twisted' in sys.modules)"
    server = EmberwatchServer()
    try:
        assert server.manage("shell", "-v0", "-c", loaded) == "True False\n"
    finally:
        server.close()


def test_runserver_is_daphne_and_ends_at_once():
    with DevelopmentServer(DRAIN_SECONDS="600").install("analyst") as server:
        with server.open(f"{server.url}/healthz", 10) as answer:
            assert answer.headers["Server"] == "daphne"
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(10) in (0, -signal.SIGINT)
