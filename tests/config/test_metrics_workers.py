"""Several processes of one server: whichever is asked answers for all, and all are told to stop."""

import os
import signal
import time
from contextlib import ExitStack

import pytest
import websockets.sync.client

from tests.servers import EmberwatchServer, PostgresServer, ValkeyServer
from tests.servers.base import children_of
from tests.streams.scrape import scrape

pytestmark = [pytest.mark.servers, pytest.mark.postgres, pytest.mark.valkey]
WAIT_SECONDS = 30
SOCKETS = 12


class TwoWorkers(EmberwatchServer):
    """A server of two processes."""

    def command(self):
        return [*super().command(), "--workers", "2"]


@pytest.fixture
def server():
    """Two processes on a PostgreSQL and a Valkey of their own."""
    with (
        PostgresServer() as postgres,
        ValkeyServer() as valkey,
        TwoWorkers(database=postgres.url, redis=valkey.url).install("analyst") as running,
    ):
        yield running


def until(condition):
    """Wait until something is so."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def sockets(server):
    return scrape(server.url)["emberwatch_sockets", "hotspots"]


def test_they_count_together_forget_the_killed_and_stop_in_order(server):
    token = {"Authorization": f"Bearer {server.token('analyst')}"}
    with ExitStack() as opened:
        clients = [
            opened.enter_context(
                websockets.sync.client.connect(
                    f"{server.socket_url}/ws/hotspots", additional_headers=token
                )
            )
            for _ in range(SOCKETS)
        ]
        assert [sockets(server) for _ in range(10)] == [SOCKETS] * 10

        os.kill(workers(server)[0], signal.SIGKILL)
        until(lambda: len(workers(server)) == 2)
        left = [client for client in clients if is_open(client)]
        until(lambda: sockets(server) == len(left))
        accepted = scrape(server.url)["emberwatch_sockets_accepted_total", "hotspots"]
        assert accepted == SOCKETS

        server.process.send_signal(signal.SIGTERM)
        for client in left:
            with pytest.raises(websockets.ConnectionClosed):
                client.recv(timeout=WAIT_SECONDS)
            assert client.close_code == 4412
    assert server.process.wait(WAIT_SECONDS) == 0


def workers(server):
    """The ids of the serving processes."""
    found = []
    for pid in children_of(server.process.pid):
        with open(f"/proc/{pid}/cmdline") as file:
            if "resource_tracker" not in file.read():
                found.append(pid)
    return found


def is_open(client):
    """Whether the other end still answers."""
    try:
        return client.ping().wait(2)
    except websockets.ConnectionClosed:
        return False
