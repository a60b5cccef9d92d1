"""A process that is told to stop says so, finishes what it has begun, and ends well."""

import json
import signal
import socket
import time
from contextlib import closing

import pytest
import websockets.sync.client

from tests.servers import DaphneServer, EmberwatchServer

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("draining")]
BODY = json.dumps({"username": "nobody", "password": "wrong"}).encode()
WAIT_SECONDS = 30


@pytest.fixture
def seconds():
    """How long it goes on answering."""
    return "2"


@pytest.fixture(params=[EmberwatchServer, DaphneServer], ids=["serve", "daphne"])
def server(request, seconds):
    """An embedded server of either kind."""
    with request.param(DRAIN_SECONDS=seconds).install("analyst") as running:
        yield running


def test_readiness_says_so_while_a_request_is_finished(server):
    with closing(begin_request(server)) as slow:
        server.process.send_signal(signal.SIGTERM)

        status, body = until_draining(server)
        assert (status, body["status"]) == (503, "draining")
        assert server.call("GET", "/healthz") == (200, {"status": "ok"})

        until_closed(server)
        slow.sendall(BODY[1:])
        assert b"401" in slow.makefile("rb").readline()
    assert server.process.wait(WAIT_SECONDS) == 0


@pytest.mark.parametrize("seconds", ["600"])
def test_a_second_signal_cuts_the_wait_short(server):
    server.process.send_signal(signal.SIGTERM)
    until_draining(server)
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(WAIT_SECONDS) == 0


def test_sockets_are_told_and_the_process_ends_with_0(server):
    token = {"Authorization": f"Bearer {server.token('analyst')}"}
    url = f"{server.socket_url}/ws/hotspots"
    with websockets.sync.client.connect(url, additional_headers=token) as client:
        server.process.send_signal(signal.SIGTERM)
        with pytest.raises(websockets.ConnectionClosed):
            client.recv(timeout=WAIT_SECONDS)
        assert client.close_code == 4412
    assert server.process.wait(WAIT_SECONDS) == 0


def begin_request(server):
    """A sign-in whose body has only begun."""
    slow = socket.create_connection(("127.0.0.1", server.port), timeout=WAIT_SECONDS)
    head = (
        f"POST /api/token HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n"
    )
    slow.sendall(head.encode() + BODY[:1])
    return slow


def until_draining(server):
    """Ask for readiness until it is refused."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        status, body = server.call("GET", "/readyz")
        if status != 200:
            return status, body
    raise AssertionError("it stays ready")


def until_closed(server):
    """Wait until nobody new is let in."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", server.port), timeout=1).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.02)
    raise AssertionError("the door stays open")
